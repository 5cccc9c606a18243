"""STUN and TURN servers, and credentials for them that are one user's and end soon.

Limited credentials are those of draft-uberti-behave-turn-rest-00, which coturn knows as `use-auth-secret`: the name is when it ends
and whose it is, the password its HMAC-SHA1. TURN checks them when an allocation is made; a running one goes on after they end.
"""

from __future__ import annotations

import base64
import hmac

from msgspec import Struct

from bus.protocol.rtc import IceServers
from bus.secret import Secret


class Ice(Struct, frozen=True):
    """Either `secret`, shared with the TURN server, or a `username` and `credential` for everybody; `ttl` is seconds."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    username: str | None = None
    credential: Secret | None = None
    secret: Secret | None = None
    ttl: int = 3600

    def servers(self, user_id: str, now_ms: int) -> IceServers:
        """What this user may use from now on for `ttl` seconds."""
        username, credential = self._login(user_id, now_ms) if self.turn_urls else (None, None)
        return IceServers(list(self.stun_urls), list(self.turn_urls), username, credential)

    def _login(self, user_id: str, now_ms: int) -> tuple[str | None, Secret | None]:
        if self.secret is None:
            return self.username, self.credential
        username = f"{now_ms // 1000 + self.ttl}:{user_id}"
        signed = hmac.digest(self.secret.reveal().encode(), username.encode(), "sha1")
        return username, Secret(base64.b64encode(signed).decode())

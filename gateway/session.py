"""Signing a browser in and out over HTTP: the session's token lives in a cookie that scripts cannot read.

No answer holds a token. The door has checked where the request comes from.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec
from msgspec import Struct

from bus.errors import AuthFailed, AuthRequired, BadRequest, Conflict, Forbidden
from bus.message import Context
from bus.protocol import inside
from bus.protocol.auth import AuthInviteRedeem, AuthLinkRedeem, AuthLogout, Profile
from bus.protocol.terms import User
from bus.secret import LONGEST, Secret, decode_secret
from gateway import asgi, codec, platforms
from gateway.asgi import Answer, Scope
from gateway.house import House
from gateway.limits import address_key

COOKIE_S = 400 * 24 * 3600
"""As long as browsers keep any cookie; the session behind it ends when the server says so."""


class Key(Struct, frozen=True, forbid_unknown_fields=True):
    """What a browser brings to be let in: one of the three tokens, and a profile with an invite."""

    invite_token: Secret | None = None
    link_token: Secret | None = None
    session_token: Secret | None = None
    profile: Profile | None = None


class Sessions:
    """The three verbs of /session, and who is behind a request."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._requests = count(1)

    async def open(self, scope: Scope, body: bytes) -> Answer:
        """Sign in, and set the cookie. Raises Refused."""
        key = _key(body)
        self._house.buckets.take("auth", address_key(asgi.address(scope)))
        context = self._context()
        token = key.session_token or await self._redeem(scope, key, context)
        found = await self._resume(scope, token, context)
        if found.banned:
            raise Forbidden("you are banned from this server")
        if found.signed is None:
            raise AuthFailed("this session has ended")
        return self._user(found.signed.user, [self._cookie(scope, token.reveal(), COOKIE_S)])

    async def close(self, scope: Scope) -> Answer:
        """Sign out, and take the cookie back, whether there was a session or not."""
        context, _ = await self.standing(scope)
        if context.user_id is not None:
            await self._house.bus.ask(AuthLogout(), context)
        return asgi.as_json(200, {"user": None}, [self._cookie(scope, "", 0)])

    async def show(self, scope: Scope) -> Answer:
        """Who am I?"""
        _, user = await self.standing(scope)
        if user is None:
            raise AuthRequired("sign in first")
        return self._user(user, [])

    async def standing(self, scope: Scope) -> tuple[Context, User | None]:
        """Who is behind the cookie of a request, read anew each time. Raises Refused."""
        context = self._context()
        token = asgi.token(scope)
        if not token or len(token) > LONGEST:
            return context, None
        self._house.buckets.take("all", address_key(asgi.address(scope)))
        found = await self._resume(scope, Secret(token), context)
        if found.signed is None or found.banned:
            return context, None
        user = found.signed.user
        return Context(user.user_id, found.signed.session_id, frozenset(user.roles), context.trace), user

    async def _redeem(self, scope: Scope, key: Key, context: Context) -> Secret:
        _, user = await self.standing(scope)
        if user is not None:
            raise Conflict("you are signed in already")
        if key.link_token:
            return (await self._house.bus.ask(AuthLinkRedeem(key.link_token), context)).session_token
        if key.invite_token and key.profile:
            return (await self._house.bus.ask(AuthInviteRedeem(key.invite_token, key.profile), context)).session_token
        raise BadRequest("an invite needs a profile", path="$.profile")

    async def _resume(self, scope: Scope, token: Secret, context: Context) -> inside.SessionFound:
        return await self._house.bus.ask(inside.SessionResume(token, platforms.of_browser(scope)), context)

    def _context(self) -> Context:
        return Context(trace=f"h_{next(self._requests):x}")

    def _user(self, user: User, cookies: asgi.Headers) -> Answer:
        return asgi.as_json(200, {"user": user}, cookies)

    def _cookie(self, scope: Scope, token: str, seconds: int) -> tuple[bytes, bytes]:
        secure = "; Secure" if asgi.is_secure(scope) else ""
        text = f"{asgi.cookie_name(scope)}={token}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{secure}"
        return b"set-cookie", text.encode("latin-1")


def _key(body: bytes) -> Key:
    try:
        key = msgspec.json.decode(body, type=Key, dec_hook=decode_secret)
    except codec.BAD as error:
        message, path = codec.explain(error)
        raise BadRequest(message, path=path) from None
    if sum(token is not None for token in (key.invite_token, key.link_token, key.session_token)) != 1:
        raise BadRequest("bring one of invite_token, link_token and session_token", path="$")
    return key


def retry_after(details: dict[str, Any]) -> asgi.Headers:
    """`Retry-After` in whole seconds, where there is one."""
    wait = details.get("retry_after_ms")
    return [(b"retry-after", str(-(-int(wait) // 1000)).encode())] if wait else []

"""The door: outermost, before every page and every handshake. Who calls by a wrong name, or comes from another page, is
turned away; whatever goes out carries the security headers, of which an answer may bring its own.

Litestar's own checks skip websockets, and Granian makes none (both measured). `Host` stops rebound names, `Origin` and
`Sec-Fetch-Site` stop other pages; a request without our cookie has no standing to steal, and needs no Origin.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Any

from gateway import asgi
from gateway.asgi import Answer, App, Headers, Receive, Scope, Send
from gateway.settings import Settings

log = logging.getLogger(__name__)
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9][0-9]{0,4}))?")
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'{socket}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types shell"
)
"""The one policy, `shell`, is for registering the service worker, whose URL is script too; a second one cannot be made."""
FIXED: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(self), display-capture=(self), geolocation=()"),
]
REACHABLE = "/reachable"
HOOKS = "/hubot/"
"""Below it programs call, with tokens, kinds and sizes of their own."""
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


class Door:
    """An ASGI middleware of one listener. `port` is where it really listens: the server says so before anybody can knock."""

    def __init__(self, app: App, settings: Settings, port: int | None = None) -> None:
        self.port = settings.port if port is None else port
        self.counts: Counter[str] = Counter()
        self._app = app
        self._settings = settings
        self._proxy = str(ip_address(settings.trusted_proxy)) if settings.trusted_proxy else None
        named = [HOST.fullmatch(name.lower()) for name in (*settings.hosts, "localhost")]
        self._names = {match[1] for match in named if match and not match[2]}
        self._exact = {f"{match[1]}:{match[2]}" for match in named if match and match[2]}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return
        if proxied := asgi.address(scope) == self._proxy:
            scope = forwarded(scope)
        self.counts[scope["type"]] += 1
        host = self._host(scope, proxied)
        begun = False
        extra = self._headers(scope, host, proxied)

        def guarded(message: Any) -> Awaitable[None]:
            # No coroutine: it hands back what Granian's raw send returns, which the sockets do not await.
            nonlocal begun
            begun = True
            if "status" in message:
                brought = {name for name, _ in message["headers"]}
                message = {**message, "headers": [*message["headers"], *(each for each in extra if each[0] not in brought)]}
            return send(message)

        if refusal := self._refuse(scope, host):
            return await asgi.reply(scope, guarded, refusal)
        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            self.counts["broken"] += 1
            log.error("a page broke", exc_info=error)
            if not begun:
                await asgi.reply(scope, guarded, asgi.error("INTERNAL", "something broke; it is in the log"))

    def _refuse(self, scope: Scope, host: str | None) -> Answer | None:
        if host is None:
            return self._count("refused_host", asgi.error("BAD_REQUEST", "this server is not known by that name"))
        if not (self._same_origin(scope, host) or self._is_probe(scope)):
            return self._count("refused_origin", asgi.error("FORBIDDEN", "other pages may not speak here"))
        if scope["type"] == "websocket" or scope["method"] in SAFE:
            return None
        if asgi.header(scope, b"sec-fetch-site") not in {None, b"same-origin", b"none"}:
            return self._count("refused_site", asgi.error("FORBIDDEN", "other pages may not speak here"))
        if scope["path"].startswith(HOOKS):
            return None
        if not _is_json(scope):
            return self._count("refused_type", asgi.error("BAD_REQUEST", "send application/json", 415))
        if _declared_size(scope) > self._settings.limits.body_bytes:
            return self._count("refused_size", asgi.error("PAYLOAD_TOO_LARGE", "that is too much"))
        return None

    def _host(self, scope: Scope, proxied: bool) -> str | None:
        """The Host header, if it is one name of ours: an address, localhost or a configured name, with our port or a proxy's."""
        found = asgi.headers(scope, b"host")
        text = found[0].decode("latin-1").lower() if len(found) == 1 else ""
        match = HOST.fullmatch(text)
        if match is None:
            return None
        name, port = match[1], int(match[2] or (443 if asgi.is_secure(scope) else 80))
        ours = (proxied or port == self.port) and (self._is_named(name) or _is_address(name))
        return text if ours or f"{name}:{port}" in self._exact else None

    def _is_named(self, name: str) -> bool:
        return name in self._names or name == self._settings.found_as()

    def _is_probe(self, scope: Scope) -> bool:
        """Our page on plain HTTP tries whether this device trusts us by now, by this name; there is nothing to see or to change."""
        if scope["type"] != "http" or scope["path"] != REACHABLE or scope["method"] not in SAFE:
            return False
        found = origin(scope)
        return found is not None and (self._is_named(found[1]) or _is_address(found[1], private=True))

    def _same_origin(self, scope: Scope, host: str) -> bool:
        origins = asgi.headers(scope, b"origin")
        if origins:
            scheme = "https" if asgi.is_secure(scope) else "http"
            return origins == [f"{scheme}://{host}".encode("latin-1")]
        acts = scope["type"] == "websocket" or scope["method"] not in SAFE
        return not (acts and asgi.token(scope))

    def _headers(self, scope: Scope, host: str | None, proxied: bool) -> Headers:
        # Older Safaris do not count our own websocket as 'self'.
        secure = asgi.is_secure(scope)
        socket = f" {'wss' if secure else 'ws'}://{host}" if host else ""
        policy = (b"content-security-policy", POLICY.format(socket=socket).encode("latin-1"))
        return [policy, *FIXED, *([STRICT_TRANSPORT] if secure and (proxied or self._settings.strict) else [])]

    def _count(self, name: str, refusal: Answer) -> Answer:
        self.counts[name] += 1
        return refusal


def forwarded(scope: Scope) -> Scope:
    """A request as the proxy before us had it: the last address that it names, and its scheme."""
    hops = b",".join(asgi.headers(scope, b"x-forwarded-for")).decode("latin-1").split(",")
    said = asgi.header(scope, b"x-forwarded-proto")
    secure = asgi.is_secure(scope) if said is None else said.strip().lower() in {b"https", b"wss"}
    scheme = ("wss" if secure else "ws") if scope["type"] == "websocket" else ("https" if secure else "http")
    client = (hops[-1].strip(), "0") if _is_address(hops[-1].strip()) else scope.get("client")
    return {**scope, "client": client, "scheme": scheme}


def origin(scope: Scope) -> tuple[str, str] | None:
    """The scheme and host of the one page that asks."""
    origins = asgi.headers(scope, b"origin")
    scheme, _, host = origins[0].decode("latin-1").partition("://") if len(origins) == 1 else ("", "", "")
    match = HOST.fullmatch(host)
    return (scheme, match[1]) if match and scheme in {"http", "https"} else None


def _is_address(name: str, *, private: bool = False) -> bool:
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        return False
    return address.is_private or not private


def _is_json(scope: Scope) -> bool:
    kind = asgi.header(scope, b"content-type")
    if kind is None:
        return scope["method"] == "DELETE"
    return kind.partition(b";")[0].strip().lower() == b"application/json"


def _declared_size(scope: Scope) -> int:
    """What is not declared is counted while it is read, by Litestar."""
    text = asgi.header(scope, b"content-length") or b"0"
    return int(text) if text.isdigit() and len(text) < 19 else 1 << 62

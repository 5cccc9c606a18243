"""The few pieces of ASGI that every page needs: reading headers, sending one answer, and errors that say nothing of us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any

import msgspec
from msgspec import Struct

from bus.errors import Code

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STATUS: dict[Code, int] = {
    "BAD_REQUEST": 400,
    "UNSUPPORTED_VERSION": 400,
    "AUTH_REQUIRED": 401,
    "AUTH_FAILED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "RATE_LIMITED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}
COOKIE = "dcc_session"
MISSING = "there is nothing here"


class Answer(Struct, frozen=True):
    """One whole HTTP response."""

    status: int
    body: bytes = b""
    headers: Headers = []


def header(scope: Scope, name: bytes) -> bytes | None:
    """The value of a header that stands there once; the first where it is repeated."""
    return next(iter(headers(scope, name)), None)


def headers(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def cookie(scope: Scope, name: str) -> str | None:
    jar: SimpleCookie = SimpleCookie()
    try:
        for value in headers(scope, b"cookie"):
            jar.load(value.decode("latin-1"))
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def cookie_name(scope: Scope) -> str:
    """A browser takes a `__Host-` cookie only over TLS, and then lets no other page of the domain set it."""
    return f"__Host-{COOKIE}" if is_secure(scope) else COOKIE


def token(scope: Scope) -> str | None:
    """What the browser holds of a session, if it says so."""
    return cookie(scope, cookie_name(scope))


def address(scope: Scope) -> str:
    """Of the client; an IPv4 address is one also where it came in by a socket for both."""
    client = scope.get("client")
    return str(client[0]).removeprefix("::ffff:") if client else "?"


def is_secure(scope: Scope) -> bool:
    return scope.get("scheme") in {"https", "wss"}


def is_local(scope: Scope) -> bool:
    """Whether the client is on this machine."""
    try:
        return ip_address(address(scope)).is_loopback
    except ValueError:
        return False


def as_json(status: int, value: Any, extra: Headers | None = None) -> Answer:
    kept = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *(extra or [])]
    return Answer(status, msgspec.json.encode(value), kept)


def error(code: Code, message: str, status: int | None = None, extra: Headers | None = None) -> Answer:
    return as_json(status or STATUS[code], {"code": code, "message": message}, extra)


def missing() -> Answer:
    """The same for every page that is not there, or not there for you."""
    return error("NOT_FOUND", MISSING)


async def reply(scope: Scope, send: Send, answer: Answer) -> None:
    """Send an answer; of HEAD the headers only. Before a websocket is accepted, it is the refusal of the handshake."""
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    length = (b"content-length", str(len(answer.body)).encode())
    kept = answer.headers if answer.status == 304 else [*answer.headers, length]
    await send({"type": f"{kind}.start", "status": answer.status, "headers": kept})
    await send({"type": f"{kind}.body", "body": b"" if scope.get("method") == "HEAD" else answer.body})

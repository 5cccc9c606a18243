"""What is said on one socket: a frame in, one frame out. First hello, then whatever one's standing allows.

Every frame gets one answer, and no failure of ours shows more than its code. hello and ping are answered here, from a
table; all else by whoever owns the word.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bus.errors import AuthRequired, BadRequest, Conflict, Forbidden, RateLimited, Refused
from bus.message import Context, Message, Request
from bus.protocol import inside
from bus.protocol.auth import AuthLogoutAck, AuthSession
from bus.protocol.session import Hello, HelloAck, Limits, Ping, Pong, SessionState
from bus.secret import Secret
from gateway import codec, platforms
from gateway.attendance import BANNED
from gateway.codec import Asked, Frame
from gateway.house import House
from gateway.limits import address_key

if TYPE_CHECKING:
    from gateway.connection import Connection

log = logging.getLogger(__name__)
CAPS = ("batch", "heartbeat")
FLOOD = (1008, "too many frames")
SIGN_IN_ANEW = (1012, "connect again, with your token")


class Dialogue:
    """Of one connection. `caps` are those that both sides have."""

    def __init__(self, house: House, connection: Connection, cookie: Secret | None) -> None:
        self.caps: list[str] = []
        self.faults = 0
        self._house = house
        self._connection = connection
        self._cookie = cookie
        self._address = address_key(connection.address)
        self._greeted = False
        self._platform = ""
        self._own: dict[type[Message], Callable[[Any, Context], Awaitable[Message]]] = {Hello: self._hello, Ping: self._ping}
        self._after: dict[type[Message], Callable[[Any, Context], Awaitable[None]]] = {
            AuthSession: self._signed_in,
            AuthLogoutAck: self._signed_out,
        }

    async def answer(self, text: str) -> Frame:
        size = _size(text)
        if size > (most := self._house.settings.limits.frame_bytes):
            peeked = codec.peek(text)
            return self._fault("PAYLOAD_TOO_LARGE", f"a frame has at most {most} bytes", {}, peeked.id, peeked.trace)
        try:
            asked = codec.decode(text)
        except codec.Fault as fault:
            return self._fault(fault.code, str(fault), fault.details, fault.id, fault.trace)
        trace = asked.trace or f"{self._connection.sid}-{self._connection.received:x}"
        try:
            reply = await self._reply(asked.body, trace, size)
            return codec.reply(reply, to=asked.id, sid=self._connection.sid, trace=trace, now=self._house.now())
        except Refused as refusal:
            details = {**named(asked.body), **refusal.details}
            return self._error(refusal.code, str(refusal), details, asked.id, trace)
        except Exception as error:
            return self._broken(asked, trace, error)

    async def _reply(self, word: Request[Any], trace: str, size: int) -> Message:
        if not self._greeted and type(word) is not Hello:
            self._count("fault")
            raise AuthRequired("say hello first")
        check_access(word, self._connection.context)
        self._check_rate(word, size)
        standing = self._connection.context
        context = Context(standing.user_id, standing.session_id, standing.roles, trace, standing.sid)
        if own := self._own.get(type(word)):
            return await own(word, context)
        reply = await self._house.bus.ask(word, context)
        if after := self._after.get(type(reply)):
            await after(reply, context)
        return reply

    async def _ping(self, word: Ping, context: Context) -> Pong:
        return Pong()

    async def _hello(self, word: Hello, context: Context) -> HelloAck:
        if self._greeted:
            raise BadRequest("hello is said once")
        token = word.resume.session_token if word.resume else None
        self._platform = platforms.of_client(word.client)
        # A cookie's session is called after the browser that fetched it, and no script of a page calls it otherwise.
        found = await self._house.bus.ask(inside.SessionResume(token or self._cookie, self._platform if token else ""), context)
        self._greeted = True
        self.caps = [cap for cap in CAPS if cap in word.caps]
        self._connection.outbox.batching = "batch" in self.caps
        self._enter(found)
        signed = found.signed if self._connection.signed_in else None
        state = SessionState(True, signed.user, token) if signed else SessionState(False)
        return HelloAck(self._house.server, state, Limits(), found.epoch, self.caps)

    async def _signed_in(self, reply: AuthSession, context: Context) -> None:
        """This socket becomes the user's. If that fails the client still gets its token, once, and comes back with it."""
        try:
            self._enter(await self._house.bus.ask(inside.SessionResume(reply.session_token, self._platform), context))
        except Exception as error:
            log.warning("signed in, but not on this socket: %s", type(error).__name__, extra={"trace": context.trace})
            self._connection.let_go(*SIGN_IN_ANEW)

    async def _signed_out(self, reply: AuthLogoutAck, context: Context) -> None:
        self._house.hub.leave(self._connection)

    def _enter(self, found: inside.SessionFound) -> None:
        """From here to the answer nothing waits: so the answer comes before the first event."""
        if found.banned:
            self._connection.let_go(*BANNED)
        elif found.signed:
            self._house.hub.enter(self._connection, found.signed)

    def _check_rate(self, word: Request[Any], size: int) -> None:
        user_id = self._connection.context.user_id
        key = f"user:{user_id}" if user_id else self._address
        try:
            self._house.buckets.take("all", key)
            self._house.buckets.take(word.rate, *({key, self._address} if word.rate == "auth" else {key}), size=size)
        except RateLimited:
            self._count("flood")
            raise

    def _count(self, name: str) -> None:
        """Too many of these end the connection."""
        self.faults += 1
        try:
            self._house.buckets.take(name, self._connection.sid)
        except RateLimited:
            self._connection.let_go(*FLOOD)

    def _fault(self, code: codec.Code, message: str, details: dict[str, Any], to: str | None, trace: str | None) -> Frame:
        self._count("fault")
        return self._error(code, message, details, to, trace)

    def _broken(self, asked: Asked, trace: str, error: Exception) -> Frame:
        # The service has logged what broke in it, under the same trace; the error's text may hold what was asked.
        log.warning("no answer to %s: %s", asked.body.t, type(error).__name__, extra={"trace": trace})
        return self._error("INTERNAL", "something broke; it is in the log", named(asked.body), asked.id, trace)

    def _error(self, code: codec.Code, message: str, details: dict[str, Any], to: str | None, trace: str | None) -> Frame:
        return codec.error(code, message, details, to=to, sid=self._connection.sid, trace=trace, now=self._house.now())


def check_access(word: Request[Any], context: Context) -> None:
    """Raise unless somebody of this standing may say this word at all; the rest is the services' judgement."""
    signed_in = context.user_id is not None
    match word.access:
        case "anyone":
            return
        case "guest":
            if signed_in:
                raise Conflict("you are signed in already")
        case "user":
            if not signed_in:
                raise AuthRequired("sign in first")
        case "admin":
            if not signed_in:
                raise AuthRequired("sign in first")
            if "admin" not in context.roles:
                raise Forbidden("only an admin may do this")


def named(word: Request[Any]) -> dict[str, Any]:
    """What every refusal of this word repeats."""
    return {name: getattr(word, name) for name in word.names}


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))

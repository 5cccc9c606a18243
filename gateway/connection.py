"""One client: reads a frame, offers its answer, one frame at a time; hears what the hub offers in between.

It ends in one way only: `let_go` cancels the reader, and then the close frame is sent, within a second (Granian's close
waits for ever while somebody is still reading). What is said and answered is dialogue.py's matter.
"""

from __future__ import annotations

import anyio
from msgspec import Struct

from bus.message import Context
from bus.secret import Secret
from gateway.codec import Frame
from gateway.dialogue import Dialogue
from gateway.house import House
from gateway.outbox import Outbox, OutboxStats
from gateway.wire import Wire

TOO_SLOW = (4008, "too slow: catch up")


class ConnectionStats(Struct, frozen=True):
    """A reading of one connection; where somebody lives is not told. Durations are seconds until now."""

    sid: str
    user_id: str | None
    open_s: float
    silent_s: float
    received: int
    faults: int
    caps: list[str]
    outbox: OutboxStats


class Connection:
    """Lives by `run`; `offer`, `let_go`, `look` and the sign-ins are for the hub and the attendance."""

    def __init__(self, house: House, wire: Wire, *, sid: str, address: str, cookie: Secret | None = None) -> None:
        limits = house.settings.limits
        self.sid = sid
        self.address = address
        self.context = Context(sid=sid)
        self.outbox = Outbox(wire.send, most_frames=limits.outbox_frames, most_bytes=limits.outbox_bytes)
        self.received = 0
        self._dialogue = Dialogue(house, self, cookie)
        self._house = house
        self._limits = limits
        self._wire = wire
        self._scope = anyio.CancelScope()
        self._end: tuple[int, str] | None = None
        self._gone = False
        self._since = self._guest_since = self._heard_at = anyio.current_time()

    @property
    def signed_in(self) -> bool:
        return self.context.user_id is not None

    @property
    def ending(self) -> bool:
        return self._end is not None or self._gone

    async def run(self) -> None:
        attendance = self._house.attendance
        attendance.open(self)
        try:
            with self._scope:
                await self._read()
        finally:
            self._house.hub.leave(self)
            with anyio.move_on_after(self._limits.close_s, shield=True):
                await self._close()
            self.outbox.end()
            attendance.leave(self, str(self._end[0]) if self._end else "gone")

    def offer(self, frame: Frame) -> None:
        """Hand over an event; never waits. A client that does not take its frames is let go and catches up later."""
        if frame.parts and not self.outbox.batching:
            for part in frame.parts:
                self.offer(part)
            return
        if self.ending:
            return
        if self.outbox.full:
            return self.let_go(*TOO_SLOW)
        self.outbox.offer(frame)

    def let_go(self, code: int, reason: str) -> None:
        """End this connection, from anywhere. The first reason counts; after it no event is offered any more."""
        self._end = self._end or (code, reason)
        self._scope.cancel()

    def look(self, now: float) -> None:
        """Asked once a second: is anybody there?"""
        if not self.signed_in and now - self._guest_since >= self._limits.sign_in_s:
            self.let_go(1008, "not signed in in time")
        elif "heartbeat" in self._dialogue.caps and now - self._heard_at >= self._limits.heartbeat_s:
            self.let_go(4006, "silent")
        elif self.outbox.stuck(now, self._limits.stuck_s):
            self.let_go(*TOO_SLOW)

    def sign_in(self, user_id: str, session_id: str) -> None:
        self.context = Context(user_id, session_id, sid=self.sid)
        self._house.attendance.signed_in(self.address)

    def give_roles(self, roles: frozenset[str]) -> None:
        self.context = Context(self.context.user_id, self.context.session_id, roles, sid=self.sid)

    def sign_out(self) -> None:
        """A guest again, with a guest's time to sign in."""
        self.context = Context(sid=self.sid)
        self._guest_since = anyio.current_time()
        self._house.attendance.signed_out(self.address)

    def stats(self, now: float) -> ConnectionStats:
        return ConnectionStats(
            sid=self.sid,
            user_id=self.context.user_id,
            open_s=round(now - self._since, 3),
            silent_s=round(now - self._heard_at, 3),
            received=self.received,
            faults=self._dialogue.faults,
            caps=self._dialogue.caps,
            outbox=self.outbox.stats(),
        )

    async def _read(self) -> None:
        while (data := await self._wire.receive()) is not None:
            self._heard_at = anyio.current_time()
            self.received += 1
            if isinstance(data, bytes):
                return self.let_go(1003, "text only")
            if len(data) > self._limits.close_over_bytes:
                return self.let_go(1009, "frame too large")
            # An answer is said even when it ends the connection: a sign-in's token would be lost without it.
            self.outbox.offer(await self._dialogue.answer(data))
            if self.outbox.full:
                self.let_go(*TOO_SLOW)
            if self._end:
                return  # Now, and not at the next wait: nothing more is done for who is let go.
        self._gone = True

    async def _close(self) -> None:
        if self._gone:
            return
        self.outbox.flush()
        await self._wire.close(*(self._end or (1011, "internal error")))

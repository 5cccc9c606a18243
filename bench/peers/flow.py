"""The generator: messages into a room from some of its people, or to and fro between two, with so many under way at any time.

All happens in the callbacks of the sockets, so that nothing stands between a frame and the next but what it takes to read it. A
message is done when everybody in the room has heard it, its sender too, and when it is acknowledged where the peer does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench.client import Fault
from bench.peers.talker import Listen, Talker

PATIENCE_S = 15.0
MARK = 10
WORDS = b" the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"
WIDE = "龍の巣へ今夜九時、灯りと縄を忘れずに、".encode()
_numbers = count(1)


class Said(Struct, frozen=True):
    """What one round came to. `heard_ns` is how long each delivery took, `last_ns` the last of each message; a trip is one message."""

    messages: int
    deliveries: int
    seconds: float
    heard_ns: list[int]
    last_ns: list[int]


class Underway:
    """A message that not everybody has heard yet."""

    __slots__ = ("by", "last_ns", "missing", "sent_ns")

    def __init__(self, by: Talker, missing: int, sent_ns: int) -> None:
        self.by = by
        self.missing = missing
        self.sent_ns = sent_ns
        self.last_ns = 0


def filling(size: int, words: bytes = WORDS) -> bytes:
    """What follows the mark in a payload of so many bytes, or of the few less that whole letters take."""
    return (words * (size // len(words) + 1))[: size - MARK].decode(errors="ignore").encode()


class Flow:
    """What a talk and a trip have in common: an end in time, and what goes wrong on the way. Each message has so many hearers."""

    def __init__(self, size: int, hearers: int, words: bytes = WORDS) -> None:
        self.hearers = hearers
        self._filling = filling(size, words)
        self._end_ns = 0
        self._over = anyio.Event()
        self._trouble = ""
        self.heard_ns: list[int] = []
        self.last_ns: list[int] = []
        self.messages = 0

    async def last(self, seconds: float) -> Said:
        """So long, and until all is done that was begun. Raises Fault for what was lost, or heard and never said."""
        began = perf_counter_ns()
        self._end_ns = began + int(seconds * 1e9)
        self.begin()
        with anyio.move_on_after(seconds + PATIENCE_S):
            await self._until_over(seconds)
        if self._trouble or not self._over.is_set():
            raise Fault(self._trouble or f"a message was not heard by everybody within {PATIENCE_S:g} s")
        seconds = (perf_counter_ns() - began) / 1e9
        return Said(self.messages, self.messages * self.hearers, seconds, self.heard_ns, self.last_ns)

    def begin(self) -> None: ...

    async def _until_over(self, seconds: float) -> None:
        await self._over.wait()

    def payload(self) -> bytes:
        return b"%010d%s" % (next(_numbers), self._filling)

    def fail(self, why: str) -> None:
        self._trouble = self._trouble or why
        self._over.set()


class Talk(Flow):
    """The first `senders` of a room keep `each` messages under way, and everybody hears all. Latencies are kept when `timed`."""

    def __init__(
        self, people: Sequence[Talker], senders: int, each: int, size: int, *, acks: bool, timed: bool, words: bytes = WORDS
    ) -> None:
        super().__init__(size, len(people), words)
        self._senders = people[:senders]
        self._each = each
        self._missing = len(people) + acks
        self._underway: dict[bytes, Underway] = {}
        for talker in people:
            talker.listen = self._timed(talker) if timed else self._counted(talker)
            talker.kept = self._kept if acks and talker in self._senders else None

    def begin(self) -> None:
        for _ in range(self._each):
            for talker in self._senders:
                self._send(talker)

    def _send(self, talker: Talker, due_ns: int = 0) -> None:
        payload = self.payload()
        self._underway[payload] = Underway(talker, self._missing, due_ns or perf_counter_ns())
        self._say(talker, payload)

    def _say(self, talker: Talker, payload: bytes) -> None:
        talker.to_room(payload)

    def _counted(self, talker: Talker) -> Listen:
        underway = self._underway

        def listen(payloads: list[bytes]) -> None:
            for payload in payloads:
                message = underway.get(payload)
                if message is None:
                    return self.fail("something was heard that nobody had said")
                message.missing -= 1
                if not message.missing:
                    self._done(payload, message)
            if not payloads:
                self.fail(talker.trouble)

        return listen

    def _timed(self, talker: Talker) -> Listen:
        count, underway = self._counted(talker), self._underway

        def listen(payloads: list[bytes]) -> None:
            now = perf_counter_ns()
            for payload in payloads:
                if message := underway.get(payload):
                    message.last_ns = now - message.sent_ns
                    self.heard_ns.append(message.last_ns)
            count(payloads)

        return listen

    def _kept(self, mark: bytes) -> None:
        payload = mark + self._filling
        if message := self._underway.get(payload):
            message.missing -= 1
            if not message.missing:
                self._done(payload, message)

    def _done(self, payload: bytes, message: Underway) -> None:
        del self._underway[payload]
        self.messages += 1
        self.last_ns.append(message.last_ns)
        self._go_on(message.by)

    def _go_on(self, talker: Talker) -> None:
        if perf_counter_ns() < self._end_ns:
            self._send(talker)
        elif not self._underway:
            self._over.set()


class Echo(Talk):
    """The same, but each of these people hears only what they have said themselves."""

    def __init__(self, people: Sequence[Talker], each: int, size: int) -> None:
        super().__init__(people, len(people), each, size, acks=False, timed=False)
        self.hearers = self._missing = 1

    def _say(self, talker: Talker, payload: bytes) -> None:
        talker.to_one(talker.address, payload)


class Trips(Flow):
    """One says something to the other, who says the same back; then the next. A trip is two deliveries."""

    def __init__(self, near: Talker, far: Talker, size: int) -> None:
        super().__init__(size, 2)
        self._near, self._far = near, far
        self._said = b""
        self._sent_ns = 0
        near.listen, far.listen = self._returned, self._arrived
        near.kept = far.kept = None

    def begin(self) -> None:
        self._said, self._sent_ns = self.payload(), perf_counter_ns()
        self._near.to_one(self._far.address, self._said)

    def _arrived(self, payloads: list[bytes]) -> None:
        if payloads != [self._said]:
            return self.fail(self._far.trouble or "something arrived that was not said")
        self._far.to_one(self._near.address, self._said)

    def _returned(self, payloads: list[bytes]) -> None:
        if payloads != [self._said]:
            return self.fail(self._near.trouble or "something came back that was not said")
        self.heard_ns.append(perf_counter_ns() - self._sent_ns)
        self.messages += 1
        if perf_counter_ns() < self._end_ns:
            self.begin()
        else:
            self._over.set()

"""A service's inbox: a bounded queue of letters that counts as it goes.

It belongs to a place in the tree, not to a life: letters wait out a restart.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import perf_counter_ns
from typing import Any

import anyio
from msgspec import Struct, field

from bus.errors import Unavailable
from bus.message import Context


class Letter(Struct, gc=False):
    """One message on its way into one inbox."""

    message: Any
    context: Context
    reply: anyio.Future[Any] | None = None
    posted_at: int = field(default_factory=perf_counter_ns)

    @property
    def awaited(self) -> bool:
        """Whether somebody still waits for the reply."""
        return self.reply is not None and self.reply.status is anyio.Future.Status.PENDING

    @property
    def forgotten(self) -> bool:
        """Whether somebody asked and has stopped waiting: what was not begun need not be."""
        return self.reply is not None and not self.awaited

    def answer(self, reply: Any) -> None:
        if self.reply is not None and self.awaited:
            self.reply.return_value = reply

    def refuse(self, error: Exception) -> None:
        """Give the asker the error instead of the reply."""
        if self.reply is not None and self.awaited:
            self.reply.exception = error


class InboxStats(Struct, frozen=True):
    """A reading of one inbox. Waiting times are from post to take, in nanoseconds."""

    capacity: int
    depth: int
    peak: int
    posted: int
    taken: int
    dropped: int
    waited_ns: int
    longest_wait_ns: int


class Inbox:
    """Holds letters for one task; many post, one takes."""

    def __init__(self, name: str = "", capacity: int = 1024) -> None:
        self.name = name
        self.rank: int | None = None
        self.forsaken = False
        self._send, self._receive = anyio.create_memory_object_stream[Letter](capacity)
        self._capacity = capacity
        self._posted = self._taken = self._dropped = self._peak = 0
        self._waited = self._longest = 0

    def post(self, letter: Letter) -> bool:
        """Post without waiting; a full inbox drops the letter and says so."""
        try:
            self._send.send_nowait(letter)
        except anyio.WouldBlock:
            self._dropped += 1
            return False
        self._count_post()
        return True

    async def put(self, letter: Letter) -> None:
        """Post, waiting for room: the backpressure of a request. Raises Unavailable when nobody will ever take it."""
        if self.forsaken:
            raise Unavailable(f"{self.name} has stopped")
        try:
            self._send.send_nowait(letter)
        except anyio.WouldBlock:
            await self._send.send(letter)
        self._count_post()

    async def letters(self) -> AsyncIterator[Letter]:
        """Yield letters for ever; a burst costs one wake, not one wake a letter."""
        self.forsaken = False
        while True:
            yield self._take(await self._receive.receive())
            for _ in range(self._capacity):
                try:
                    letter = self._receive.receive_nowait()
                except anyio.WouldBlock:
                    break
                yield self._take(letter)

    def forsake(self) -> None:
        """Nobody will take letters from here any more: answer those left behind, and refuse new ones."""
        self.forsaken = True
        while True:
            try:
                letter = self._receive.receive_nowait()
            except anyio.WouldBlock:
                return
            self._take(letter).refuse(Unavailable(f"{self.name} has stopped"))

    def stats(self) -> InboxStats:
        return InboxStats(
            capacity=self._capacity,
            depth=self._send.statistics().current_buffer_used,
            peak=self._peak,
            posted=self._posted,
            taken=self._taken,
            dropped=self._dropped,
            waited_ns=self._waited,
            longest_wait_ns=self._longest,
        )

    def _count_post(self) -> None:
        self._posted += 1
        self._peak = max(self._peak, self._posted - self._taken)

    def _take(self, letter: Letter) -> Letter:
        self._taken += 1
        waited = perf_counter_ns() - letter.posted_at
        self._waited += waited
        self._longest = max(self._longest, waited)
        return letter

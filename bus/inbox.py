"""A service's inbox: a bounded queue of letters that counts as it goes.

It belongs to a place in the tree, not to a life: letters wait out a restart. One task takes, many post; whoever
puts into a full inbox waits in line, and nobody who comes later passes. Only the loop's thread may touch it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from time import perf_counter_ns
from typing import Any

import anyio
from anyio.lowlevel import checkpoint
from msgspec import Struct, field

from bus.errors import Refused, Unavailable
from bus.future import Future
from bus.message import Context

BURST = 64
"""Letters taken without a pause, before other tasks get their turn."""


class Letter(Struct):
    """One message on its way into one inbox."""

    message: Any
    context: Context
    reply: Future[Any] | None = None
    posted_at: int = field(default_factory=perf_counter_ns)

    @property
    def awaited(self) -> bool:
        """Whether somebody still waits for the reply."""
        return self.reply is not None and self.reply.pending

    @property
    def forgotten(self) -> bool:
        """Whether somebody asked and has stopped waiting: what was not begun need not be."""
        return self.reply is not None and not self.reply.pending

    def answer(self, reply: Any) -> None:
        if self.reply is not None and self.reply.pending:
            self.reply.answer(reply)

    def refuse(self, error: Exception) -> None:
        """Give the asker the error instead of the reply."""
        if self.reply is not None and self.reply.pending:
            # A traceback leads back to this letter; without it, a refusal is gone when its asker is done with it.
            self.reply.refuse(error.with_traceback(None) if isinstance(error, Refused) else error)


class InboxStats(Struct, frozen=True):
    """A reading of one inbox. Waiting times are from the making of a letter to its taking, in nanoseconds."""

    capacity: int
    depth: int
    peak: int
    posted: int
    taken: int
    dropped: int
    waited_ns: int
    longest_wait_ns: int
    in_line: int
    """Letters that wait outside for room; posted counts them once they are in."""


class Inbox:
    """Holds letters for one task; many post, one takes."""

    def __init__(self, name: str = "", capacity: int = 1024) -> None:
        self.name = name
        self.rank: int | None = None
        self.forsaken = False
        self.dropped = 0
        self.straight: Callable[[Letter], bool] | None = None
        """Tried with a letter that finds the task waiting and nothing before it: says whether that letter is done with. Never waits."""
        self._capacity = capacity
        self._letters: deque[Letter] = deque()
        self._line: deque[tuple[anyio.Event, Letter]] = deque()
        self._arrival: anyio.Event | None = None
        self._burst = 0
        self._posted = self._taken = self._peak = 0
        self._waited = self._longest = 0

    def __len__(self) -> int:
        return len(self._letters)

    def post(self, letter: Letter) -> bool:
        """Post without waiting; a full inbox drops the letter and says so, and so does one that nobody will ever empty."""
        posted = self.offer(letter)
        self.dropped += not posted
        return posted

    def offer(self, letter: Letter) -> bool:
        """Post if there is room and somebody to take it, and say so."""
        if self.forsaken or len(self._letters) >= self._capacity:
            return False
        self._accept(letter)
        return True

    async def put(self, letter: Letter) -> None:
        """Post, waiting for room: the backpressure of a request. Raises Unavailable when nobody will ever take it.

        A letter that got in line and was then forsaken is refused like those inside: its asker reads it in the reply.
        """
        if self.forsaken:
            raise Unavailable(f"{self.name} has stopped")
        if self.offer(letter):
            return
        entered = anyio.Event()
        place = entered, letter
        self._line.append(place)
        try:
            await entered.wait()
        finally:
            if not entered.is_set():
                self._line.remove(place)

    def letters(self) -> AsyncIterator[Letter]:
        """Open the inbox, and yield letters for ever; a burst costs one wake, not one wake a letter.

        It is open from this call on: what is posted while its service still sets itself up waits for the first `async for`.
        """
        self.forsaken = False
        return _Letters(self)

    async def take(self) -> Letter:
        """The oldest letter, waiting for one if there is none."""
        while not self._letters:
            self._arrival, self._burst = anyio.Event(), 0
            try:
                await self._arrival.wait()
            finally:
                self._arrival = None
        if self._burst >= BURST:
            self._burst = 0
            await checkpoint()
        self._burst += 1
        return self._take()

    def forsake(self) -> None:
        """Nobody will take letters from here any more: answer those left behind, and refuse new ones."""
        self.forsaken = True
        while self._letters:
            self._take().refuse(Unavailable(f"{self.name} has stopped"))

    def stats(self) -> InboxStats:
        return InboxStats(
            capacity=self._capacity,
            depth=len(self._letters),
            peak=self._peak,
            posted=self._posted,
            taken=self._taken,
            dropped=self.dropped,
            waited_ns=self._waited,
            longest_wait_ns=self._longest,
            in_line=len(self._line),
        )

    def _accept(self, letter: Letter) -> None:
        self._posted += 1
        if self.straight and self._arrival is not None and self._goes_straight(letter, self.straight):
            self._taken += 1
            return
        self._letters.append(letter)
        self._peak = max(self._peak, len(self._letters))
        self._wake()

    def _goes_straight(self, letter: Letter, straight: Callable[[Letter], bool]) -> bool:
        """What goes wrong here goes wrong again in the task, which knows what to do then."""
        arrival, self._arrival = self._arrival, None  # What is posted meanwhile gets in line.
        try:
            return straight(letter)
        except Exception:
            return False
        finally:
            self._arrival = arrival
            if self._letters:
                self._wake()

    def _wake(self) -> None:
        if self._arrival is not None:
            self._arrival.set()
            self._arrival = None

    def _take(self) -> Letter:
        letter = self._letters.popleft()
        self._taken += 1
        waited = perf_counter_ns() - letter.posted_at
        self._waited += waited
        self._longest = max(self._longest, waited)
        if self._line:
            entered, first = self._line.popleft()
            self._accept(first)
            entered.set()
        return letter


class _Letters:
    """An iterator and no generator: a generator that its service's death leaves half-way must be closed by someone."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def __aiter__(self) -> _Letters:
        return self

    async def __anext__(self) -> Letter:
        return await self._inbox.take()

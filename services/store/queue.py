"""Where deeds and reads wait, in order of arrival, for whoever takes them.

It belongs to the store and not to a life of it: what waits here waits out a restart. Only the loop's thread may touch it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import anyio
from anyio.lowlevel import checkpoint
from msgspec import Struct

from bus.errors import Unavailable
from bus.inbox import Letter


class Deed(Struct, gc=False):
    """What is to be done for a letter; a read is one that changes nothing."""

    letter: Letter
    do: Callable[[Any, Any, Any], Any]


class Queue:
    """A way for letters. Holds deeds; a full one makes those who bring more wait in line, and nobody who comes later passes."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.peak = 0
        self._deeds: deque[Deed] = deque()
        self._line: deque[tuple[anyio.Event, Deed]] = deque()
        self._arrival: anyio.Event | None = None

    @property
    def depth(self) -> int:
        return len(self._deeds)

    @property
    def in_line(self) -> int:
        """Deeds that wait outside for room."""
        return len(self._line)

    def offer(self, letter: Letter, do: Callable[..., Any]) -> bool:
        """Takes it if there is room."""
        if len(self._deeds) >= self.capacity:
            return False
        self._accept(Deed(letter, do))
        return True

    async def put(self, letter: Letter, do: Callable[..., Any]) -> None:
        """Returns when it is in the queue; at once while there is room."""
        if self.offer(letter, do):
            return
        place = anyio.Event(), Deed(letter, do)
        self._line.append(place)
        try:
            await place[0].wait()
        finally:
            if not place[0].is_set():
                self._line.remove(place)

    async def take(self) -> Deed:
        """The oldest deed, waiting for one if there is none; a cancelled taker takes nothing away."""
        await checkpoint()
        while not self._deeds:
            if self._arrival is None:
                self._arrival = anyio.Event()
            await self._arrival.wait()
        return self._take()

    def take_at_once(self, most: int) -> list[Deed]:
        """The oldest deeds of those that are here already."""
        return [self._take() for _ in range(min(most, len(self._deeds)))]

    def forsake(self, why: str) -> None:
        """Nobody will take from here any more: refuse what waits."""
        while self._deeds:
            self._take().letter.refuse(Unavailable(why))

    def _accept(self, deed: Deed) -> None:
        self._deeds.append(deed)
        self.peak = max(self.peak, len(self._deeds))
        if self._arrival is not None:
            self._arrival.set()
            self._arrival = None

    def _take(self) -> Deed:
        deed = self._deeds.popleft()
        if self._line:
            entered, first = self._line.popleft()
            self._accept(first)
            entered.set()
        return deed

"""A few milliseconds of a connection's time: when they are over, what it is doing ends with apsw.InterruptError.

What is counted is the thread's own work, where the system knows it: a search on a busy machine finds as much as on an idle one.
Waiting counts only in that it may not last for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

import apsw

STEPS = 200
"""Steps of SQLite's machine between two looks at the clock: microseconds as a rule, a millisecond inside the index."""


PATIENCE: Final = 20.0
"""A disk that is slow may make it take so many times as long by the clock on the wall."""

Clock = Callable[[], float]
own_time: Final[Clock] = getattr(time, "thread_time", perf_counter)
"""Processor seconds of the thread that asks."""


class Budget:
    """`spent` once the time ran out before the work was done. It is one thread's."""

    def __init__(self, seconds: float, clock: Clock = perf_counter, own: Clock = own_time) -> None:
        self.spent = False
        self._clock = clock
        self._own = own
        self._soonest = clock() + seconds
        self._latest = self._soonest + (PATIENCE - 1) * seconds
        self._end = own() + seconds

    def over(self) -> bool:
        if not self.spent:
            now = self._clock()
            # Nobody works longer than time goes by, and our own time costs seven times as much to ask for (1.5 µs).
            self.spent = now >= self._latest or (now >= self._soonest and self._own() >= self._end)
        return self.spent

    @contextmanager
    def on(self, db: apsw.Connection) -> Generator[None]:
        """Watch over this connection, and let it be as it was afterwards, whatever happens."""
        db.set_progress_handler(self.over, STEPS, id=self)
        try:
            yield
        finally:
            db.set_progress_handler(None, id=self)

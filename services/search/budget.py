"""A few milliseconds of a connection's time: when they are over, what it is doing ends with apsw.InterruptError."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import perf_counter

import apsw

STEPS = 200
"""Steps of SQLite's machine between two looks at the clock: microseconds as a rule, a millisecond inside the index."""


class Budget:
    """`spent` once the time ran out before the work was done."""

    def __init__(self, seconds: float, clock: Callable[[], float] = perf_counter) -> None:
        self.spent = False
        self._clock = clock
        self._end = clock() + seconds

    def over(self) -> bool:
        if not self.spent:
            self.spent = self._clock() >= self._end
        return self.spent

    @contextmanager
    def on(self, db: apsw.Connection) -> Generator[None]:
        """Watch over this connection, and let it be as it was afterwards, whatever happens."""
        db.set_progress_handler(self.over, STEPS, id=self)
        try:
            yield
        finally:
            db.set_progress_handler(None, id=self)

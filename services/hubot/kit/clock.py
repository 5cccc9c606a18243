"""An event loop whose clock jumps: nobody waits for a timer, and nothing happens between two steps of whoever drives it.

For tests of scripts and for what was: in the running bot the clock is everybody's.
"""

from __future__ import annotations

import asyncio
from selectors import DefaultSelector, SelectorKey

RESOLUTION_S = 1e-6
"""Of epoch seconds as floats: with it what is due at the end of a jump is due in spite of rounding; with a real clock's, never."""


class Jumping(asyncio.SelectorEventLoop):
    """`start` is in epoch seconds, as is `time()`."""

    def __init__(self, start: float) -> None:
        self._now = self._until = start
        super().__init__(_Leaps(self))
        self._clock_resolution = RESOLUTION_S

    def time(self) -> float:
        return self._now

    def settle(self) -> None:
        """Run until nothing is left to be done at this moment."""
        self.run_until(self._now)

    def run_until(self, moment: float) -> None:
        """Run all that is due until then, each thing at its own time."""
        self._until = moment
        self.run_forever()
        self._now = max(self._now, moment)

    def leap(self, seconds: float | None) -> None:
        """Nothing is to be done for so long, or for ever."""
        if seconds is None or self._now + seconds > self._until + RESOLUTION_S:
            return self.stop()
        self._now += seconds


class _Leaps(DefaultSelector):
    """Looks whether something has come, and waits for nothing."""

    def __init__(self, loop: Jumping) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        come = super().select(0)
        if not come and timeout != 0:
            self._loop.leap(timeout)
        return come

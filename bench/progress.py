"""How far a bench is: a bar on a terminal's stderr, and what there is so far, for the day that it is cut short.

Scenarios only say `at` or `takes`, and `keep`; where nobody listens, as in a test that runs a scenario by itself, these do nothing.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

import anyio

from bench.result import Result

WIDTH = 24
TICK_S = 0.5


class Course:
    """One scenario's way through a run: its number among them, how much is done, and what makes a result of what is there."""

    def __init__(self, name: str, number: int, of: int) -> None:
        self.name = name
        self.done = 0.0
        self.so_far: Callable[[], Result] | None = None
        self.doing = ""
        self._place = f"{number}/{of}"
        self._began = self._since = monotonic()
        self._takes_s = 0.0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1: as was said, or by the clock."""
        by_clock = (monotonic() - self._since) / self._takes_s if self._takes_s else 0.0
        return min(1.0, max(0.0, self.done, by_clock))

    def takes(self, seconds: float) -> None:
        self._since, self._takes_s = monotonic(), seconds

    def line(self) -> str:
        full = round(self.share * WIDTH)
        return f"{self._place} {self.name} [{'#' * full}{'.' * (WIDTH - full)}] {monotonic() - self._began:.0f} s {self.doing}".rstrip()

    async def show(self) -> None:
        """Draw the bar anew, again and again, until cancelled."""
        while True:
            draw(self.line())
            await anyio.sleep(TICK_S)


_course: ContextVar[Course | None] = ContextVar("course", default=None)


@contextmanager
def followed(course: Course) -> Generator[None]:
    """Inside, what scenarios say is said to this course."""
    before = _course.set(course)
    try:
        yield
    finally:
        _course.reset(before)


def at(done: float) -> None:
    """So much of this scenario is done, from 0 to 1."""
    if course := _course.get():
        course.done = done


def takes(seconds: float) -> None:
    """From now on it is a matter of so many seconds."""
    if course := _course.get():
        course.takes(seconds)


def tell(doing: str) -> None:
    """This is being done."""
    if course := _course.get():
        course.doing = doing


def keep(so_far: Callable[[], Result]) -> None:
    """From now on this makes a result of what was measured, should the scenario not come to its end."""
    if course := _course.get():
        course.so_far = so_far


def shown() -> bool:
    return sys.stderr.isatty()


def draw(line: str) -> None:
    width = shutil.get_terminal_size().columns
    sys.stderr.write(f"\r\x1b[2K{line[: width - 1]}")
    sys.stderr.flush()


def clear() -> None:
    if shown():
        draw("")

"""How far a bench is: a bar on a terminal's stderr, and what there is so far, for the day that it is cut short.

Scenarios only say `at` and `keep`; where nobody listens, as in a test that runs a scenario by itself, both do nothing.
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
        self._began = monotonic()

    def line(self) -> str:
        full = round(min(1.0, max(0.0, self.done)) * WIDTH)
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

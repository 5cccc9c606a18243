"""One handler's turn, and whose turn it is."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

MOST_ACTS: Final = 100
"""Wishes of one run: who has more has lost count."""
MOST_DEEP: Final = 20
"""Events that bring about others."""


class Run:
    """One handler's turn at one happening. Its name and key are the same in every host, and so are the ids of its wishes."""

    def __init__(self, script: str, name: str, key: str, depth: int = 0) -> None:
        self.script = script
        self.name = name
        self.key = key
        self.depth = depth
        self.acts = 0
        self.brain: dict[str, str | None] = {}

    def next_action(self) -> str:
        """Raises RuntimeError for a run that wants too much."""
        self.acts += 1
        if self.acts > MOST_ACTS:
            raise RuntimeError(f"{MOST_ACTS} wishes are enough for one run")
        return f"{self.key}.{self.name.replace('/', '.')}.{self.acts}"


def deeper() -> int:
    """The depth of what the run that is on brings about. Raises RuntimeError where that has no end."""
    run = current.get()
    depth = run.depth + 1 if run else 0
    if depth > MOST_DEEP:
        raise RuntimeError(f"events answer each other {MOST_DEEP} deep")
    return depth


current: ContextVar[Run | None] = ContextVar("current", default=None)

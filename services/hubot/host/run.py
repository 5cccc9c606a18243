"""One handler's turn, and whose turn it is."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

MOST_ACTS: Final = 100
"""Wishes of one run: who has more has lost count."""


class Run:
    """One handler's turn at one happening. Its name and key are the same in every host, and so are the ids of its wishes."""

    def __init__(self, script: str, name: str, key: str) -> None:
        self.script = script
        self.name = name
        self.key = key
        self.acts = 0
        self.brain: dict[str, str | None] = {}

    def next_action(self) -> str:
        """Raises RuntimeError for a run that wants too much."""
        self.acts += 1
        if self.acts > MOST_ACTS:
            raise RuntimeError(f"{MOST_ACTS} wishes are enough for one run")
        return f"{self.key}.{self.name.replace('/', '.')}.{self.acts}"


current: ContextVar[Run | None] = ContextVar("current", default=None)

"""What has happened and is not finished: kept until the host says that it is, so that a host may die in between.

A run that has ended in one host is not begun again in the next; neither is the one that had to be stopped, or killed it twice.
"""

from __future__ import annotations

from msgspec.structs import replace

from services.hubot.words import Happened

ALL = "*"


class Pending:
    """Holds `most`; what comes then is missed, and counted."""

    def __init__(self, most: int = 1000) -> None:
        self.missed = 0
        self._most = most
        self._waiting: dict[str, Happened] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, happened: Happened) -> bool:
        """Say whether it was taken; the same key is the same happening."""
        if len(self._waiting) >= self._most:
            self.missed += 1
            return False
        if happened.key in self._waiting:
            return False
        self._waiting[happened.key] = happened
        return True

    def ended(self, key: str, run: str) -> None:
        """This run, `script/listener` or `script/*`, shall not be begun again."""
        if happened := self._waiting.get(key):
            self._waiting[key] = replace(happened, over=[*happened.over, run])

    def finished(self, key: str) -> None:
        self._waiting.pop(key, None)

    def all(self) -> list[Happened]:
        """In the order in which it happened, for a fresh host."""
        return list(self._waiting.values())

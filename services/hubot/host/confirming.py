"""What the bot has asked before it does it, and the time in which it takes a yes.

Kept in the host alone: where that dies, the question is forgotten, and a yes to it does nothing.
"""

from __future__ import annotations

from typing import Final

from anyio import current_time
from msgspec import Struct

from services.hubot.host.listeners import Message

PATIENCE_S: Final = 60.0


class Question(Struct, frozen=True):
    """Whether to do this `line` of a script's, said or given by `message`. `until` is of the loop's clock."""

    script: str
    line: str
    message: Message
    until: float

    @property
    def late(self) -> bool:
        return current_time() >= self.until


class Questions:
    """The last one that each person was asked in each room."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], Question] = {}

    def ask(self, script: str, line: str, message: Message) -> None:
        until = current_time() + PATIENCE_S
        self._asked[message.user.id, message.room] = Question(script, line, message, until)

    def open(self, script: str, message: Message) -> bool:
        """Whether this script has asked whoever says this, here, and the question stands."""
        asked = self._asked.get((message.user.id, message.room))
        return asked is not None and asked.script == script

    def take(self, message: Message) -> Question:
        """Once. Raises KeyError where none stands."""
        return self._asked.pop((message.user.id, message.room))

"""Who wants to hear what: patterns as Hubot has them, and what a script hears."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Literal

from msgspec import Struct

from services.hubot.words import Happened, Kind, Person

Pattern = str | re.Pattern[str]
Handler = Callable[..., Any]
"""Plain or async; of a Response."""
FLAGS: Final = re.compile(r"\A\(\?[aiLmsux]+\)")


class Message:
    """What was said, or happened, in a room. `done`: nobody after this one shall hear it."""

    def __init__(self, happened: Happened) -> None:
        self.kind: Kind = happened.kind
        self.user: Person = happened.user
        self.room = happened.room
        self.text = happened.text
        self.id = happened.msg_id
        self.key = happened.key
        self.role = happened.role
        self.done = False

    def finish(self) -> None:
        self.done = True


Matcher = Callable[[Message], Any]
"""What is true is the match."""


class Listener(Struct, frozen=True):
    """`name` is the same in every host that has loaded the same file."""

    script: str
    name: str
    kind: Kind | Literal["catch_all"]
    matches: Matcher
    handler: Handler
    options: dict[str, Any] = {}

    @property
    def run(self) -> str:
        return f"{self.script}/{self.name}"

    def hears(self, kind: str) -> bool:
        """A command may be said as well."""
        return kind == self.kind or (kind == "message" and self.kind == "command")


def compiled(pattern: Pattern) -> re.Pattern[str]:
    """A text is a pattern that does not care for upper and lower case; a compiled one is taken as it is."""
    return re.compile(pattern, re.IGNORECASE) if isinstance(pattern, str) else pattern


def addressed(pattern: Pattern, name: str, alias: str | None = None) -> re.Pattern[str]:
    """The same pattern behind the bot's name or alias at the beginning, with or without @, colon or comma."""
    bare = compiled(pattern)
    wanted = FLAGS.sub("", bare.pattern).removeprefix("^")
    called = "|".join(_called(each) for each in sorted(filter(None, [name, alias]), key=len, reverse=True))
    return re.compile(rf"^\s*@?(?i:{called})\s*(?:{wanted})", bare.flags)


def _called(name: str) -> str:
    """A name ends where its word ends: who speaks of hubots does not speak to hubot."""
    return re.escape(name) + (r"(?!\w)" if name[-1].isalnum() else "") + "[:,]?"


def hears(pattern: re.Pattern[str]) -> Matcher:
    return lambda message: pattern.search(message.text)


def always(message: Message) -> bool:
    return True

"""The memory of scripts in the host: values are JSON by key, kept by the server, and the same for all scripts.

What a handler changes is told when it ends: one that was killed half-way has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from services.hubot.words import Person, weight

LONGEST_KEY: Final = 200
LARGEST_VALUE: Final = 64 * 1024
LARGEST: Final = 2 * 1024 * 1024
"""Bytes, with the keys: all of it goes to a fresh host in one frame."""
Changed = Callable[[str, str | None], None]


class Memory:
    """All of it, and whom the bot has met."""

    def __init__(self, stored: Mapping[str, str], people: Iterable[Person]) -> None:
        self.stored = dict(stored)
        self.size = sum(weight(*each) for each in self.stored.items())
        self.people = {person.id: person for person in people}

    def lay(self, key: str, value: str | None) -> None:
        """Raises ValueError for what is too large."""
        size = self.size - weight(key, self.stored.get(key)) + weight(key, value)
        if value is not None and (len(key) > LONGEST_KEY or weight("", value) > LARGEST_VALUE or size > LARGEST):
            raise ValueError(f"the brain takes keys of {LONGEST_KEY} letters, values of {LARGEST_VALUE} bytes and {LARGEST} in all")
        self.size = size
        if value is None:
            self.stored.pop(key, None)
        else:
            self.stored[key] = value


class Brain:
    """`robot.brain`; `private` is the part that is this script's own."""

    def __init__(self, memory: Memory, changed: Changed, script: str, prefix: str = "") -> None:
        self._memory = memory
        self._changed = changed
        self._script = script
        self._prefix = prefix

    @property
    def private(self) -> Brain:
        return Brain(self._memory, self._changed, self._script, f"{self._script}:")

    def get(self, key: str, default: Any = None) -> Any:
        """A copy: whoever changes it sets it again."""
        found = self._memory.stored.get(self._prefix + key)
        return default if found is None else msgspec.json.decode(found)

    def set(self, key: str, value: Any) -> Brain:
        """Raises TypeError for what JSON does not know, ValueError for what is too large."""
        self._lay(key, msgspec.json.encode(value).decode())
        return self

    def remove(self, key: str) -> Brain:
        self._lay(key, None)
        return self

    def keys(self) -> list[str]:
        return [key.removeprefix(self._prefix) for key in self._memory.stored if key.startswith(self._prefix)]

    def users(self) -> dict[str, Person]:
        """People by id."""
        return dict(self._memory.people)

    def user_for_id(self, user_id: str) -> Person | None:
        return self._memory.people.get(user_id)

    def user_for_name(self, name: str) -> Person | None:
        wanted = name.lower().removeprefix("@")
        return next((person for person in self._memory.people.values() if person.name == wanted), None)

    def _lay(self, key: str, value: str | None) -> None:
        self._memory.lay(self._prefix + key, value)
        self._changed(self._prefix + key, value)

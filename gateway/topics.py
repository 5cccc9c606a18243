"""Who listens to what: rooms of every user, and the connections behind every topic. Plain data; the hub alone changes it.

Topics are an event's audiences: `room:ID`, `user:ID`, `call:ID`, `peer:ID`, `presence`, `admins`, `everyone`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

L = TypeVar("L")


class Topics(Generic[L]):
    """Sets are dicts here, whose order is that of arrival, so that a run can be repeated."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, None]] = {}
        self._listeners: defaultdict[str, dict[L, None]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._listeners)

    def load(self, rooms: Mapping[str, Iterable[str]]) -> None:
        """Take these memberships for the old ones; nobody listens to a room yet."""
        self._rooms = {user_id: dict.fromkeys(theirs) for user_id, theirs in rooms.items()}

    def listeners(self, topic: str) -> Mapping[L, None]:
        return self._listeners.get(topic, {})

    def of(self, user_id: str) -> list[L]:
        """Every device of a user."""
        return list(self.listeners(f"user:{user_id}"))

    def enter(self, listener: L, user_id: str) -> None:
        for topic in self._own(user_id):
            self._listeners[topic][listener] = None

    def leave(self, listener: L) -> None:
        """It hears nothing more, whatever it listened to."""
        for topic in [topic for topic, found in self._listeners.items() if listener in found]:
            self.unlisten(listener, topic)

    def listen(self, listener: L, topic: str) -> None:
        self._listeners[topic][listener] = None

    def unlisten(self, listener: L, topic: str) -> None:
        if found := self._listeners.get(topic):
            found.pop(listener, None)
            if not found:
                del self._listeners[topic]

    def join(self, user_id: str, room_id: str) -> None:
        self._rooms.setdefault(user_id, {})[room_id] = None
        for listener in self.of(user_id):
            self.listen(listener, f"room:{room_id}")

    def part(self, user_id: str, room_id: str) -> None:
        self._rooms.get(user_id, {}).pop(room_id, None)
        for listener in self.of(user_id):
            self.unlisten(listener, f"room:{room_id}")

    def forget(self, room_id: str) -> None:
        """That room is gone, for everybody."""
        self._listeners.pop(f"room:{room_id}", None)
        for rooms in self._rooms.values():
            rooms.pop(room_id, None)

    def clear(self, *nouns: str) -> None:
        """Nobody listens to any topic of these nouns any more."""
        for topic in [topic for topic in self._listeners if topic.partition(":")[0] in nouns]:
            del self._listeners[topic]

    def _own(self, user_id: str) -> list[str]:
        return [f"user:{user_id}", "everyone", *(f"room:{room_id}" for room_id in self._rooms.get(user_id, ()))]


def of_seat(call_id: str, peer_id: str) -> tuple[str, str]:
    """What a place in a call listens to."""
    return f"call:{call_id}", f"peer:{peer_id}"

"""Who is here: pure state, told of sockets and of the time, knowing neither bus nor loop.

Somebody without a socket is still here for a moment of grace, since most who vanish are back at once. Times are
seconds of a monotonic clock.
"""

from __future__ import annotations

from msgspec import Struct

from bus.protocol.presence import Status


class Said(Struct, frozen=True):
    """How somebody says they are, on all their devices."""

    status: Status = "online"
    text: str = ""


class Counts(Struct, frozen=True):
    """A reading for diagnostics; those who are leaving are among the online."""

    online: int
    leaving: int
    sockets: int


class Attendance:
    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._sockets: dict[str, set[str]] = {}
        self._leaving: dict[str, float] = {}
        self._said: dict[str, Said] = {}

    def online(self, user_id: str) -> bool:
        return user_id in self._sockets or user_id in self._leaving

    def said(self, user_id: str) -> Said:
        return self._said.get(user_id, Said())

    def say(self, user_id: str, said: Said) -> None:
        """Keep it until they leave. It may come before the news of their first socket."""
        self._said[user_id] = said

    def come(self, user_id: str, sid: str) -> bool:
        """A socket is there; whether its user was not."""
        new = not self.online(user_id)
        self._sockets.setdefault(user_id, set()).add(sid)
        self._leaving.pop(user_id, None)
        return new

    def go(self, user_id: str, sid: str, now: float) -> None:
        """A socket is gone; with the last one its user begins to leave."""
        sockets = self._sockets.get(user_id, set())
        sockets.discard(sid)
        if user_id in self._sockets and not sockets:
            del self._sockets[user_id]
            self._leaving[user_id] = now + self._grace

    def lose_sight(self, now: float) -> None:
        """Which sockets there are is not known any more: everybody leaves who is not seen again."""
        self._leaving |= dict.fromkeys(self._sockets, now + self._grace)
        self._sockets.clear()

    def next_departure(self) -> float | None:
        """When the first of those who leave is gone; all have the same grace, so they stand in order."""
        return next(iter(self._leaving.values()), None)

    def depart(self, now: float) -> list[str]:
        """Forget those whose grace is over, and what they said; returns who they are."""
        gone = [user_id for user_id, at in self._leaving.items() if at <= now]
        for user_id in gone:
            del self._leaving[user_id]
            self._said.pop(user_id, None)
        return gone

    def counts(self) -> Counts:
        sockets = sum(map(len, self._sockets.values()))
        return Counts(len(self._sockets) + len(self._leaving), len(self._leaving), sockets)

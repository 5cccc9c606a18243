"""What the bot asks the house when its scripts want it: like the words of `inside`, no frame can carry it."""

from __future__ import annotations

from typing import Any

from bus.message import Fact, Reply, Request, Scope
from bus.protocol.terms import UserId


class HouseState(Reply, frozen=True):
    """How the house is, in numbers: no room, no user, no address and no text."""

    t = "inside.house_state"
    house: dict[str, float]
    """`uptime_s`, and how late the loop was in the last minute: `loop_lag_p50_ms`, `_p99_ms`, `_max_ms`."""
    queues: dict[str, dict[str, int]]
    """By service: `depth`, `capacity`, `peak`, `dropped`, `failed`."""
    store: dict[str, Any]
    """Its own queue, commits, and whether the tables are what the log says."""
    connections: int
    calls: int
    in_calls: int
    restarts: int
    errors: dict[str, int]
    """How many of the last fifty warnings and errors each part of the house has logged."""


class AskState(Request[HouseState], frozen=True):
    """Asked by the bot for scripts that may query the status."""

    t = "inside.ask_state"
    access = "anyone"


class DirectRoom(Reply, frozen=True):
    t = "inside.direct_room"
    room_id: str


class DirectOpen(Request[DirectRoom], frozen=True):
    """The hidden group of a bot and one user, made at first use with both in it. For bots only, and with themselves in it."""

    t = "inside.direct_open"
    access = "anyone"
    user_id: UserId


class DirectOpened(Fact, frozen=True):
    """From now on this group is where that bot speaks to that user."""

    t = "bot.direct_opened"
    bot_user_id: str
    user_id: str
    room_id: str

    def scope(self) -> Scope:
        return "room", self.room_id

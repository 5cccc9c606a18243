"""Who is here, and how they are."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bus.message import Event, Reply, Request
from bus.protocol.terms import Line, RoomId, UserId, check_label

Status = Literal["online", "away", "busy"]


class Present(Struct, frozen=True):
    """Somebody, with those of their rooms that the asker is in too."""

    user_id: UserId
    handle: str
    display_name: str
    online: bool
    status: Status
    rooms: list[RoomId]
    text: str = ""
    bot: bool = False


class PresenceSnapshot(Reply, frozen=True):
    """Everybody in the scope as they are now; presence.event tells the changes."""

    t = "presence.snapshot"
    users: list[Present]


class PresenceSubscribe(Request[PresenceSnapshot], frozen=True):
    """Hear from now on who comes and goes."""

    t = "presence.subscribe"
    scope: Literal["server", "room"]
    room_id: RoomId | None = None

    def __post_init__(self) -> None:
        if (self.scope == "room") != (self.room_id is not None):
            raise ValueError("scope room needs a room_id, scope server has none")


class PresenceMeta(Struct, frozen=True, omit_defaults=True):
    """What is new of somebody; what is left out is as before."""

    handle: str | None = None
    display_name: str | None = None
    status: Status | None = None
    text: str | None = None


class PresenceEvent(Event, frozen=True):
    """Somebody came, went, or is otherwise than before. Room kinds reach only that room's members."""

    t = "presence.event"
    kind: Literal["online", "offline", "join_room", "leave_room", "status"]
    user_id: UserId
    room_id: RoomId | None = None
    meta: PresenceMeta = PresenceMeta()

    def audience(self) -> str:
        return f"room:{self.room_id}" if self.room_id else "presence"


class PresenceSet(Request[PresenceEvent], frozen=True):
    """Say how you are, on all your devices."""

    t = "presence.set"
    status: Status
    text: Line = ""

    def __post_init__(self) -> None:
        check_label(self.text)

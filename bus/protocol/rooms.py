"""Public rooms and private groups, and who is in them with which role."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bus.message import Event, Reply, Request, Scope
from bus.protocol.terms import Line, Millis, Role, RoomId, RoomName, UserId, check_label

Kind = Literal["public", "group"]
Visibility = Literal["hidden", "discoverable"]
Days = Annotated[int, Meta(ge=0, le=36500, description="0 keeps messages for ever.")]


class RoomInfo(Struct, frozen=True):
    """A room, as everybody who may list it sees it."""

    room_id: RoomId
    kind: Kind
    name: str
    topic: str
    visibility: Visibility
    created_by: UserId
    created_at: Millis
    retention_days: int = 0


class ListedRoom(Struct, frozen=True):
    """A room in your list. Where you are not a member, role is null and the seqs and counts are 0.

    `unread_mentions`: messages of others behind your read_seq that mention you. `call_id` and `call_user_ids`, for members only: the
    running call, and who is in it.
    """

    room_id: RoomId
    kind: Kind
    name: str
    topic: str
    visibility: Visibility
    retention_days: int
    member_count: int
    joined: bool
    role: Role | None
    last_seq: int
    read_seq: int
    delivered_seq: int
    call_id: str | None = None
    unread_mentions: int = 0
    call_user_ids: list[UserId] = []


class RoomListResult(Reply, frozen=True):
    """Public rooms, discoverable groups, and your own groups."""

    t = "room.list_result"
    rooms: list[ListedRoom]


class RoomList(Request[RoomListResult], frozen=True):
    """List the rooms that you may see."""

    t = "room.list"


class RoomCreated(Event, frozen=True):
    """A room was made; told to all who may list it. Its maker is its owner."""

    t = "room.created"
    hidden = ("name", "topic")
    room: RoomInfo

    def audience(self) -> str:
        hidden = self.room.kind == "group" and self.room.visibility == "hidden"
        return f"user:{self.room.created_by}" if hidden else "everyone"

    def scope(self) -> Scope:
        return "room", self.room.room_id


class RoomCreate(Request[RoomCreated], frozen=True):
    """Make a room. Public rooms are open to all; a group is entered by invite."""

    t = "room.create"
    kind: Kind
    name: RoomName
    topic: Line = ""
    visibility: Visibility = "hidden"

    def __post_init__(self) -> None:
        check_label(self.name)
        check_label(self.topic)


class RoomUpdated(Event, frozen=True):
    """A room's name, topic and retention as they are now, and who made them so; older logs do not say who."""

    t = "room.updated"
    hidden = ("name", "topic")
    room_id: RoomId
    name: str
    topic: str
    retention_days: int
    actor_user_id: UserId | None = None

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class RoomUpdate(Request[RoomUpdated], frozen=True):
    """Change a room that you own or moderate; what is left out stays."""

    t = "room.update"
    room_id: RoomId
    name: RoomName | None = None
    topic: Line | None = None
    retention_days: Days | None = None

    def __post_init__(self) -> None:
        check_label(self.name or "")
        check_label(self.topic or "")


class RoomDeleted(Event, frozen=True):
    """A room is gone, with all that was said in it."""

    t = "room.deleted"
    room_id: RoomId

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class RoomDelete(Request[RoomDeleted], frozen=True):
    """Delete a room that you own."""

    t = "room.delete"
    room_id: RoomId


class RoomMemberEvent(Event, frozen=True):
    """Somebody came, went, was put out or let in again, or has another role."""

    t = "room.member_event"
    hidden = ("reason",)
    room_id: RoomId
    kind: Literal["join", "leave", "kick", "ban", "unban", "role"]
    actor_user_id: UserId
    target_user_id: UserId
    role: Role | None = None
    reason: str | None = None

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class RoomJoin(Request[RoomMemberEvent], frozen=True):
    """Enter a public room."""

    t = "room.join"
    room_id: RoomId


class RoomLeave(Request[RoomMemberEvent], frozen=True):
    """Leave a room. When its last owner leaves, the longest standing moderator, or else member, owns it."""

    t = "room.leave"
    room_id: RoomId


class Member(Struct, frozen=True):
    """Somebody in a room; `read_seq` is up to where they have read it, `muted_until` from when on they may write (0: now)."""

    user_id: UserId
    handle: str
    display_name: str
    role: Role
    online: bool
    read_seq: int = 0
    muted_until: Millis = 0
    bot: bool = False


class RoomMembersResult(Reply, frozen=True):
    """Who is in the room, in order of joining."""

    t = "room.members_result"
    room_id: RoomId
    members: list[Member]


class RoomMembers(Request[RoomMembersResult], frozen=True):
    """Who is in a room that you are in."""

    t = "room.members"
    room_id: RoomId

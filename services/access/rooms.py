"""Which rooms may somebody see, enter, moderate and own?

A public room is seen by all, a discoverable group too, a hidden group by its members only. An admin of the server
has an owner's powers in public rooms, and none in a group they are not in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import apsw
from msgspec import Struct

from bus.errors import Forbidden, NotFound
from bus.message import Context
from bus.protocol.rooms import Kind, RoomInfo, Visibility
from bus.protocol.terms import Role, User

NO_ROOM = "there is no such room"
RANKS = {None: 0, "member": 1, "mod": 2, "owner": 3}


class Room(Struct, frozen=True):
    """A room as one asker stands to it; `room_no` stays in the house, for it would tell how many rooms there are.

    `asker` is who asked, where that is a user: who acts on the room mostly needs it too. They may not write before `muted_until`.
    """

    room_no: int
    info: RoomInfo
    last_seq: int
    role: Role | None
    rank: int
    asker: User | None
    muted_until: int

    @property
    def room_id(self) -> str:
        return self.info.room_id


def known(db: apsw.Connection, room_id: str) -> int | None:
    """The room_no of a room that exists."""
    return db.execute("select room_no from rooms where room_id = ? and deleted = 0", (room_id,)).get


def visible(db: apsw.Connection, context: Context, room_id: str) -> Room:
    """The room, if the asker may know of it; raises NotFound."""
    room = find(db, context, room_id)
    if room is None or (room.role is None and room.info.kind == "group" and room.info.visibility == "hidden"):
        raise NotFound(NO_ROOM)
    return room


def find(db: apsw.Connection, context: Context, room_id: str) -> Room | None:
    """The room as the asker stands to it, whether or not they may know of it: for those who check that otherwise."""
    row = db.execute(
        """
        select rooms.room_no, kind, name, topic, visibility, created_by, rooms.created_at, retention_days, last_seq, role, is_admin,
          coalesce(mutes.until, 0), users.user_id, handle, display_name, is_bot
        from rooms
        left join members on members.room_no = rooms.room_no and members.user_id = :me
        left join users on users.user_id = :me
        left join mutes on mutes.room_no = rooms.room_no and mutes.user_id = :me
        where room_id = :room_id and deleted = 0
        """,
        {"me": context.user_id, "room_id": room_id},
    ).fetchone()
    if row is None:
        return None
    room_no, kind, name, topic, visibility, created_by, created_at, days, last_seq, role, is_admin, muted_until, *asker = row
    return Room(
        room_no=int(room_no),  # type: ignore[arg-type]
        info=RoomInfo(
            room_id,
            cast("Kind", kind),
            str(name),
            str(topic),
            cast("Visibility", visibility),
            str(created_by),
            int(created_at),
            int(days),  # type: ignore[arg-type]
        ),
        last_seq=int(last_seq),  # type: ignore[arg-type]
        role=cast("Role | None", role),
        rank=RANKS["owner"] if is_admin and kind == "public" else rank(cast("Role | None", role)),
        asker=_user(is_admin, *asker),
        muted_until=int(muted_until),  # type: ignore[arg-type]
    )


def _user(is_admin: object, user_id: object, handle: object, display_name: object, is_bot: object) -> User | None:
    return User(str(user_id), str(handle), str(display_name), ["admin"] if is_admin else [], bool(is_bot)) if user_id else None


def entered(db: apsw.Connection, context: Context, room_id: str) -> Room:
    """The room, if the asker is in it; raises Forbidden for one that may be seen from outside only."""
    room = visible(db, context, room_id)
    if room.role is None:
        raise Forbidden("join the room first", room_id=room_id)
    return room


def unmuted(room: Room, now: int) -> None:
    """Raises Forbidden while the asker may only read there; `now` and `until` are epoch milliseconds."""
    if room.muted_until > now:
        until = datetime.fromtimestamp(room.muted_until / 1000, UTC)
        raise Forbidden(f"you are muted here until {until:%Y-%m-%d %H:%M:%S} UTC", room_id=room.room_id, until=room.muted_until)


def moderated(db: apsw.Connection, context: Context, room_id: str) -> Room:
    """The room, if the asker may keep order in it."""
    return _ranked(db, context, room_id, "mod", "this is for the room's moderators")


def owned(db: apsw.Connection, context: Context, room_id: str) -> Room:
    """The room, if the asker has an owner's powers in it."""
    return _ranked(db, context, room_id, "owner", "this is for the room's owner")


def rank(role: Role | None) -> int:
    """How high a role stands; outsiders stand at 0."""
    return RANKS[role]


def _ranked(db: apsw.Connection, context: Context, room_id: str, least: Role, why: str) -> Room:
    room = visible(db, context, room_id)
    if room.rank < RANKS[least]:
        raise Forbidden(why, room_id=room_id)
    return room

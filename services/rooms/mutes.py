"""Who may only read in a room for a while, and until when; a row outlives its time until somebody is muted there again.

It stays with whoever leaves, so that coming back does not end it. Who is made the owner is free: nobody is left to free them.
"""

from __future__ import annotations

import apsw

from bus.protocol.order import RoomMuted
from bus.protocol.rooms import RoomDeleted, RoomMemberEvent
from services.store import Entry, Projection

projection = Projection(
    """
    create table mutes (
      room_no integer not null references rooms,
      user_id text not null,
      until integer not null,
      primary key (room_no, user_id)
    ) strict, without rowid;
    """,
    "mutes",
)


@projection.on(RoomMuted)
def mute(db: apsw.Connection, fact: RoomMuted, entry: Entry) -> None:
    room_no: int = db.execute("select room_no from rooms where room_id = ?", (fact.room_id,)).get
    db.execute("delete from mutes where room_no = ? and (user_id = ? or until <= ?)", (room_no, fact.target_user_id, entry.ts))
    if fact.until:
        db.execute("insert into mutes (room_no, user_id, until) values (?, ?, ?)", (room_no, fact.target_user_id, fact.until))


@projection.on(RoomMemberEvent)
def free(db: apsw.Connection, fact: RoomMemberEvent, entry: Entry) -> None:
    if fact.kind == "role" and fact.role == "owner":
        of_room = "delete from mutes where user_id = ? and room_no = (select room_no from rooms where room_id = ?)"
        db.execute(of_room, (fact.target_user_id, fact.room_id))


@projection.on(RoomDeleted)
def forget(db: apsw.Connection, fact: RoomDeleted, entry: Entry) -> None:
    db.execute("delete from mutes where room_no = (select room_no from rooms where room_id = ?)", (fact.room_id,))


def until(db: apsw.Connection, room_no: int, user_id: str) -> int:
    """Epoch milliseconds; 0 for somebody who never was, or is free again."""
    return db.execute("select coalesce(max(until), 0) from mutes where room_no = ? and user_id = ?", (room_no, user_id)).get

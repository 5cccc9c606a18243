"""The marks: up to where each member has received and read each room, as the facts about it left them.

A mark begins where the room stood when its owner came, never goes back, and goes when they leave. Who posts a message
holds it, and has read it: their marks move over it by themselves when they stood right before it, and wait where
something before it is still unread.
"""

from __future__ import annotations

import apsw
from msgspec import Struct

from bus.protocol.inside import DeliveryMoved
from bus.protocol.messages import MsgEvent, MsgReadEvent
from bus.protocol.rooms import RoomDeleted, RoomMemberEvent
from services.store import Entry, Projection

projection = Projection(
    """
    create table deliveries (
      room_no integer not null,
      user_id text not null,
      delivered_seq integer not null,
      read_seq integer not null,
      primary key (room_no, user_id),
      check (read_seq <= delivered_seq)
    ) strict, without rowid;
    """,
    "deliveries",
)


class Marks(Struct, frozen=True):
    """Seqs; what was read was also received."""

    delivered: int = 0
    read: int = 0


@projection.on(MsgReadEvent)
def read(db: apsw.Connection, fact: MsgReadEvent, entry: Entry) -> None:
    _move(db, fact.room_id, fact.user_id, Marks(fact.up_to_seq, fact.up_to_seq))


@projection.on(DeliveryMoved)
def deliver(db: apsw.Connection, fact: DeliveryMoved, entry: Entry) -> None:
    _move(db, fact.room_id, fact.user_id, Marks(fact.up_to_seq))


@projection.on(MsgEvent)
def post(db: apsw.Connection, fact: MsgEvent, entry: Entry) -> None:
    db.execute(
        """
        insert into deliveries (room_no, user_id, delivered_seq, read_seq)
        values ((select room_no from rooms where room_id = :room_id), :user_id, :seq = 1, :seq = 1)
        on conflict (room_no, user_id) do update set
          delivered_seq = delivered_seq + (delivered_seq = :seq - 1), read_seq = read_seq + (read_seq = :seq - 1)
        """,
        {"room_id": fact.room_id, "user_id": fact.msg.user_id, "seq": fact.msg.seq},
    )


@projection.on(RoomMemberEvent)
def come_and_go(db: apsw.Connection, fact: RoomMemberEvent, entry: Entry) -> None:
    match fact.kind:
        case "join":
            _start(db, fact.room_id, fact.target_user_id)
        case "leave" | "kick" | "ban":
            _part(db, fact.room_id, fact.target_user_id)
        case "unban" | "role":
            pass


def _start(db: apsw.Connection, room_id: str, user_id: str) -> None:
    """A newcomer may read what was said before, but none of it waits for them."""
    db.execute(
        """
        insert into deliveries (room_no, user_id, delivered_seq, read_seq)
        select room_no, ?, last_seq, last_seq from rooms where room_id = ?
        """,
        (user_id, room_id),
    )


def _part(db: apsw.Connection, room_id: str, user_id: str) -> None:
    db.execute("delete from deliveries where room_no = (select room_no from rooms where room_id = ?) and user_id = ?", (room_id, user_id))


@projection.on(RoomDeleted)
def clear(db: apsw.Connection, fact: RoomDeleted, entry: Entry) -> None:
    db.execute("delete from deliveries where room_no = (select room_no from rooms where room_id = ?)", (fact.room_id,))


def marks(db: apsw.Connection, room_no: int, user_id: str) -> Marks:
    row = db.execute("select delivered_seq, read_seq from deliveries where room_no = ? and user_id = ?", (room_no, user_id)).fetchone()
    return Marks(*row) if row else Marks()  # type: ignore[arg-type]


def _move(db: apsw.Connection, room_id: str, user_id: str, to: Marks) -> None:
    db.execute(
        """
        insert into deliveries (room_no, user_id, delivered_seq, read_seq)
        values ((select room_no from rooms where room_id = ?), ?, ?, ?)
        on conflict (room_no, user_id) do update set
          delivered_seq = max(delivered_seq, excluded.delivered_seq), read_seq = max(read_seq, excluded.read_seq)
        """,
        (room_id, user_id, to.delivered, to.read),
    )

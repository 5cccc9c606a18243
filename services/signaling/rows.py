"""Running calls and the places in them, as the facts left them: what a new life of the server finds again.

Whoever is put out of a room, or whose session ends, has no place here from that very fact on.
"""

from __future__ import annotations

import apsw
from msgspec import Struct

from bus.protocol.inside import SessionRevoked, UserUpdated
from bus.protocol.places import PlaceLeft, PlaceTaken
from bus.protocol.rooms import RoomDeleted, RoomMemberEvent
from bus.protocol.rtc import RtcCallEvent
from services.store import Entry, Projection

projection = Projection(
    """
    create table calls (
      call_id text primary key,
      room_id text not null unique,
      call_no integer not null
    ) strict, without rowid;
    create table call_places (
      peer_id text primary key,
      call_id text not null,
      user_id text not null,
      session_id text not null,
      place_no integer not null
    ) strict, without rowid;
    """,
    "calls",
    "call_places",
)


class StoredPlace(Struct, frozen=True):
    peer_id: str
    user_id: str
    session_id: str


class StoredCall(Struct, frozen=True):
    call_id: str
    room_id: str
    places: list[StoredPlace]


@projection.on(RtcCallEvent)
def begin_or_end(db: apsw.Connection, fact: RtcCallEvent, entry: Entry) -> None:
    match fact.event:
        case "created":
            db.execute("insert into calls (call_id, room_id, call_no) values (?, ?, ?)", (fact.call_id, fact.room_id, entry.event_id))
        case "ended":
            _end(db, fact.call_id)


@projection.on(PlaceTaken)
def take(db: apsw.Connection, fact: PlaceTaken, entry: Entry) -> None:
    db.execute(
        "insert into call_places (peer_id, call_id, user_id, session_id, place_no) values (?, ?, ?, ?, ?)",
        (fact.peer_id, fact.call_id, fact.user_id, fact.session_id, entry.event_id),
    )


@projection.on(PlaceLeft)
def leave(db: apsw.Connection, fact: PlaceLeft, entry: Entry) -> None:
    db.execute("delete from call_places where peer_id = ?", (fact.peer_id,))


@projection.on(RoomMemberEvent)
def part(db: apsw.Connection, fact: RoomMemberEvent, entry: Entry) -> None:
    if fact.kind in {"leave", "kick", "ban"}:
        db.execute(
            "delete from call_places where user_id = ? and call_id = (select call_id from calls where room_id = ?)",
            (fact.target_user_id, fact.room_id),
        )


@projection.on(RoomDeleted)
def delete(db: apsw.Connection, fact: RoomDeleted, entry: Entry) -> None:
    if call_id := call_of(db, fact.room_id):
        _end(db, call_id)


@projection.on(SessionRevoked)
def end_session(db: apsw.Connection, fact: SessionRevoked, entry: Entry) -> None:
    db.execute("delete from call_places where session_id = ?", (fact.session_id,))


@projection.on(UserUpdated)
def put_out(db: apsw.Connection, fact: UserUpdated, entry: Entry) -> None:
    if fact.banned:
        db.execute("delete from call_places where user_id = ?", (fact.user_id,))


def _end(db: apsw.Connection, call_id: str) -> None:
    db.execute("delete from call_places where call_id = ?", (call_id,))
    db.execute("delete from calls where call_id = ?", (call_id,))


def call_of(db: apsw.Connection, room_id: str) -> str | None:
    """The room's running call."""
    return db.execute("select call_id from calls where room_id = ?", (room_id,)).get


def room_of(db: apsw.Connection, call_id: str) -> str | None:
    return db.execute("select room_id from calls where call_id = ?", (call_id,)).get


def place_count(db: apsw.Connection, call_id: str) -> int:
    return db.execute("select count(*) from call_places where call_id = ?", (call_id,)).get


def running(db: apsw.Connection) -> list[StoredCall]:
    """All calls with their places, both in order of their beginning."""
    calls = db.execute("select call_id, room_id from calls order by call_no").fetchall()
    return [StoredCall(str(call_id), str(room_id), _places(db, str(call_id))) for call_id, room_id in calls]


def _places(db: apsw.Connection, call_id: str) -> list[StoredPlace]:
    rows = db.execute("select peer_id, user_id, session_id from call_places where call_id = ? order by place_no", (call_id,))
    return [StoredPlace(*row) for row in rows]  # type: ignore[arg-type]

"""What scripts have left in the brain, by key, as JSON; and what the bot must know of others when it begins to live."""

from __future__ import annotations

import apsw
from msgspec import Struct

from bus.protocol.inside import BrainChanged
from services.hubot.words import Person
from services.store import Entry, Projection

projection = Projection(
    """
    create table brain (
      key text primary key,
      value_json text not null
    ) strict, without rowid;
    """,
    "brain",
)


@projection.on(BrainChanged)
def change(db: apsw.Connection, fact: BrainChanged, entry: Entry) -> None:
    for key, value in fact.values.items():
        if value is None:
            db.execute("delete from brain where key = ?", (key,))
        else:
            db.execute(
                "insert into brain (key, value_json) values (?, ?) on conflict (key) do update set value_json = excluded.value_json",
                (key, value),
            )


class Known(Struct, frozen=True):
    """The world as the bot finds it: its rooms, all topics, who keeps order where, who there is, and which of them are bots."""

    handle: str
    banned: bool
    rooms: set[str]
    topics: dict[str, str]
    roles: list[tuple[str, str, str]]
    """Room, user, and their role there where that is not `member`."""
    people: list[Person]
    bots: set[str]


def value(db: apsw.Connection, key: str) -> str | None:
    return db.execute("select value_json from brain where key = ?", (key,)).get


def brain(db: apsw.Connection) -> dict[str, str]:
    return {str(key): str(value) for key, value in db.execute("select key, value_json from brain order by key")}


def known(db: apsw.Connection, user_id: str) -> Known:
    """Raises LookupError where there is no such user."""
    row = db.execute("select handle, banned_at from users where user_id = ?", (user_id,)).fetchone()
    if row is None:
        raise LookupError("the bot has no account")
    rooms = db.execute("select room_id from members join rooms using (room_no) where user_id = ? and deleted = 0", (user_id,))
    topics = db.execute("select room_id, topic from rooms where deleted = 0")
    roles = db.execute("select room_id, user_id, role from members join rooms using (room_no) where role <> 'member' and deleted = 0")
    found = db.execute("select user_id, handle, display_name, is_admin from users order by user_no")
    bots = db.execute("select user_id from users where is_bot = 1")
    return Known(
        str(row[0]),
        row[1] is not None,
        {str(room_id) for (room_id,) in rooms},
        {str(room_id): str(topic) for room_id, topic in topics},
        [(str(room_id), str(user_id), str(role)) for room_id, user_id, role in roles],
        [Person(str(found_id), str(handle), str(name), ("admin",) if is_admin else ()) for found_id, handle, name, is_admin in found],
        {str(bot) for (bot,) in bots},
    )


def sits(db: apsw.Connection, room_no: int, user_id: str) -> bool:
    """Whether somebody who is not banned is in a room."""
    found = db.execute(
        "select 1 from members join users using (user_id) where room_no = ? and user_id = ? and banned_at is null", (room_no, user_id)
    )
    return found.get is not None


def handle_taken(db: apsw.Connection, handle: str) -> bool:
    return db.execute("select 1 from users where handle = ?", (handle,)).get is not None


def exists(db: apsw.Connection, user_id: str) -> bool:
    return db.execute("select 1 from users where user_id = ?", (user_id,)).get is not None

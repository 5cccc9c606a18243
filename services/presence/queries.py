"""What presence reads from the rows of others: who there is, and which rooms two people share."""

from __future__ import annotations

import apsw
from msgspec import Struct

from bus.message import Context
from bus.protocol.terms import Role
from services import access


class Person(Struct, frozen=True):
    user_id: str
    handle: str
    display_name: str
    bot: bool = False


class Seat(Struct, frozen=True):
    """A person's place in one room."""

    person: Person
    role: Role
    read_seq: int
    muted_until: int
    bot: bool


class Roster(Struct, frozen=True):
    """Some people, and for each the room_ids that the asker is in too."""

    people: list[Person]
    shared: dict[str, list[str]]


def roster(db: apsw.Connection, context: Context, room_id: str | None) -> Roster:
    """Everybody, or everybody in one room; raises like access.entered."""
    people = everybody(db) if room_id is None else roommates(db, access.entered(db, context, room_id).room_no)
    return Roster(people, shared_rooms(db, context.user))


def everybody(db: apsw.Connection) -> list[Person]:
    """All who are not banned, in order of joining."""
    rows = db.execute("select user_id, handle, display_name, is_bot from users where banned_at is null order by user_no")
    return [Person(str(user_id), str(handle), str(name), bool(bot)) for user_id, handle, name, bot in rows]


def roommates(db: apsw.Connection, room_no: int) -> list[Person]:
    rows = db.execute(
        """
        select user_id, handle, display_name, is_bot from members join users using (user_id)
        where room_no = ? and banned_at is null order by joined_no
        """,
        (room_no,),
    )
    return [Person(str(user_id), str(handle), str(name), bool(bot)) for user_id, handle, name, bot in rows]


def seats(db: apsw.Connection, room_no: int) -> list[Seat]:
    """The members of a room, in order of joining."""
    rows = db.execute(
        """
        select role, coalesce(read_seq, 0), coalesce(until, 0), is_bot, user_id, handle, display_name from members
        join users using (user_id) left join deliveries using (room_no, user_id) left join mutes using (room_no, user_id)
        where room_no = ? order by joined_no
        """,
        (room_no,),
    )
    return [Seat(Person(*person), role, read_seq, muted_until, bool(bot)) for role, read_seq, muted_until, bot, *person in rows]


def shared_rooms(db: apsw.Connection, user_id: str) -> dict[str, list[str]]:
    """By user, the rooms that they and this one are in."""
    shared: dict[str, list[str]] = {}
    rows = db.execute(
        """
        select members.user_id, room_id from members as mine
        join members using (room_no) join rooms using (room_no)
        where mine.user_id = ? and deleted = 0 order by room_no
        """,
        (user_id,),
    )
    for other_id, room_id in rows:
        shared.setdefault(other_id, []).append(room_id)
    return shared

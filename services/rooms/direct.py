"""The hidden group in which a bot speaks to one user: made at first use, with both in it, and found again for ever.

Nobody else may put people into a group without asking them, so this is for bots only, and into a group of the two only. Whoever
leaves it has said that they do not want to be spoken to.
"""

from __future__ import annotations

import apsw

from bus.errors import Conflict, Forbidden
from bus.message import Context
from bus.protocol.errands import DirectOpen, DirectOpened, DirectRoom
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomMemberEvent
from bus.protocol.terms import MAX_ROOMS, User
from services import access
from services.rooms import rows
from services.store import Entry, Projection, Transaction

projection = Projection(
    """
    create table directs (
      bot_user_id text not null,
      user_id text not null,
      room_id text not null,
      primary key (bot_user_id, user_id)
    ) strict, without rowid;
    """,
    "directs",
)


@projection.on(DirectOpened)
def keep(db: apsw.Connection, fact: DirectOpened, entry: Entry) -> None:
    db.execute("insert into directs (bot_user_id, user_id, room_id) values (?, ?, ?)", (fact.bot_user_id, fact.user_id, fact.room_id))


@DirectOpen.commit
def open_direct(tx: Transaction, request: DirectOpen, context: Context) -> DirectRoom:
    bot, user = access.somebody(tx.db, context.user), access.somebody(tx.db, request.user_id)
    if not bot.bot:
        raise Forbidden("this is for bots")
    if user.bot:
        raise Forbidden("bots do not speak to each other")
    room_id = _room_of(tx.db, bot, user) or _make(tx, bot, user, context)
    room_no = access.known(tx.db, room_id)
    if room_no is None or rows.role_of(tx.db, room_no, user.user_id) is None:
        raise Forbidden(f"{user.handle} does not want to be spoken to")
    return DirectRoom(room_id)


def _make(tx: Transaction, bot: User, user: User, context: Context) -> str:
    if rows.room_count(tx.db) >= MAX_ROOMS:
        raise Conflict(f"this server has {MAX_ROOMS} rooms; delete one first")
    room_id = tx.new_id("g_")
    tx.record(RoomCreated(RoomInfo(room_id, "group", f"{bot.handle} & {user.handle}", "", "hidden", bot.user_id, tx.now)), context)
    tx.record(RoomMemberEvent(room_id, "join", bot.user_id, bot.user_id, "owner"), context)
    tx.record(RoomMemberEvent(room_id, "join", bot.user_id, user.user_id, "member"), context)
    tx.record(DirectOpened(bot.user_id, user.user_id, room_id), context)
    return room_id


def _room_of(db: apsw.Connection, bot: User, user: User) -> str | None:
    return db.execute("select room_id from directs where bot_user_id = ? and user_id = ?", (bot.user_id, user.user_id)).get

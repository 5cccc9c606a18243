"""Bringing bots into a room: for its moderators, who alone hear which bots there are.

A person, somebody unknown and a bot that is banned from the server are one and the same here: no such bot.
"""

from __future__ import annotations

import apsw

from bus.errors import Forbidden, NotFound
from bus.message import Context
from bus.protocol.order import RoomAddBot, RoomBot, RoomBots, RoomBotsResult
from bus.protocol.rooms import RoomMemberEvent
from services import access
from services.rooms import rows
from services.rooms.deeds import take_in
from services.store import Snapshot, Transaction


@RoomAddBot.commit
def add(tx: Transaction, request: RoomAddBot, context: Context) -> RoomMemberEvent:
    """Added twice it is in once."""
    room = access.moderated(tx.db, context, request.room_id)
    if not is_bot(tx.db, request.user_id):
        raise NotFound("there is no such bot")
    if rows.is_banned(tx.db, room.room_no, request.user_id):
        raise Forbidden("this bot is banned from the room; lift the ban first", room_id=room.room_id)
    return take_in(tx, room, request.user_id, rows.role_of(tx.db, room.room_no, request.user_id), context)


@RoomBots.read
def bots(snapshot: Snapshot, request: RoomBots, context: Context) -> RoomBotsResult:
    room = access.moderated(snapshot.db, context, request.room_id)
    return RoomBotsResult(request.room_id, every_bot(snapshot.db, room.room_no))


def is_bot(db: apsw.Connection, user_id: str) -> bool:
    """Whether this is a bot that is not banned from the server."""
    return db.execute("select 1 from users where user_id = ? and is_bot = 1 and banned_at is null", (user_id,)).get is not None


def every_bot(db: apsw.Connection, room_no: int) -> list[RoomBot]:
    """Bots that are not banned from the server, in order of joining it."""
    found = db.execute(
        """
        select users.user_id, handle, display_name, role is not null
        from users left join members on members.user_id = users.user_id and room_no = ?
        where is_bot = 1 and banned_at is null order by user_no
        """,
        (room_no,),
    )
    return [RoomBot(str(user_id), str(handle), str(name), bool(in_room)) for user_id, handle, name, in_room in found]

"""Looking at rooms."""

from __future__ import annotations

from bus.message import Context
from bus.protocol.order import RoomBans, RoomBansResult
from bus.protocol.rooms import RoomList, RoomListResult
from services import access
from services.rooms import rows
from services.store import Snapshot


@RoomList.read
def listed(snapshot: Snapshot, request: RoomList, context: Context) -> RoomListResult:
    return RoomListResult(rows.listed(snapshot.db, context.user))


@RoomBans.read
def bans(snapshot: Snapshot, request: RoomBans, context: Context) -> RoomBansResult:
    room = access.moderated(snapshot.db, context, request.room_id)
    return RoomBansResult(request.room_id, rows.banned(snapshot.db, room.room_no))

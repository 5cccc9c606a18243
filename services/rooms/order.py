"""Keeping order: who may put out, ban, let in again and promote whom. One acts only on those below oneself."""

from __future__ import annotations

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.order import RoomBan, RoomKick, RoomSetRole, RoomUnban
from bus.protocol.rooms import RoomMemberEvent
from services import access
from services.rooms import rows
from services.rooms.deeds import settle_ownership
from services.store import Transaction


@RoomKick.commit
def kick(tx: Transaction, request: RoomKick, context: Context) -> RoomMemberEvent:
    room = access.moderated(tx.db, context, request.room_id)
    _member_below(tx, room, request.user_id, context)
    kicked = RoomMemberEvent(request.room_id, "kick", context.user, request.user_id, reason=request.reason)
    tx.record(kicked, context)
    settle_ownership(tx, room, context)
    return kicked


@RoomBan.commit
def ban(tx: Transaction, request: RoomBan, context: Context) -> RoomMemberEvent:
    room = access.moderated(tx.db, context, request.room_id)
    access.somebody(tx.db, request.user_id)
    _below(tx, room, request.user_id, context)
    banned = RoomMemberEvent(request.room_id, "ban", context.user, request.user_id, reason=request.reason)
    tx.record(banned, context)
    settle_ownership(tx, room, context)
    return banned


@RoomUnban.commit
def unban(tx: Transaction, request: RoomUnban, context: Context) -> RoomMemberEvent:
    room = access.moderated(tx.db, context, request.room_id)
    if not rows.is_banned(tx.db, room.room_no, request.user_id):
        raise NotFound("nobody of that name is banned here")
    unbanned = RoomMemberEvent(request.room_id, "unban", context.user, request.user_id, reason=request.reason)
    tx.record(unbanned, context)
    return unbanned


@RoomSetRole.commit
def set_role(tx: Transaction, request: RoomSetRole, context: Context) -> RoomMemberEvent:
    """Owners only, on anybody, themselves included; the last owner stays one."""
    room = access.owned(tx.db, context, request.room_id)
    before = rows.role_of(tx.db, room.room_no, request.user_id)
    if before is None:
        raise NotFound("there is no such member")
    if before == "owner" != request.role and rows.owner_count(tx.db, room.room_no) == 1:
        raise Conflict("a room needs an owner; make somebody else one first")
    changed = RoomMemberEvent(request.room_id, "role", context.user, request.user_id, request.role)
    if before != request.role:
        tx.record(changed, context)
    return changed


def _member_below(tx: Transaction, room: access.Room, user_id: str, context: Context) -> None:
    if rows.role_of(tx.db, room.room_no, user_id) is None:
        raise NotFound("there is no such member")
    _below(tx, room, user_id, context)


def _below(tx: Transaction, room: access.Room, user_id: str, context: Context) -> None:
    if user_id == context.user_id:
        raise Conflict("leave the room instead")
    if room.rank <= access.rank(rows.role_of(tx.db, room.room_no, user_id)):
        raise Forbidden("only somebody above them may do that")

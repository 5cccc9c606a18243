"""Keeping order: who may put out, ban, let in again, mute and promote whom. One acts only on those below oneself."""

from __future__ import annotations

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.order import RoomBan, RoomKick, RoomMute, RoomMuted, RoomSetRole, RoomUnban, RoomUnmute
from bus.protocol.rooms import RoomMemberEvent
from services import access
from services.rooms import mutes, rows
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


@RoomMute.commit
def mute(tx: Transaction, request: RoomMute, context: Context) -> RoomMuted:
    """Muted anew, the later word counts, be it the longer or the shorter."""
    room = access.moderated(tx.db, context, request.room_id)
    _member_below(tx, room, request.user_id, context)
    muted = RoomMuted(request.room_id, request.user_id, context.user, tx.now + request.ttl_ms, request.reason)
    tx.record(muted, context)
    return muted


@RoomUnmute.commit
def unmute(tx: Transaction, request: RoomUnmute, context: Context) -> RoomMuted:
    """Also of somebody who is out at the moment; never of oneself, unless as an admin of the server."""
    room = access.moderated(tx.db, context, request.room_id)
    if mutes.until(tx.db, room.room_no, request.user_id) <= tx.now:
        raise NotFound("nobody of that name is muted here")
    _above(tx, room, request.user_id)
    unmuted = RoomMuted(request.room_id, request.user_id, context.user, 0, request.reason)
    tx.record(unmuted, context)
    return unmuted


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
    _above(tx, room, user_id)


def _above(tx: Transaction, room: access.Room, user_id: str) -> None:
    if room.rank <= access.rank(rows.role_of(tx.db, room.room_no, user_id)):
        raise Forbidden("only somebody above them may do that")

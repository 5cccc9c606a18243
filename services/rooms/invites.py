"""Invites into a room: a token that is shown once and kept as its hash.

To whoever does not moderate a room, its invites do not exist; nor do those of another room to whoever moderates this one.
"""

from __future__ import annotations

from bus.errors import AuthFailed, NotFound
from bus.message import Context
from bus.protocol.inside import InviteMade, InviteRevoked, InviteUsed
from bus.protocol.order import (
    RoomInvite,
    RoomInviteCreate,
    RoomInviteRedeem,
    RoomInviteRedeemAck,
    RoomInviteRevoke,
    RoomInviteRevoked,
    RoomInvites,
    RoomInvitesResult,
)
from services import access
from services.access import invites
from services.rooms import rows
from services.rooms.deeds import enter
from services.store import Snapshot, Transaction


@RoomInviteCreate.commit
def create(tx: Transaction, request: RoomInviteCreate, context: Context) -> RoomInvite:
    access.moderated(tx.db, context, request.room_id)
    token, invite_id = tx.new_token(), tx.new_id("inv_")
    expires_at = tx.now + request.ttl_ms
    made = InviteMade(invite_id, invites.hash_of(token), expires_at, request.max_uses, room_id=request.room_id)
    tx.record(made, context)
    return RoomInvite(request.room_id, token, invite_id, expires_at, request.max_uses)


@RoomInvites.read
def invites_into(snapshot: Snapshot, request: RoomInvites, context: Context) -> RoomInvitesResult:
    access.moderated(snapshot.db, context, request.room_id)
    return RoomInvitesResult(request.room_id, rows.open_invites(snapshot.db, request.room_id, snapshot.now))


@RoomInviteRevoke.commit
def revoke(tx: Transaction, request: RoomInviteRevoke, context: Context) -> RoomInviteRevoked:
    access.moderated(tx.db, context, request.room_id)
    if request.invite_id not in {invite.invite_id for invite in rows.open_invites(tx.db, request.room_id, tx.now)}:
        raise NotFound("there is no such open invite")
    tx.record(InviteRevoked(request.invite_id), context)
    return RoomInviteRevoked(request.room_id, request.invite_id)


@RoomInviteRedeem.commit
def redeem(tx: Transaction, request: RoomInviteRedeem, context: Context) -> RoomInviteRedeemAck:
    """Enter. Somebody who is in already uses nothing up; somebody banned learns no more than for a bad token."""
    invite = invites.usable(tx.db, request.invite_token, tx.now)
    if invite.room_id is None or (room := invites.room_behind(tx.db, context, invite.room_id)) is None:
        raise AuthFailed(invites.BAD)
    if rows.is_banned(tx.db, room.room_no, context.user):
        raise AuthFailed(invites.BAD)
    if room.role is None:
        enter(tx, room, context)
        tx.record(InviteUsed(invite.invite_id), context)
    return RoomInviteRedeemAck(room.room_id)

"""Making, changing and deleting rooms, coming and going."""

from __future__ import annotations

from bus.errors import Conflict, Forbidden
from bus.message import Context
from bus.protocol.rooms import (
    RoomCreate,
    RoomCreated,
    RoomDelete,
    RoomDeleted,
    RoomInfo,
    RoomJoin,
    RoomLeave,
    RoomMemberEvent,
    RoomUpdate,
    RoomUpdated,
)
from bus.protocol.terms import MAX_GROUP_MEMBERS, MAX_ROOMS, Role
from services import access
from services.rooms import rows
from services.store import Transaction


@RoomCreate.commit
def create(tx: Transaction, request: RoomCreate, context: Context) -> RoomCreated:
    if rows.room_count(tx.db) >= MAX_ROOMS:
        raise Conflict(f"this server has {MAX_ROOMS} rooms; delete one first")
    room_id = tx.new_id("r_" if request.kind == "public" else "g_")
    created = RoomCreated(RoomInfo(room_id, request.kind, request.name, request.topic, request.visibility, context.user, tx.now))
    tx.record(created, context)
    tx.record(RoomMemberEvent(room_id, "join", context.user, context.user, "owner"), context)
    return created


@RoomUpdate.commit
def update(tx: Transaction, request: RoomUpdate, context: Context) -> RoomUpdated:
    """Its name and topic are said to all who are in it, so who is muted there changes neither."""
    room = access.moderated(tx.db, context, request.room_id)
    if request.name is not None or request.topic is not None:
        access.unmuted(room, tx.now)
    info = room.info
    updated = RoomUpdated(
        request.room_id,
        info.name if request.name is None else request.name,
        info.topic if request.topic is None else request.topic,
        info.retention_days if request.retention_days is None else request.retention_days,
        context.user,
    )
    tx.record(updated, context)
    return updated


@RoomDelete.commit
def delete(tx: Transaction, request: RoomDelete, context: Context) -> RoomDeleted:
    access.owned(tx.db, context, request.room_id)
    deleted = RoomDeleted(request.room_id)
    tx.record(deleted, context)
    return deleted


@RoomJoin.commit
def join(tx: Transaction, request: RoomJoin, context: Context) -> RoomMemberEvent:
    """Joining twice answers as the first time did, and happens once."""
    room = access.visible(tx.db, context, request.room_id)
    if room.role is None and room.info.kind == "group":
        raise Forbidden("a group is entered by invite", room_id=request.room_id)
    return enter(tx, room, context)


def enter(tx: Transaction, room: access.Room, context: Context) -> RoomMemberEvent:
    """Make the asker a member, unless they are one, banned, or the group is full."""
    if room.role is None and rows.is_banned(tx.db, room.room_no, context.user):
        raise Forbidden("you are banned from this room", room_id=room.room_id)
    return take_in(tx, room, context.user, room.role, context)


def take_in(tx: Transaction, room: access.Room, user_id: str, role: Role | None, context: Context) -> RoomMemberEvent:
    """Make somebody who may come in a member, unless they are one (`role`) or the group is full."""
    joined = RoomMemberEvent(room.room_id, "join", context.user, user_id, role or "member")
    if role is not None:
        return joined
    if room.info.kind == "group" and rows.member_count(tx.db, room.room_no) >= MAX_GROUP_MEMBERS:
        raise Conflict(f"the group has {MAX_GROUP_MEMBERS} members; it is full")
    tx.record(joined, context)
    return joined


@RoomLeave.commit
def leave(tx: Transaction, request: RoomLeave, context: Context) -> RoomMemberEvent:
    room = access.entered(tx.db, context, request.room_id)
    left = RoomMemberEvent(request.room_id, "leave", context.user, context.user)
    tx.record(left, context)
    settle_ownership(tx, room, context)
    return left


def settle_ownership(tx: Transaction, room: access.Room, context: Context) -> None:
    """A room without an owner gets the next in line; a group that no person is in any more is deleted, whichever bots are."""
    heir = rows.heir(tx.db, room.room_no)
    if heir is None and room.info.kind == "group":
        tx.record(RoomDeleted(room.room_id), context)
    elif heir and not rows.owner_count(tx.db, room.room_no):
        tx.record(RoomMemberEvent(room.room_id, "role", context.user, heir, "owner"), context)

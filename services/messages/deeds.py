"""Posting, editing, taking back and reacting.

What was posted once under a client_msg_id stays posted once, for ever. A message that the asker may not read answers
as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable

import apsw
from msgspec.structs import replace

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.inside import RetentionSweep, Swept
from bus.protocol.messages import Msg, MsgAck, MsgDelete, MsgEdit, MsgEvent, MsgReact, MsgReactionEvent, MsgSend, MsgUpdated
from services import access
from services.messages import queries
from services.messages.queries import Stored
from services.store import Transaction

NO_MESSAGE = "there is no such message"
MOST_EMOJI = 20
SWEPT_AT_ONCE = 200


@MsgSend.commit
def send(tx: Transaction, request: MsgSend, context: Context) -> MsgAck:
    room = access.entered(tx.db, context, request.room_id)
    if ack := _acked(tx.db, room, request, context):
        return ack
    access.unmuted(room, tx.now)
    if request.reply_to_msg_id and queries.seq_in(tx.db, room.room_no, request.reply_to_msg_id) is None:
        raise NotFound(NO_MESSAGE)
    author = room.asker or access.somebody(tx.db, context.user)
    msg = Msg(
        tx.new_id("m_"),
        room.last_seq + 1,
        tx.next_event_id,
        author.user_id,
        author.handle,
        tx.now,
        request.text,
        bot=author.bot,
        client_msg_id=request.client_msg_id,
        reply_to_msg_id=request.reply_to_msg_id,
        mentions=_members(tx.db, room, request.mentions),
        attachments=request.attachments,
    )
    tx.record(MsgEvent(request.room_id, msg), context)
    return MsgAck(request.room_id, request.client_msg_id, msg.msg_id, msg.seq, msg.ts)


@MsgEdit.commit
def edit(tx: Transaction, request: MsgEdit, context: Context) -> MsgUpdated:
    """A text that is already so answers with the message as it is."""
    room, stored = _readable(tx.db, request.msg_id, context)
    if room.role is None:
        raise NotFound(NO_MESSAGE)
    if stored.msg.user_id != context.user:
        raise Forbidden("only its author may edit a message", room_id=room.room_id)
    access.unmuted(room, tx.now)
    _living(stored)
    if stored.msg.text == request.text:
        return MsgUpdated(room.room_id, stored.msg)
    return _rewrite(tx, stored, context, text=request.text, edited_at=tx.now)


@MsgDelete.commit
def delete(tx: Transaction, request: MsgDelete, context: Context) -> MsgUpdated:
    """Taking back what is already gone answers as the first time did."""
    room, stored = _readable(tx.db, request.msg_id, context)
    own = room.role is not None and stored.msg.user_id == context.user
    if not own and room.rank < access.rank("mod"):
        raise Forbidden("only its author or a moderator may take a message back", room_id=room.room_id)
    return _wipe(tx, stored, context) if stored.msg.deleted_at is None else MsgUpdated(room.room_id, stored.msg)


@MsgReact.commit
def react(tx: Transaction, request: MsgReact, context: Context) -> MsgReactionEvent:
    """A reaction that is already so answers with the message's rev as it is."""
    room, stored = _readable(tx.db, request.msg_id, context)
    if room.role is None:
        raise NotFound(NO_MESSAGE)
    access.unmuted(room, tx.now)
    _living(stored)
    msg = stored.msg
    event = MsgReactionEvent(room.room_id, msg.msg_id, msg.seq, msg.rev, context.user, request.emoji, request.on)
    if request.on == (context.user in msg.reactions.get(request.emoji, [])):
        return event
    if request.on and request.emoji not in msg.reactions and len(msg.reactions) >= MOST_EMOJI:
        raise Conflict(f"a message carries {MOST_EMOJI} different reactions at most")
    event = replace(event, rev=tx.next_event_id)
    tx.record(event, context)
    return event


@RetentionSweep.commit
def sweep(tx: Transaction, request: RetentionSweep, context: Context) -> Swept:
    """Take back some of what is older than its room keeps messages; the house asks again while there is `more`."""
    overdue = queries.fetch(tx.db, queries.overdue(tx.db, tx.now, SWEPT_AT_ONCE))
    for stored in overdue:
        _wipe(tx, stored, context)
    return Swept(len(overdue), more=len(overdue) == SWEPT_AT_ONCE)


def _acked(db: apsw.Connection, room: access.Room, request: MsgSend, context: Context) -> MsgAck | None:
    if request.client_msg_id is None:
        return None
    return queries.first_ack(db, room.room_no, room.room_id, context.user, request.client_msg_id)


def _members(db: apsw.Connection, room: access.Room, mentions: Iterable[str]) -> list[str]:
    """Who of these is in the room, each once."""
    named = list(dict.fromkeys(mentions))
    if not named:
        return []
    members = queries.members_among(db, room.room_no, named)
    return [user_id for user_id in named if user_id in members]


def _readable(db: apsw.Connection, msg_id: str, context: Context) -> tuple[access.Room, Stored]:
    """A message that the asker may read as a member, or act upon as a moderator from outside; raises NotFound."""
    rid = queries.place_of(db, msg_id)
    if rid is None:
        raise NotFound(NO_MESSAGE)
    (stored,) = queries.fetch(db, [rid])
    try:
        room = access.visible(db, context, stored.room_id)
    except NotFound:
        raise NotFound(NO_MESSAGE) from None
    if room.role is None and room.rank < access.rank("mod"):
        raise NotFound(NO_MESSAGE)
    return room, stored


def _living(stored: Stored) -> None:
    if stored.msg.deleted_at is not None:
        raise Conflict("the message was deleted", room_id=stored.room_id)


def _wipe(tx: Transaction, stored: Stored, context: Context) -> MsgUpdated:
    return _rewrite(tx, stored, context, text="", mentions=[], attachments=[], reactions={}, deleted_at=tx.now)


def _rewrite(tx: Transaction, stored: Stored, context: Context, **changes: object) -> MsgUpdated:
    updated = MsgUpdated(stored.room_id, replace(stored.msg, rev=tx.next_event_id, **changes))
    tx.record(updated, context)
    return updated

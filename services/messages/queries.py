"""Messages as everybody in the room sees them, with author and reactions.

Queries find rids; `fetch` alone turns rids into messages.
"""

from __future__ import annotations

from collections.abc import Iterable

import apsw
import msgspec
from msgspec import Struct

from bus.protocol.messages import Attachment, Msg, MsgAck

_mentions = msgspec.json.Decoder(list[str])
_attachments = msgspec.json.Decoder(list[Attachment])
Reactions = dict[str, list[str]]


class Stored(Struct, frozen=True):
    """A message and the room it lies in."""

    room_id: str
    msg: Msg


class Row(Struct, frozen=True, array_like=True):
    """What `fetch` selects."""

    rid: int
    room_id: str
    msg_id: str
    seq: int
    rev: int
    user_id: str
    handle: str
    is_bot: int
    ts: int
    text: str
    client_msg_id: str | None
    reply_to_msg_id: str | None
    mentions: str
    attachments: str
    edited_at: int | None
    deleted_at: int | None


def fetch(db: apsw.Connection, rids: Iterable[int]) -> list[Stored]:
    """The messages at these places that exist, in the order asked for."""
    wanted = list(rids)
    listed = msgspec.json.encode(wanted).decode()
    reactions = _reactions(db, listed)
    rows = db.execute(
        """
        select rid, room_id, msg_id, seq, rev, messages.user_id, handle, is_bot, ts, text, client_msg_id, reply_to_msg_id,
          mentions, attachments, edited_at, deleted_at
        from messages join rooms using (room_no) join users on users.user_id = messages.user_id
        where rid in (select value from json_each(?))
        """,
        (listed,),
    )
    found = {row.rid: _stored(row, reactions.get(row.rid, {})) for row in msgspec.convert(rows.fetchall(), list[Row])}
    return [found[rid] for rid in wanted if rid in found]


def place_of(db: apsw.Connection, msg_id: str) -> int | None:
    return db.execute("select rid from messages where msg_id = ?", (msg_id,)).get


def seq_in(db: apsw.Connection, room_no: int, msg_id: str) -> int | None:
    """None also for a message of another room: it is as unknown here as one that never was."""
    return db.execute("select seq from messages where msg_id = ? and room_no = ?", (msg_id, room_no)).get


def first_ack(db: apsw.Connection, room_no: int, room_id: str, user_id: str, client_msg_id: str) -> MsgAck | None:
    """What was answered when this was first posted."""
    row = db.execute(
        "select msg_id, seq, ts from messages where room_no = ? and user_id = ? and client_msg_id = ?",
        (room_no, user_id, client_msg_id),
    ).fetchone()
    return None if row is None else MsgAck(room_id, client_msg_id, *row)  # type: ignore[arg-type]


def members_among(db: apsw.Connection, room_no: int, user_ids: Iterable[str]) -> set[str]:
    rows = db.execute(
        "select user_id from members where room_no = ? and user_id in (select value from json_each(?))",
        (room_no, msgspec.json.encode(list(user_ids)).decode()),
    )
    return {str(user_id) for (user_id,) in rows}


def changed_after(db: apsw.Connection, room_no: int, rev: int, limit: int) -> list[int]:
    """Rids of what came or changed after this rev, in order of rev."""
    rows = db.execute("select rid from messages where room_no = ? and rev > ? order by rev limit ?", (room_no, rev, limit))
    return [rid for (rid,) in msgspec.convert(rows.fetchall(), list[tuple[int]])]


def newest_rev(db: apsw.Connection, room_no: int) -> int:
    return db.execute("select coalesce(max(rev), 0) from messages where room_no = ?", (room_no,)).get


def overdue(db: apsw.Connection, now: int, limit: int) -> list[int]:
    """Rids of messages that are older than their room keeps them."""
    rows = db.execute(
        """
        select rid from rooms cross join messages using (room_no)
        where retention_days > 0 and messages.deleted_at is null and ts < ? - retention_days * 86400000
        order by room_no, ts limit ?
        """,
        (now, limit),
    )
    return [rid for (rid,) in msgspec.convert(rows.fetchall(), list[tuple[int]])]


def _reactions(db: apsw.Connection, listed: str) -> dict[int, Reactions]:
    """By rid; emoji, and who put each, in the order in which they were first put."""
    found: dict[int, Reactions] = {}
    rows = db.execute(
        "select rid, emoji, user_id from reactions where rid in (select value from json_each(?)) order by event_id", (listed,)
    )
    for rid, emoji, user_id in msgspec.convert(rows.fetchall(), list[tuple[int, str, str]]):
        found.setdefault(rid, {}).setdefault(emoji, []).append(user_id)
    return found


def _stored(row: Row, reactions: Reactions) -> Stored:
    msg = Msg(
        row.msg_id,
        row.seq,
        row.rev,
        row.user_id,
        row.handle,
        row.ts,
        row.text,
        bot=bool(row.is_bot),
        client_msg_id=row.client_msg_id,
        reply_to_msg_id=row.reply_to_msg_id,
        mentions=_mentions.decode(row.mentions),
        attachments=_attachments.decode(row.attachments),
        reactions=reactions,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
    )
    return Stored(row.room_id, msg)

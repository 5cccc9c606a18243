"""Messages, their reactions, whom they mention and the index of their words, as the facts about them left them.

A message lies at `rid = room_no << 40 | seq`, so a room is one range of rids. The index keeps no text of its own: to
take words out of it, it must be told the old text, before the row changes. A deleted message stays as an empty row.
Mentions are kept so that those behind a read mark are one range; who mentions themselves is not reminded of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw
import msgspec

from bus.protocol.messages import Msg, MsgEvent, MsgReactionEvent, MsgUpdated
from bus.protocol.rooms import RoomDeleted
from services.store import Entry, Projection

SEQ_BITS = 40

projection = Projection(
    """
    create table messages (
      rid integer primary key,
      room_no integer not null,
      seq integer not null,
      msg_id text not null unique,
      user_id text not null,
      ts integer not null,
      text text not null,
      client_msg_id text,
      reply_to_msg_id text,
      mentions text not null check (json_valid(mentions)),
      attachments text not null check (json_valid(attachments)),
      edited_at integer,
      deleted_at integer,
      rev integer not null,
      check (rid = (room_no << 40 | seq))
    ) strict;
    create unique index messages_once on messages (room_no, user_id, client_msg_id) where client_msg_id is not null;
    create index messages_by_rev on messages (room_no, rev);
    create index messages_by_age on messages (room_no, ts) where deleted_at is null;
    create table reactions (
      rid integer not null,
      emoji text not null,
      user_id text not null,
      event_id integer not null,
      primary key (rid, emoji, user_id)
    ) strict, without rowid;
    create table mentions (
      room_no integer not null,
      user_id text not null,
      seq integer not null,
      primary key (room_no, user_id, seq)
    ) strict, without rowid;
    create virtual table fts using fts5 (
      text, content = 'messages', content_rowid = 'rid', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    );
    """,
    "messages",
    "reactions",
    "mentions",
    "fts",
)


def rid_of(room_no: int, seq: int) -> int:
    return room_no << SEQ_BITS | seq


@projection.on(MsgEvent)
def post(db: apsw.Connection, fact: MsgEvent, entry: Entry) -> None:
    _insert(db, fact.room_id, fact.msg, entry.event_id)
    if fact.msg.mentions:
        _mention(db, rid_of(_room_no(db, fact.room_id), fact.msg.seq))


@projection.late(MsgEvent)
def index(db: apsw.Connection, facts: Sequence[MsgEvent]) -> None:
    """All in one statement: FTS5 writes out what it holds when a savepoint or a statement ends."""
    numbers = {room_id: _room_no(db, room_id) for room_id in {fact.room_id for fact in facts}}
    _index(db, [rid_of(numbers[fact.room_id], fact.msg.seq) for fact in facts])


@projection.on(MsgUpdated)
def update(db: apsw.Connection, fact: MsgUpdated, entry: Entry) -> None:
    rid = rid_of(_room_no(db, fact.room_id), fact.msg.seq)
    _unindex(db, rid, rid)
    _unmention(db, rid)
    _rewrite(db, rid, fact.msg, entry.event_id)
    _mention(db, rid)
    _index(db, [rid])
    if fact.msg.deleted_at is not None:
        _drop_reactions(db, rid, rid)


@projection.on(MsgReactionEvent)
def react(db: apsw.Connection, fact: MsgReactionEvent, entry: Entry) -> None:
    rid = rid_of(_room_no(db, fact.room_id), fact.seq)
    if fact.on:
        _put_reaction(db, rid, fact, entry)
    else:
        _take_reaction(db, rid, fact)
    db.execute("update messages set rev = ? where rid = ?", (entry.event_id, rid))


@projection.on(RoomDeleted)
def clear(db: apsw.Connection, fact: RoomDeleted, entry: Entry) -> None:
    room_no = _room_no(db, fact.room_id)
    low, high = rid_of(room_no, 0), rid_of(room_no + 1, 0) - 1
    _unindex(db, low, high)
    _drop_reactions(db, low, high)
    db.execute("delete from mentions where room_no = ?", (room_no,))
    db.execute("delete from messages where rid between ? and ?", (low, high))


def _room_no(db: apsw.Connection, room_id: str) -> int:
    """A deleted room is still found: its row stays as a tombstone."""
    return db.execute("select room_no from rooms where room_id = ?", (room_id,)).get


def _insert(db: apsw.Connection, room_id: str, msg: Msg, rev: int) -> None:
    db.execute(
        """
        insert into messages (rid, room_no, seq, msg_id, user_id, ts, text, client_msg_id, reply_to_msg_id, mentions, attachments, rev)
        select room_no << 40 | ?, room_no, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from rooms where room_id = ?
        """,
        (
            msg.seq,
            msg.seq,
            msg.msg_id,
            msg.user_id,
            msg.ts,
            msg.text,
            msg.client_msg_id,
            msg.reply_to_msg_id,
            _json(msg.mentions),
            _json(msg.attachments),
            rev,
            room_id,
        ),
    )


def _rewrite(db: apsw.Connection, rid: int, msg: Msg, rev: int) -> None:
    db.execute(
        "update messages set text = ?, mentions = ?, attachments = ?, edited_at = ?, deleted_at = ?, rev = ? where rid = ?",
        (msg.text, _json(msg.mentions), _json(msg.attachments), msg.edited_at, msg.deleted_at, rev, rid),
    )


def _index(db: apsw.Connection, rids: Sequence[int]) -> None:
    """Each once: what was edited meanwhile is there already."""
    db.execute(
        """
        insert into fts (rowid, text)
        select rid, text from messages where rid in (select value from json_each(?)) and rid not in (select id from fts_docsize)
        """,
        (_json(rids),),
    )


def _unindex(db: apsw.Connection, low: int, high: int) -> None:
    """Only what is in the index: taking out what is not would spoil it. Without the plus SQLite looks at all that is in it."""
    db.execute(
        """
        insert into fts (fts, rowid, text)
        select 'delete', rid, text from messages where rid between ? and ? and +rid in (select id from fts_docsize)
        """,
        (low, high),
    )


def _mention(db: apsw.Connection, rid: int) -> None:
    db.execute(
        """
        insert into mentions (room_no, user_id, seq)
        select distinct room_no, value, seq from messages, json_each(mentions)
        where rid = ? and value <> user_id and deleted_at is null
        """,
        (rid,),
    )


def _unmention(db: apsw.Connection, rid: int) -> None:
    """By the names that the row still holds: the table has no index by seq alone."""
    db.execute(
        """
        delete from mentions where (room_no, user_id, seq) in
          (select room_no, value, seq from messages, json_each(mentions) where rid = ?)
        """,
        (rid,),
    )


def _put_reaction(db: apsw.Connection, rid: int, fact: MsgReactionEvent, entry: Entry) -> None:
    db.execute(
        "insert into reactions (rid, emoji, user_id, event_id) values (?, ?, ?, ?)",
        (rid, fact.emoji, fact.user_id, entry.event_id),
    )


def _take_reaction(db: apsw.Connection, rid: int, fact: MsgReactionEvent) -> None:
    db.execute("delete from reactions where rid = ? and emoji = ? and user_id = ?", (rid, fact.emoji, fact.user_id))


def _drop_reactions(db: apsw.Connection, low: int, high: int) -> None:
    db.execute("delete from reactions where rid between ? and ?", (low, high))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

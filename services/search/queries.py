"""Asking the index and the messages: always within one room's range of rids, newest first.

Never by rank: the index weighs a word by how often it is used anywhere, and so would tell what is said in rooms that
the asker is not in. Rows are taken one by one, so that what nobody takes is never looked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw
import msgspec
from msgspec import Struct

from services.search.query import Query, Split
from services.search.snippet import CLOSE, OPEN


class Room(Struct, frozen=True, array_like=True):
    """A room to look through, up to `last`."""

    room_no: int
    room_id: str
    last: int


class Found(Struct, frozen=True, array_like=True):
    """A message that matches, with the found words marked in its text."""

    rid: int
    msg_id: str
    seq: int
    user_id: str
    ts: int
    marked: str


def splitter(db: apsw.Connection) -> Split:
    """The very tokenizer that the index was made with."""
    tokenizer = db.fts5_tokenizer("unicode61", ["remove_diacritics", "2"])

    def split(text: str) -> list[str]:
        utf8 = text.encode(errors="replace")
        words = tokenizer(utf8, apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False, include_colocated=False)
        return [str(word) for word in words]

    return split


def rooms_of(db: apsw.Connection, user_id: str) -> list[Room]:
    """Where somebody is a member, the youngest room first."""
    rows = db.execute(
        """
        select room_no, room_id, last_seq from members join rooms using (room_no)
        where user_id = ? and deleted = 0 order by room_no desc
        """,
        (user_id,),
    )
    return msgspec.convert(rows.fetchall(), list[Room])


def users_of(db: apsw.Connection, handles: Sequence[str]) -> list[str]:
    """Ids of those of them that exist."""
    rows = db.execute("select user_id from users where handle in (select value from json_each(?))", (_json(handles),))
    return [str(user_id) for (user_id,) in rows]


def matching(db: apsw.Connection, room: Room, query: Query, authors: Sequence[str], limit: int) -> apsw.Cursor:
    """Rows of Found for a query with wanted terms."""
    return db.execute(
        """
        select rid, msg_id, seq, user_id, ts, highlight(fts, 0, :open, :close)
        from fts cross join messages on messages.rid = fts.rowid
        where fts match :expression and fts.rowid between :room_no << 40 and (:room_no << 40 | :last)
          and deleted_at is null and (:anybody or user_id in (select value from json_each(:authors)))
        order by fts.rowid desc limit :limit
        """,
        {
            "expression": query.expression,
            "open": OPEN,
            "close": CLOSE,
            "room_no": room.room_no,
            "last": room.last,
            "anybody": not query.authors,
            "authors": _json(authors),
            "limit": limit,
        },
    )


def written_by(db: apsw.Connection, room: Room, query: Query, authors: Sequence[str], limit: int) -> apsw.Cursor:
    """Rows of Found for a query that names authors and wants no word. Of what is not in the index yet, nobody knows what it excludes."""
    return db.execute(
        """
        select rid, msg_id, seq, user_id, ts, text
        from messages
        where rid between :room_no << 40 and (:room_no << 40 | :last)
          and deleted_at is null and user_id in (select value from json_each(:authors)) and +rid in (select id from fts_docsize)
          and rid not in (
            select rowid from fts where fts match :exclusion and rowid between :room_no << 40 and (:room_no << 40 | :last)
          )
        order by rid desc limit :limit
        """,
        {
            "exclusion": query.exclusion,
            "room_no": room.room_no,
            "last": room.last,
            "authors": _json(authors),
            "limit": limit,
        },
    )


def _json(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()

"""The event log: what has happened, in order, for ever.

Our own connection is kept from changing it by an authorizer; the triggers keep every other tool from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import TypeVar

import apsw
import msgspec

from bus import protocol
from bus.message import Context, Fact
from bus.protocol.terms import MAX_INT
from services.store.database import AppendOnly
from services.store.projection import Entry

F = TypeVar("F", bound=Fact)
Told = tuple[Fact, Context]

TABLE = """
create table events (
  event_id integer primary key,
  ts integer not null,
  actor_user_id text,
  scope_kind text not null,
  scope_id text not null,
  type text not null,
  body_json text not null check (json_valid(body_json)),
  trace text not null
) strict;
create table house (name text primary key, value text not null) strict, without rowid;
"""
TRIGGERS = """
create trigger events_are_not_updated before update on events
begin select raise(abort, 'the event log is append-only'); end;
create trigger events_are_not_deleted before delete on events
begin select raise(abort, 'the event log is append-only'); end;
create trigger events_are_not_replaced before insert on events when new.event_id <= (select max(event_id) from events)
begin select raise(abort, 'the event log is append-only'); end;
"""
SCHEMA = TABLE + TRIGGERS
TABLES = ("events", "house")


class Unreadable(Exception):
    """A row of the log is no word that this version knows; its text is left out, for it may hold what somebody said."""

    def __init__(self, event_id: int, kind: str) -> None:
        super().__init__(f"event {event_id} of type {kind} cannot be read")


def append(db: apsw.Connection, fact: Fact, entry: Entry, context: Context) -> Fact:
    """Write a fact down and return it as every replay will read it.

    Raises msgspec.ValidationError for one that could not be read again, such as an id that breaks its own pattern.
    """
    kind, scope_id = fact.scope()
    body = msgspec.json.encode(fact)
    written = _decoder(type(fact)).decode(body)
    row = (entry.event_id, entry.ts, entry.actor_user_id, kind, scope_id, fact.t, body.decode(), context.trace)
    gate = db.authorizer
    if isinstance(gate, AppendOnly):
        gate.appending = True
    try:
        db.execute(
            """
            insert into events (event_id, ts, actor_user_id, scope_kind, scope_id, type, body_json, trace)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            row,
        )
    finally:
        if isinstance(gate, AppendOnly):
            gate.appending = False
    return written


@cache
def _decoder(kind: type[F]) -> msgspec.json.Decoder[F]:
    return msgspec.json.Decoder(kind)


def last_event_id(db: apsw.Connection) -> int:
    return db.execute("select coalesce(max(event_id), 0) from events").get


def entries(db: apsw.Connection, up_to: int = MAX_INT) -> Iterator[tuple[Fact, Entry]]:
    """Every fact up to an event_id, decoded as its own word. Raises Unreadable."""
    for fact, entry, _ in _read(db, 0, up_to):
        yield fact, entry


def told_after(db: apsw.Connection, event_id: int) -> list[Told]:
    """Facts behind a place in the log, with what is kept of their context. Raises Unreadable."""
    return [(fact, Context(entry.actor_user_id, trace=trace)) for fact, entry, trace in _read(db, event_id, MAX_INT)]


def _read(db: apsw.Connection, after: int, up_to: int) -> Iterator[tuple[Fact, Entry, str]]:
    kinds = {t: msgspec.json.Decoder(kind) for t, kind in protocol.facts().items()}
    rows = db.execute(
        """
        select event_id, ts, actor_user_id, type, body_json, trace from events
        where event_id > ? and event_id <= ? order by event_id
        """,
        (after, up_to),
    )
    for event_id, ts, actor, kind, body, trace in rows:
        entry = Entry(int(event_id), int(ts), actor and str(actor))  # type: ignore[arg-type]
        try:
            fact = kinds[str(kind)].decode(str(body))
        except (KeyError, msgspec.MsgspecError):
            raise Unreadable(entry.event_id, str(kind)) from None
        yield fact, entry, str(trace)


def begin_finished(db: apsw.Connection) -> None:
    """A file without the mark is of a version that finished all in its own commit."""
    db.execute(
        """
        insert into house (name, value) select 'finished', coalesce(max(event_id), 0) from events where true
        on conflict (name) do nothing
        """
    )


def mark_finished(db: apsw.Connection) -> None:
    """All that the log holds is finished: nothing may be behind the mark that is not."""
    db.execute(
        """
        insert into house (name, value) select 'finished', coalesce(max(event_id), 0) from events where true
        on conflict (name) do update set value = excluded.value
        """
    )


def unfinished(db: apsw.Connection, kinds: Sequence[type[Fact]]) -> list[Fact]:
    """Facts of these kinds behind the mark, in order. What cannot be read is left out: who folds the log will say so."""
    found: list[Fact] = []
    known = {kind.t: kind for kind in kinds}
    for kind, body in _unfinished(db, known):
        with suppress(msgspec.MsgspecError):
            found.append(_decoder(known[kind]).decode(body))
    return found


def count_unfinished(db: apsw.Connection, kinds: Sequence[type[Fact]]) -> int:
    return sum(1 for _ in _unfinished(db, {kind.t: kind for kind in kinds}))


def _unfinished(db: apsw.Connection, kinds: Iterable[str]) -> Iterator[tuple[str, str]]:
    rows = db.execute(
        """
        select type, body_json from events
        where event_id > coalesce((select cast(value as integer) from house where name = 'finished'), 0)
          and type in (select value from json_each(?)) order by event_id
        """,
        (msgspec.json.encode(list(kinds)).decode(),),
    )
    for kind, body in rows:
        yield str(kind), str(body)


def epoch(db: apsw.Connection) -> str:
    return db.execute("select value from house where name = 'epoch'").get


def set_epoch(db: apsw.Connection, value: str) -> None:
    db.execute("insert into house (name, value) values ('epoch', ?) on conflict (name) do update set value = excluded.value", (value,))

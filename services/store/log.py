"""The event log: what has happened, in order, for ever.

Our own connection is kept from changing it by an authorizer; the triggers keep every other tool from it.
"""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import msgspec

from bus import protocol
from bus.message import Context, Fact
from services.store.projection import Entry

SCHEMA = """
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
create trigger events_are_not_updated before update on events
begin select raise(abort, 'the event log is append-only'); end;
create trigger events_are_not_deleted before delete on events
begin select raise(abort, 'the event log is append-only'); end;
create trigger events_are_not_replaced before insert on events when new.event_id <= (select max(event_id) from events)
begin select raise(abort, 'the event log is append-only'); end;
create table house (name text primary key, value text not null) strict, without rowid;
"""


def append(db: apsw.Connection, fact: Fact, entry: Entry, context: Context) -> None:
    kind, scope_id = fact.scope()
    db.execute(
        "insert into events (event_id, ts, actor_user_id, scope_kind, scope_id, type, body_json, trace) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.event_id,
            entry.ts,
            entry.actor_user_id,
            kind,
            scope_id,
            fact.t,
            msgspec.json.encode(fact).decode(),
            context.trace,
        ),
    )


def last_event_id(db: apsw.Connection) -> int:
    return db.execute("select coalesce(max(event_id), 0) from events").get


def entries(db: apsw.Connection, up_to: int) -> Iterator[tuple[Fact, Entry]]:
    """Every fact up to an event_id, decoded as its own word. Raises msgspec.MsgspecError for one that is none."""
    kinds = {t: msgspec.json.Decoder(kind) for t, kind in protocol.facts().items()}
    rows = db.execute("select event_id, ts, actor_user_id, type, body_json from events where event_id <= ? order by event_id", (up_to,))
    for event_id, ts, actor, kind, body in rows:
        yield kinds[str(kind)].decode(str(body)), Entry(int(event_id), int(ts), actor and str(actor))  # type: ignore[arg-type]


def epoch(db: apsw.Connection) -> str:
    return db.execute("select value from house where name = 'epoch'").get


def set_epoch(db: apsw.Connection, value: str) -> None:
    db.execute("insert into house (name, value) values ('epoch', ?) on conflict (name) do update set value = excluded.value", (value,))

"""Folding the log: into new tables, and beside the old ones to see whether they agree."""

from __future__ import annotations

import hashlib
from itertools import islice

import apsw
from msgspec import Struct

from services.store import log
from services.store.projection import Projections

BURST = 256


class Comparison(Struct, frozen=True):
    """How many facts were folded, and the tables that are not what the log says."""

    events: int
    differing: list[str]


def fold(source: apsw.Connection, target: apsw.Connection, projections: Projections) -> int:
    """Project every fact of the source's log onto the target's empty tables; returns how many. Raises log.Unreadable."""
    count = 0
    entries = log.entries(source, log.last_event_id(source))
    while burst := list(islice(entries, BURST)):
        for fact, entry in burst:
            for projection in projections:
                projection.project(target, fact, entry)
        for projection in projections:
            projection.finish(target, [fact for fact, _ in burst])
        count += len(burst)
    return count


def finish(db: apsw.Connection, projections: Projections) -> None:
    """Finish what earlier commits left behind, inside the caller's transaction. The log says what that is."""
    for projection in projections:
        if kinds := projection.late_kinds:
            projection.finish(db, log.unfinished(db, kinds))
    log.mark_finished(db)


def rebuild(db: apsw.Connection, projections: Projections) -> int:
    """Drop all but the log and fold it anew, inside the caller's transaction and without the authorizer."""
    db.pragma("defer_foreign_keys", 1)
    for projection in reversed(projections):
        projection.drop(db)
    clear(db)
    db.execute(log.TRIGGERS)
    for projection in projections:
        projection.create(db)
    events = fold(db, db, projections)
    log.mark_finished(db)
    return events


def clear(db: apsw.Connection) -> None:
    """Drop whatever is there besides the log's own tables, whoever made it; what a virtual table hides goes with it."""
    found = db.execute("select type, name from sqlite_schema where sql is not null order by sql like 'create virtual%' desc").fetchall()
    for kind, name in found:
        if name not in log.TABLES:
            db.execute(f"drop {kind} if exists {quoted(str(name))}")


def compare(db: apsw.Connection, projections: Projections) -> Comparison:
    """Fold a snapshot's log in memory and hold it against its tables. Raises log.Unreadable."""
    fresh = apsw.Connection(":memory:")
    try:
        fresh.execute("begin")
        for projection in projections:
            projection.create(fresh)
        events = fold(db, fresh, projections)
        return Comparison(events, [table for table in tables(projections) if digest(db, table) != digest(fresh, table)])
    finally:
        fresh.close(force=True)


def tables(projections: Projections) -> list[str]:
    return [table for projection in projections for table in projection.tables]


def digest(db: apsw.Connection, table: str) -> str:
    """SHA-256 over a table's rows in order of all their columns."""
    columns = [str(row[1]) for row in db.execute("select cid, name from pragma_table_info(?) order by cid", (table,))]
    listed = ", ".join(map(quoted, columns))
    seen = hashlib.sha256()
    for row in db.execute(f"select {listed} from {quoted(table)} order by {listed}"):  # noqa: S608 the names are the schema's own
        seen.update(repr(row).encode())
    return seen.hexdigest()


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'

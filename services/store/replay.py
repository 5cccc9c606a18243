"""Folding the log: into new tables, and beside the old ones to see whether they agree."""

from __future__ import annotations

import hashlib

import apsw
from msgspec import Struct

from services.store import log
from services.store.projection import Projections


class Comparison(Struct, frozen=True):
    """How many facts were folded, and the tables that are not what the log says."""

    events: int
    differing: list[str]


def fold(source: apsw.Connection, target: apsw.Connection, projections: Projections) -> int:
    """Project every fact of the source's log onto the target's empty tables; returns how many."""
    count = 0
    for fact, entry in log.entries(source, log.last_event_id(source)):
        for projection in projections:
            projection.project(target, fact, entry)
        count += 1
    return count


def rebuild(db: apsw.Connection, projections: Projections) -> int:
    """Drop every table and fold it anew, inside the caller's transaction."""
    db.pragma("defer_foreign_keys", 1)
    for projection in reversed(projections):
        projection.drop(db)
    for projection in projections:
        projection.create(db)
    return fold(db, db, projections)


def compare(db: apsw.Connection, projections: Projections) -> Comparison:
    """Fold a snapshot's log in memory and hold it against its tables."""
    fresh = apsw.Connection(":memory:")
    try:
        fresh.execute("begin")
        for projection in projections:
            projection.create(fresh)
        events = fold(db, fresh, projections)
        tables = [table for projection in projections for table in projection.tables]
        return Comparison(events, [table for table in tables if digest(db, table) != digest(fresh, table)])
    finally:
        fresh.close()


def digest(db: apsw.Connection, table: str) -> str:
    """SHA-256 over a table's rows in order of all their columns."""
    columns = [str(row[1]) for row in db.execute("select cid, name from pragma_table_info(?) order by cid", (table,))]
    listed = ", ".join(f'"{column}"' for column in columns)
    seen = hashlib.sha256()
    for row in db.execute(f"select {listed} from {table} order by {listed}"):  # noqa: S608 the names are the schema's own
        seen.update(repr(row).encode())
    return seen.hexdigest()

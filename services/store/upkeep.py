"""What keeps the file well: opening it on a full disk, watching the WAL, and folding the log beside the tables."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw

from services.store import replay
from services.store.database import Place, Refusal, checkpoint, let_go, mend_wal, open_reader, open_writer
from services.store.log import Unreadable
from services.store.projection import Projections

log = logging.getLogger(__name__)
QUIET = 5.0
"""Seconds without a deed after which a large WAL is emptied."""

LARGE_WAL = 4 * 2**20
BALLAST = 16 * 2**20
ROOM_FOR_BALLAST = 4 * BALLAST


def open_and_empty(place: Place) -> apsw.Connection:
    """Open the writer with an empty WAL. Raises Refusal when another program keeps it from that, or the file is damaged."""
    db = open_writer(place)
    try:
        mend_wal(db, place)
    except apsw.BusyError:
        let_go(db)
        raise Refusal(f"{place.path} is in use by another program; stop it first") from None
    except (apsw.CorruptError, apsw.NotADBError) as error:
        let_go(db)
        raise Refusal(f"the database is damaged ({error}); put back the last good copy") from None
    except BaseException:
        let_go(db)
        raise
    return db


def open_even_when_full(place: Place, opened: Callable[[Place], apsw.Connection] = open_and_empty) -> apsw.Connection:
    """On a full disk even opening fails, for want of some blocks: then the ballast goes."""
    try:
        db = opened(place)
    except (apsw.IOError, apsw.FullError, apsw.CantOpenError):
        if not _ballast(place).exists() or not _is_full(place):
            raise
        _ballast(place).unlink()
        log.error("the disk is full; the ballast was thrown off to open the database")
        return opened(place)
    if place.ballast:
        _lay_ballast(place)
    return db


def empty_wal_if_large(db: apsw.Connection, place: Place) -> None:
    """Keep the WAL small in quiet times. Readers of other programs, or a full disk, only put it off."""
    if wal_bytes(place) <= LARGE_WAL:
        return
    try:
        checkpoint(db)
    except (apsw.BusyError, apsw.FullError) as error:
        log.warning("the WAL could not be emptied now: %s", type(error).__name__)


def close(db: apsw.Connection, sound: bool) -> None:
    """Close, and where the disk is sound leave an empty WAL behind; what stays in it, the next start brings in."""
    try:
        if sound:
            checkpoint(db)
    except apsw.Error as error:
        log.warning("the WAL could not be emptied at the end: %s", type(error).__name__)
    finally:
        let_go(db)


def wal_bytes(place: Place) -> int:
    if not place.on_disk:
        return 0
    try:
        return os.stat(place.path + "-wal").st_size
    except FileNotFoundError:
        return 0


def verify(db: apsw.Connection, projections: Projections) -> bool:
    """Fold the log in memory and compare; False, and said in the log, when tables differ from it or it cannot be folded."""
    try:
        differing = replay.compare(db, projections).differing
    except apsw.InterruptError:
        raise
    except (Unreadable, apsw.Error) as error:
        why = str(error) if isinstance(error, Unreadable) else type(error).__name__
        log.error("the event log cannot be folded: %s", why)
        return False
    if differing:
        log.error("tables differ from the event log: %s; stop and run `devchitchat rebuild`", ", ".join(differing))
    return not differing


def verify_beside(place: Place, projections: Projections, stopped: Callable[[], bool]) -> bool:
    """The same, on a connection of its own and one moment of the database; ends soon once stopped, with any answer."""
    db = open_reader(place)
    db.set_progress_handler(stopped, 1000)
    try:
        db.execute("begin")
        return verify(db, projections)
    except apsw.InterruptError:
        return False
    finally:
        let_go(db)


def unsound_indexes(db: apsw.Connection, projections: Projections) -> list[str]:
    """Search indexes that are not what their texts say; SQLite's own checks do not look at that. Needs the writer."""
    return [table for table in replay.tables(projections) if _is_index(db, table) and not _is_sound(db, table)]


def verify_indexes(db: apsw.Connection, projections: Projections) -> bool:
    unsound = unsound_indexes(db, projections)
    if unsound:
        log.error("search indexes differ from their texts: %s; stop and run `devchitchat rebuild`", ", ".join(unsound))
    return not unsound


def _is_sound(db: apsw.Connection, table: str) -> bool:
    try:
        db.execute(f"insert into {table} ({table}, rank) values ('integrity-check', 1)")  # noqa: S608
    except apsw.CorruptError:
        return False
    return True


def _is_index(db: apsw.Connection, table: str) -> bool:
    return db.execute("select 1 from sqlite_schema where name = ? and sql like '%using fts5%'", (table,)).get is not None


def _ballast(place: Place) -> Path:
    return Path(place.path).with_name("ballast")


def _is_full(place: Place) -> bool:
    return shutil.disk_usage(Path(place.path).parent).free < BALLAST


def _lay_ballast(place: Place) -> None:
    """16 MiB of real blocks that can be given back when the disk is full."""
    path = _ballast(place)
    if path.exists() or shutil.disk_usage(path.parent).free < ROOM_FOR_BALLAST:
        return
    try:
        path.touch(mode=0o600)
        with path.open("wb") as file:
            for _ in range(16):
                file.write(os.urandom(BALLAST // 16))
    except OSError:
        path.unlink(missing_ok=True)

"""What keeps the file well: opening it on a full disk, watching the WAL, and folding the log beside the tables."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import apsw

from services.store import replay
from services.store.database import Place, open_reader, open_writer
from services.store.projection import Projections

log = logging.getLogger(__name__)
QUIET = 5.0
"""Seconds without a deed after which a large WAL is emptied."""

LARGE_WAL = 4 * 2**20
BALLAST = 16 * 2**20
ROOM_FOR_BALLAST = 4 * BALLAST


def open_even_when_full(place: Place) -> apsw.Connection:
    """Open the writer. On a full disk even opening fails, for want of the shared-memory file: then the ballast goes."""
    try:
        db = open_writer(place)
    except (apsw.IOError, apsw.FullError, apsw.CantOpenError):
        if not _ballast(place).exists():
            raise
        _ballast(place).unlink()
        log.error("the disk is full; the ballast was thrown off to open the database")
        return open_writer(place)
    if place.ballast:
        _lay_ballast(place)
    return db


def wal_bytes(place: Place) -> int:
    if not place.on_disk:
        return 0
    try:
        return os.stat(place.path + "-wal").st_size
    except FileNotFoundError:
        return 0


def verify(db: apsw.Connection, projections: Projections) -> bool:
    """Fold the log in memory and compare; False, and said in the log, when tables differ from it."""
    compared = replay.compare(db, projections)
    if compared.differing:
        log.error("tables differ from the event log: %s; stop and run `devchitchat rebuild`", ", ".join(compared.differing))
    return not compared.differing


def verify_beside(place: Place, projections: Projections) -> bool:
    """The same, on a connection of its own and one moment of the database."""
    db = open_reader(place)
    try:
        db.execute("begin")
        return verify(db, projections)
    finally:
        db.close()


def _ballast(place: Place) -> Path:
    return Path(place.path).with_name("ballast")


def _lay_ballast(place: Place) -> None:
    """16 MiB of real blocks that can be given back when the disk is full."""
    path = _ballast(place)
    if path.exists() or shutil.disk_usage(path.parent).free < ROOM_FOR_BALLAST:
        return
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for _ in range(16):
            file.write(os.urandom(BALLAST // 16))

"""Opens the database file, and refuses to run on one that is not as it must be.

Every setting is made by itself and read back: a list of pragmas in one string stops at the first that returns a
row, and leaves the rest as they were.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import apsw
from msgspec import Struct, field

SQLITE_FLOOR: Final = 3_051_003
"""3.51.3 mends the WAL-reset bug, in which two connections could corrupt the file."""

APPLICATION_ID: Final = 0x64636863
PRAGMAS: Final[dict[str, int | str]] = {
    "busy_timeout": 5000,
    "locking_mode": "normal",
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "wal_autocheckpoint": 1000,
    "journal_size_limit": 16 * 2**20,
    "mmap_size": 0,
}
CONFIG: Final = {
    apsw.SQLITE_DBCONFIG_DEFENSIVE: 1,
    apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER: 0,
    apsw.SQLITE_DBCONFIG_ENABLE_VIEW: 0,
    apsw.SQLITE_DBCONFIG_DQS_DML: 0,
    apsw.SQLITE_DBCONFIG_DQS_DDL: 0,
    apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION: 0,
}
TOUCHED: Final = {apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE, apsw.SQLITE_DROP_TABLE, apsw.SQLITE_ALTER_TABLE}


class Refusal(Exception):
    """The database may not be used as it is; the message is one line for the operator, `code` the exit code."""

    def __init__(self, message: str, code: int = 74) -> None:
        super().__init__(message)
        self.code = code


class Place(Struct, frozen=True):
    """Where the database is, and how it is opened; `pragmas` and `vfs` differ only under test.

    `ballast`: keep 16 MiB beside it that can be given back on a full disk.
    """

    path: str
    vfs: str = ""
    ballast: bool = False
    pragmas: dict[str, int | str] = field(default_factory=lambda: dict(PRAGMAS))

    @property
    def in_memory(self) -> bool:
        return self.path == ":memory:"

    @property
    def on_disk(self) -> bool:
        """Whether it is a file of the operating system."""
        return not self.in_memory and not self.vfs


def open_writer(place: Place) -> apsw.Connection:
    """The one connection that writes. Creates the file for its owner alone. Raises Refusal and apsw.Error."""
    if apsw.sqlite_lib_version() and apsw.SQLITE_VERSION_NUMBER < SQLITE_FLOOR:
        raise Refusal(f"SQLite {apsw.sqlite_lib_version()} is too old; 3.51.3 is needed", 78)
    if place.on_disk:
        _make_private(Path(place.path))
    db = apsw.Connection(place.path, vfs=place.vfs or None)
    _settle(db, place)
    db.authorizer = append_only
    return db


def open_reader(place: Place) -> apsw.Connection:
    """A connection that can only read."""
    db = apsw.Connection(place.path, flags=apsw.SQLITE_OPEN_READONLY, vfs=place.vfs or None)
    for name in ("busy_timeout", "trusted_schema", "cell_size_check", "mmap_size"):
        _set(db, name, PRAGMAS[name])
    _configure(db)
    db.pragma("query_only", 1)
    return db


def checkpoint(db: apsw.Connection) -> None:
    """Bring everything from the WAL into the file, and empty it.

    At every start, before the first write: after a failed fsync the WAL may hold frames that only the page cache
    remembers, and appending behind them would lose what is acked from now on.
    """
    db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def check_pages(db: apsw.Connection) -> None:
    """Raise Refusal when SQLite finds its own pages damaged."""
    found = str(db.pragma("quick_check"))
    if found != "ok":
        raise Refusal(f"the database is damaged ({found.splitlines()[0]}); put back the last good copy")


def append_only(action: int, table: str | None, *_: str | None) -> int:
    """SQLite's authorizer: nothing that is prepared here can change or drop what the log holds."""
    if action in TOUCHED and "events" in (table, _[0] if action == apsw.SQLITE_ALTER_TABLE else None):
        return apsw.SQLITE_DENY
    return apsw.SQLITE_OK


def _settle(db: apsw.Connection, place: Place) -> None:
    for name, value in place.pragmas.items():
        if not (place.in_memory and name in {"journal_mode", "mmap_size"}):
            _set(db, name, value)
    _configure(db)
    identity = db.pragma("application_id")
    if identity not in (0, APPLICATION_ID):
        raise Refusal(f"{place.path} is not a devchitchat database")
    if identity == 0:
        _set(db, "application_id", APPLICATION_ID)


def _set(db: apsw.Connection, name: str, value: int | str) -> None:
    db.pragma(name, value)
    found = db.pragma(name)
    if found != value:
        raise Refusal(f"pragma {name} is {found}, not {value}")


def _configure(db: apsw.Connection) -> None:
    for option, value in CONFIG.items():
        db.config(option, value)
        if db.config(option, -1) != value:
            raise Refusal(f"SQLite setting {option} cannot be {value}")


def _make_private(path: Path) -> None:
    """On POSIX, file and folder belong to their owner alone; elsewhere the user's profile folder does that."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if os.name != "posix":
        return
    for place, most in ((path.parent, 0o700), (path, 0o600)):
        mode = place.stat().st_mode & 0o777
        if mode & ~most:
            raise Refusal(f"{place} can be read by others (mode {mode:o}); say: chmod {most:o} {place}", 78)

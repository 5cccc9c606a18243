"""Opens the database file, and refuses to run on one that is not as it must be.

Every setting is made by itself and read back: a list of pragmas in one string stops at the first that returns a
row, and leaves the rest as they were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw
from msgspec import Struct, field

SQLITE_FLOOR: Final = (3, 51, 3)
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
CONFIG: Final[dict[int, int]] = {
    apsw.SQLITE_DBCONFIG_DEFENSIVE: 1,
    apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER: 0,
    apsw.SQLITE_DBCONFIG_ENABLE_VIEW: 0,
    apsw.SQLITE_DBCONFIG_DQS_DML: 0,
    apsw.SQLITE_DBCONFIG_DQS_DDL: 0,
    apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION: 0,
    apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE: 1,
    apsw.SQLITE_DBCONFIG_ENABLE_QPSG: 1,
}
"""No checkpoint on close: after a failed fsync only `mend_wal` may bring in what the WAL holds. Plans that never look at
bound values: APSW's SQLite has STAT4, and would prepare again at each new value (160 instead of 90 µs a message)."""

PIECE: Final = 2**16
"""SQLite's own files take less than 128 KiB in one call."""

BY_TABLE: Final = {apsw.SQLITE_INSERT, apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE, apsw.SQLITE_DROP_TABLE}
BY_OBJECT: Final = {apsw.SQLITE_ALTER_TABLE, apsw.SQLITE_CREATE_TRIGGER, apsw.SQLITE_CREATE_TEMP_TRIGGER, apsw.SQLITE_DROP_TRIGGER}
"""Actions that name the table second."""


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


class AppendOnly:
    """SQLite's authorizer, asked for every statement that is prepared: nothing may change or drop what the log holds.

    It sees no conflict clause, and `insert or replace` overwrites. So only `appending` may prepare an insert at all.
    """

    def __init__(self) -> None:
        self.appending = False

    def __call__(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        table = first if action in BY_TABLE else second if action in BY_OBJECT else None
        if table != "events" or (action == apsw.SQLITE_INSERT and self.appending):
            return apsw.SQLITE_OK
        return apsw.SQLITE_DENY


def open_writer(place: Place, sqlite: str = apsw.sqlite_lib_version()) -> apsw.Connection:
    """The one connection that writes. Creates the file for its owner alone. Raises Refusal and apsw.Error."""
    if tuple(map(int, sqlite.split("."))) < SQLITE_FLOOR:
        raise Refusal(f"SQLite {sqlite} is too old; {'.'.join(map(str, SQLITE_FLOOR))} is needed", 78)
    if place.on_disk:
        _make_private(Path(place.path))
    db = apsw.Connection(place.path, vfs=place.vfs or None)
    try:
        _configure(db, CONFIG)
        _settle(db, place, ("busy_timeout", "locking_mode"))
        _recognise(db, place)
        _settle(db, place, tuple(place.pragmas))
    except BaseException:
        let_go(db)
        raise
    db.authorizer = AppendOnly()
    return db


def open_reader(place: Place) -> apsw.Connection:
    """A connection that can only read."""
    db = apsw.Connection(place.path, flags=apsw.SQLITE_OPEN_READONLY, vfs=place.vfs or None)
    try:
        for name in ("busy_timeout", "trusted_schema", "cell_size_check", "mmap_size"):
            _set(db, name, PRAGMAS[name])
        _configure(db, CONFIG)
        _set(db, "query_only", 1)
    except BaseException:
        let_go(db)
        raise
    return db


def checkpoint(db: apsw.Connection) -> None:
    """Bring everything from the WAL into the file, and empty it."""
    db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def mend_wal(db: apsw.Connection, place: Place) -> None:
    """Write the WAL once more as it reads, flush it, and empty it: at every start, before the first write.

    After a failed fsync it may hold commits that only the page cache remembers, in pages that pass for clean, so that
    another fsync says yes and writes nothing. Appending behind them would lose what is acked from now on, and when
    the power goes amid the checkpoint, half of them would be in the file. Raises BusyError when others keep it busy.
    """
    name = db.filename_wal
    if not place.in_memory and name:
        with transaction(db):  # Nobody else touches the WAL meanwhile.
            _write_again(place, name)
    checkpoint(db)


def check_pages(db: apsw.Connection) -> None:
    """Raise Refusal when SQLite finds its own pages damaged."""
    try:
        found = [line for row in db.execute("pragma quick_check") for line in str(row[0]).splitlines()]
    except (apsw.CorruptError, apsw.NotADBError) as error:
        found = str(error).splitlines()
    if found != ["ok"]:
        raise Refusal(f"the database is damaged ({' '.join(found[:2])}); put back the last good copy")


def let_go(db: apsw.Connection) -> None:
    """Close, whatever state it is in; that the disk fails even then is no news."""
    with suppress(apsw.Error):
        db.close(force=True)


@contextmanager
def transaction(db: apsw.Connection) -> Generator[None]:
    """All or nothing, with the error that was: SQLite may have rolled back by itself, and `with db` would hide why."""
    db.execute("begin immediate")
    try:
        yield
        db.execute("commit")
    except BaseException:
        with suppress(apsw.Error):
            if db.in_transaction:
                db.execute("rollback")
        raise


@contextmanager
def unguarded(db: apsw.Connection) -> Generator[None]:
    """Without the authorizer: only to create, and for a migration, which may mend the log itself."""
    guard: Callable[..., int] | None = db.authorizer
    db.authorizer = None
    try:
        yield
    finally:
        db.authorizer = guard


def _write_again(place: Place, name: str) -> None:
    flags = [apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, 0]
    file = apsw.VFSFile(place.vfs, name, flags)
    try:
        size = file.xFileSize()
        for offset in range(0, size, PIECE):
            file.xWrite(file.xRead(min(PIECE, size - offset), offset), offset)
        if size:
            file.xSync(apsw.SQLITE_SYNC_FULL)
    finally:
        file.xClose()


def _recognise(db: apsw.Connection, place: Place) -> None:
    """Raise Refusal for a file that is not ours, before anything in it is changed."""
    try:
        identity = db.pragma("application_id")
        empty = db.execute("select 1 from sqlite_schema limit 1").get is None
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise Refusal(f"{place.path} is not a devchitchat database, or it is damaged ({error})") from None
    if identity != APPLICATION_ID and not (identity == 0 and empty):
        raise Refusal(f"{place.path} is not a devchitchat database")


def _settle(db: apsw.Connection, place: Place, names: Sequence[str]) -> None:
    for name in names:
        if not (place.in_memory and name in {"journal_mode", "mmap_size"}):
            _set(db, name, place.pragmas[name])


def _set(db: apsw.Connection, name: str, value: int | str) -> None:
    db.pragma(name, value)
    found = db.pragma(name)
    if found != value:
        raise Refusal(f"pragma {name} is {found}, not {value}")


def _configure(db: apsw.Connection, wanted: Mapping[int, int]) -> None:
    for option, value in wanted.items():
        db.config(option, value)
        found = db.config(option, -1)
        if found != value:
            raise Refusal(f"SQLite setting {option} is {found}, not {value}")


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

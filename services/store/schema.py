"""The shape of the database and its versions.

Tables can always be folded anew from the log. So a migration only mends the log itself, and every step to a newer
version ends with a rebuild; a copy of the old file is kept beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import apsw

from services.store import log, replay
from services.store.database import APPLICATION_ID, Place, Refusal, transaction, unguarded
from services.store.projection import Projections

VERSION = 4
Migrations = Mapping[int, Callable[[apsw.Connection], None]]
MIGRATIONS: Migrations = {}
"""By the version they lead to. A version without one needs a rebuild only."""


def prepare(
    db: apsw.Connection,
    place: Place,
    projections: Projections,
    epoch: str,
    *,
    version: int = VERSION,
    migrations: Migrations = MIGRATIONS,
) -> None:
    """Make an empty database, or bring an older one to this version. Raises Refusal for a newer or a strange one."""
    found = known_version(db, place, version)
    if found == 0:
        _create(db, projections, epoch, version)
    elif found < version:
        rebuild(db, place, projections, f"before-v{version}", version=version, migrations=migrations)
    if strange := strangers(db, projections):
        raise Refusal(f"{place.path} is not as devchitchat made it ({', '.join(strange)}); `devchitchat rebuild` makes all tables anew")
    log.begin_finished(db)


def rebuild(
    db: apsw.Connection,
    place: Place,
    projections: Projections,
    copy: str,
    *,
    version: int = VERSION,
    migrations: Migrations = MIGRATIONS,
) -> int:
    """Keep a copy, then mend the log up to this version and fold every table anew, all or nothing; returns how many facts.

    Whatever else is in the file is dropped. Raises Refusal, log.Unreadable and apsw.Error; then the file is as it was.
    """
    found = known_version(db, place, version)
    with unguarded(db):
        if place.on_disk:
            keep_copy(db, Path(place.path).with_suffix(f".{copy}.db"))
        with transaction(db):
            for step in range(found + 1, version + 1):
                if migrate := migrations.get(step):
                    migrate(db)
            events = replay.rebuild(db, projections)
            db.pragma("user_version", version)
            if strange := strangers(db, projections):
                raise Refusal(f"the event log in {place.path} is not as devchitchat made it ({', '.join(strange)}); nothing was changed")
    return events


def known_version(db: apsw.Connection, place: Place, version: int = VERSION) -> int:
    """The file's version, 0 for an empty one; raises Refusal for one that only a newer devchitchat knows."""
    found = int(db.pragma("user_version"))  # type: ignore[arg-type]
    if found > version:
        raise Refusal(f"{place.path} is of version {found}; this devchitchat knows {version}: use a newer one", 78)
    return found


def strangers(db: apsw.Connection, projections: Projections) -> list[str]:
    """Names of tables, indexes and triggers that are missing, added or otherwise than this version makes them."""
    wanted = apsw.Connection(":memory:")
    try:
        _create_all(wanted, projections)
        ours, theirs = _shape(wanted), _shape(db)
    finally:
        wanted.close()
    return sorted({name for name, _ in ours ^ theirs})


def keep_copy(db: apsw.Connection, copy: Path) -> None:
    """Write a whole, compact copy of the database, on disk and readable by its owner only, or none at all."""
    half = copy.with_suffix(".half")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        db.execute("vacuum into ?", (str(half),))
        _flush(half, os.O_RDWR)
        half.replace(copy)
    except (apsw.Error, OSError) as error:
        with suppress(OSError):
            half.unlink()
        raise Refusal(f"no copy could be kept as {copy}, so nothing was changed ({type(error).__name__}): is the disk full?") from error
    if os.name == "posix":
        _flush(copy.parent, os.O_RDONLY)


def _shape(db: apsw.Connection) -> set[tuple[str, str]]:
    return {(str(name), str(sql)) for name, sql in db.execute("select name, sql from sqlite_schema where sql is not null")}


def _create(db: apsw.Connection, projections: Projections, epoch: str, version: int) -> None:
    with unguarded(db), transaction(db):
        _create_all(db, projections)
        log.set_epoch(db, epoch)
        db.pragma("application_id", APPLICATION_ID)
        db.pragma("user_version", version)


def _create_all(db: apsw.Connection, projections: Projections) -> None:
    db.execute(log.SCHEMA)
    for projection in projections:
        projection.create(db)


def _flush(path: Path, flags: int) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The shape of the database and its versions.

Tables can always be folded anew from the log. So a migration only mends the log itself, and every step to a newer
version ends with a rebuild; a copy of the old file is kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import apsw

from services.store import log, replay
from services.store.database import Place, Refusal
from services.store.projection import Projections

VERSION = 1
MIGRATIONS: Mapping[int, Callable[[apsw.Connection], None]] = {}
"""By the version they lead to. A version without one needs a rebuild only."""


def prepare(
    db: apsw.Connection,
    place: Place,
    projections: Projections,
    epoch: str,
    *,
    version: int = VERSION,
    migrations: Mapping[int, Callable[[apsw.Connection], None]] = MIGRATIONS,
) -> None:
    """Make an empty database, or bring an older one to this version. Raises Refusal for a newer or a strange one."""
    found = int(db.pragma("user_version"))  # type: ignore[arg-type]
    if found > version:
        raise Refusal(f"{place.path} is of version {found}; this devchitchat knows {version}: use a newer one", 78)
    if found == 0:
        _create(db, projections, epoch, version)
    elif found < version:
        _migrate(db, place, projections, range(found + 1, version + 1), migrations)
    if strange := strangers(db, projections):
        raise Refusal(f"{place.path} holds what devchitchat did not make: {', '.join(strange)}; `devchitchat rebuild` mends tables")


def strangers(db: apsw.Connection, projections: Projections) -> list[str]:
    """Names of tables, indexes and triggers that are missing, added or otherwise than this version makes them."""
    wanted = apsw.Connection(":memory:")
    try:
        _create_all(wanted, projections)
        ours, theirs = _shape(wanted), _shape(db)
    finally:
        wanted.close()
    return sorted({name for name, _ in ours ^ theirs})


def _shape(db: apsw.Connection) -> set[tuple[str, str]]:
    return {(str(name), str(sql)) for name, sql in db.execute("select name, sql from sqlite_schema where sql is not null")}


def _create(db: apsw.Connection, projections: Projections, epoch: str, version: int) -> None:
    db.execute("begin immediate")
    _create_all(db, projections)
    log.set_epoch(db, epoch)
    db.pragma("user_version", version)
    db.execute("commit")


def _create_all(db: apsw.Connection, projections: Projections) -> None:
    db.execute(log.SCHEMA)
    for projection in projections:
        projection.create(db)


def _migrate(
    db: apsw.Connection,
    place: Place,
    projections: Projections,
    versions: range,
    migrations: Mapping[int, Callable[[apsw.Connection], None]],
) -> None:
    if place.on_disk:
        keep_copy(db, Path(place.path).with_suffix(f".before-v{versions[-1]}.db"))
    guard, db.authorizer = db.authorizer, None
    try:
        db.execute("begin immediate")
        for version in versions:
            if step := migrations.get(version):
                step(db)
        replay.rebuild(db, projections)
        db.pragma("user_version", versions[-1])
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
    finally:
        db.authorizer = guard


def keep_copy(db: apsw.Connection, copy: Path) -> None:
    """Write a whole, compact copy of the database, readable by its owner only, or none at all."""
    half = copy.with_suffix(".half")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    db.execute("vacuum into ?", (str(half),))
    half.replace(copy)

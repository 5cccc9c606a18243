"""`devchitchat rebuild`: makes every table anew from the event log, all or nothing, while no server runs.

A copy of the file as it was stays beside it. Whatever the file holds besides the log, and whoever put it there, is gone then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import apsw
from msgspec import Struct

from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.place import alone, place
from devchitchat.projections import PROJECTIONS
from services.store import Refusal, log, replay, schema
from services.store.database import Place, let_go, transaction
from services.store.log import Unreadable
from services.store.upkeep import close, open_even_when_full, unsound_indexes

DATA_ERROR: Final = 74
MISSING: Final = "missing"
Digests = Mapping[str, str]


class Rebuilt(Struct, frozen=True):
    """What was found and what was made: digests of each table, and the names of what did not belong there."""

    events: int
    copy: str
    before: Digests
    after: Digests
    strange: list[str]

    def lines(self) -> Iterator[str]:
        yield f"{self.events} events folded into {len(self.after)} tables; the file as it was is {self.copy}"
        yield f"{'table':<12}{'before':<12}after"
        for table, now in self.after.items():
            was = self.before[table]
            yield f"{table:<12}{was[:8]:<12}{now[:8]}{'' if was == now else '    differed'}"
        if self.strange:
            yield f"not as it should be: {', '.join(self.strange)}"


def rebuild(config: Config) -> int:
    """Returns 0. Raises Stop, and then nothing was changed."""
    where = place(config)
    if not Path(where.path).exists():
        raise Stop(f"there is no database in {config.data}", DATA_ERROR)
    with alone(config):
        try:
            rebuilt = made_anew(where)
        except Refusal as refusal:
            raise Stop(str(refusal), refusal.code) from None
        except Unreadable as error:
            raise Stop(f"{error}, so nothing was changed; put back the last good copy", DATA_ERROR) from None
        except apsw.Error as error:
            raise Stop(
                f"the database in {config.data} could not be rebuilt ({type(error).__name__}); nothing was changed", DATA_ERROR
            ) from None
    print(*rebuilt.lines(), sep="\n")
    return 0


def made_anew(where: Place) -> Rebuilt:
    """Raises Refusal, Unreadable and apsw.Error."""
    db = open_even_when_full(where)
    try:
        if schema.known_version(db, where) == 0:
            raise Refusal(f"{where.path} is empty; there is nothing to rebuild")
        with suppress(apsw.Error), transaction(db):
            log.begin_finished(db)
            replay.finish(db, PROJECTIONS)  # Only behind is not different.
        copy = f"before-rebuild-{datetime.now():%Y%m%d-%H%M%S}"
        before, strange = digests(db), schema.strangers(db, PROJECTIONS)
        events = schema.rebuild(db, where, PROJECTIONS, copy)
        rebuilt = Rebuilt(events, str(Path(where.path).with_suffix(f".{copy}.db")), before, digests(db), strange)
    except BaseException:
        let_go(db)
        raise
    close(db, sound=True)
    return rebuilt


def digests(db: apsw.Connection) -> Digests:
    """What each table holds, in short; an index that is not what its texts say counts as unsound."""
    found = {table: digest(db, table) for table in replay.tables(PROJECTIONS)}
    return found | {table: "unsound" for table in unsound_indexes(db, PROJECTIONS)}


def digest(db: apsw.Connection, table: str) -> str:
    try:
        return replay.digest(db, table)
    except apsw.SQLError:
        return MISSING
    except apsw.CorruptError:
        return "unsound"

"""The writer: runs a burst of deeds as one transaction and one commit. Lives in a thread; knows no loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any

import apsw
from msgspec import Struct

from bus.errors import Unavailable
from bus.inbox import Letter
from bus.message import Context
from services.store import log
from services.store.projection import Projections
from services.store.transaction import Snapshot, Sources, Told, Transaction

Guard = Callable[[apsw.Connection, Context], None]
"""Asked before every deed and read by a signed-in user; raises Refused when the session is over."""

FULL = "the disk is full; nothing was done, try again later"


class Deed(Struct, gc=False):
    """A decision waiting for the writer, and the letter that it answers."""

    letter: Letter
    do: Callable[[Transaction, Any, Context], Any]


class Settled(Struct):
    """What a burst came to: an outcome for each deed, and what to publish, in log order."""

    outcomes: list[Any]
    told: list[Told]


class Counts(Struct):
    """Running totals since the process began. Times are nanoseconds."""

    commits: int = 0
    deeds: int = 0
    facts: int = 0
    failed: int = 0
    largest_burst: int = 0
    commit_ns: int = 0
    longest_commit_ns: int = 0
    disk_full: int = 0


class Writer:
    def __init__(self, db: apsw.Connection, projections: Projections, sources: Sources, guard: Guard, counts: Counts) -> None:
        self.db = db
        self.counts = counts
        self._projections = projections
        self._sources = sources
        self._guard = guard
        self._epoch = log.epoch(db)

    def commit(self, burst: Sequence[Deed]) -> Settled:
        """Run deeds in order and commit them together. What a deed raises is its outcome, and undoes it alone.

        Raises apsw.Error when the database failed: then nothing of the burst was done.
        """
        started = perf_counter_ns()
        self.db.execute("begin immediate")
        try:
            settled = self._run(burst)
            self.db.execute("commit")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("rollback")
            raise
        self._count(burst, settled, perf_counter_ns() - started)
        return settled

    def _run(self, burst: Sequence[Deed]) -> Settled:
        settled = Settled([], [])
        last = log.last_event_id(self.db)
        for deed in burst:
            tx = Transaction(self.db, self._projections, self._sources, last, self._epoch)
            outcome = self._try(deed, tx)
            settled.outcomes.append(outcome)
            if not isinstance(outcome, Exception):
                settled.told += tx.recorded
                last += len(tx.recorded)
        return settled

    def _try(self, deed: Deed, tx: Transaction) -> Any:
        """A deed's reply, or the exception that it raised and that undid it."""
        if deed.letter.forgotten:
            return Unavailable("nobody waits for it any more")
        self.db.execute("savepoint deed")
        try:
            self._guard(self.db, deed.letter.context)
            outcome = deed.do(tx, deed.letter.message, deed.letter.context)
        except (apsw.FullError, apsw.IOError, apsw.CorruptError, apsw.NotADBError):
            raise
        except Exception as error:
            if not self.db.in_transaction:
                raise  # SQLite itself rolled the whole burst back
            self.db.execute("rollback to deed")
            outcome = error
        self.db.execute("release deed")
        return outcome

    def _count(self, burst: Sequence[Deed], settled: Settled, took_ns: int) -> None:
        counts = self.counts
        counts.commits += bool(settled.told)
        counts.deeds += len(burst)
        counts.facts += len(settled.told)
        counts.largest_burst = max(counts.largest_burst, len(burst))
        counts.commit_ns += took_ns
        counts.longest_commit_ns = max(counts.longest_commit_ns, took_ns)


def look(db: apsw.Connection, deed: Deed, guard: Guard, sources: Sources) -> tuple[Any, Snapshot]:
    """Run a read against one moment of the database."""
    snapshot = Snapshot(db, sources.now())
    db.execute("begin")
    try:
        guard(db, deed.letter.context)
        return deed.do(snapshot, deed.letter.message, deed.letter.context), snapshot  # type: ignore[arg-type]
    finally:
        db.execute("rollback")

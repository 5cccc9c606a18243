"""The writer: runs a burst of deeds as one transaction and one commit. Lives in a thread; knows no loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any

import apsw
from msgspec import Struct

from bus.errors import Unavailable
from bus.message import Context
from services.store import log, replay
from services.store.database import transaction
from services.store.log import Told
from services.store.projection import Projections
from services.store.queue import Deed as Deed
from services.store.transaction import Snapshot, Sources, Transaction

Guard = Callable[[apsw.Connection, Context], None]
"""Asked before every deed and read by a signed-in user; raises Refused when the session is over."""

FULL = "the disk is full; nothing was done, try again later"
BUSY = "the database is in use by another program; nothing was done, try again"
BROKEN = "the disk failed; this may or may not have been done, look before you try again"
"""A commit whose fsync failed may still be found in the log by the next life."""

OF_THE_DEED = (apsw.ConstraintError, apsw.SQLError, apsw.MismatchError, apsw.TooBigError, apsw.RangeError, apsw.AuthError)
"""What a deed can bring about by itself; every other error is the database's, and so the whole burst's."""


MOST_BEHIND = 64
"""Facts that may wait to be finished; the burst that brings more finishes them all. More at once take no less for each, and everybody who
sends meanwhile waits for them (docs/decisions/0012)."""


def why(error: Exception, sound: bool) -> str:
    """What the askers of a burst are told."""
    match error:
        case apsw.FullError() if sound:
            return FULL
        case apsw.BusyError() if sound:
            return BUSY
        case _:
            return BROKEN


class Settled(Struct):
    """What a burst came to: an outcome for each deed, what to publish, in log order, up to which place, and how much is unfinished."""

    outcomes: list[Any]
    told: list[Told]
    last_event_id: int
    behind: int


class HalfDone(Exception):
    """A deed failed after it had recorded: without a savepoint it cannot be undone alone."""


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
        self.sound = True
        """False once the disk failed: then nothing may be written before a new life has looked at the file."""
        self._projections = projections
        self._late = tuple(kind for projection in projections for kind in projection.late_kinds)
        self.behind = log.count_unfinished(db, self._late)
        """Facts in the log that are still to be finished."""
        self._sources = sources
        self._guard = guard
        self._epoch = log.epoch(db)
        self._before: int | None = None
        """The log's end when the burst began; None while it has not."""

    def commit(self, burst: Sequence[Deed]) -> Settled:
        """Run deeds in order and commit them together. What a deed raises is its outcome, and undoes it alone.

        Raises FullError and BusyError when nothing of the burst was done; of any other error, and of these when it is
        not `sound` afterwards, nobody knows.
        """
        started = perf_counter_ns()
        self.sound = False
        self._before = None
        try:
            settled = self._undoing(burst)
        except (apsw.FullError, apsw.BusyError):
            self.sound = not self.db.in_transaction and self._before in {None, log.last_event_id(self.db)}
            raise
        self.sound = True
        self.behind = settled.behind
        self._count(burst, settled, perf_counter_ns() - started)
        return settled

    def _undoing(self, burst: Sequence[Deed]) -> Settled:
        """What fails, fails before it records, or else nearly never: so savepoints are for a second try at the whole burst."""
        try:
            with transaction(self.db):
                return self._run(burst, self._try)
        except HalfDone:
            with transaction(self.db):
                return self._run(burst, self._try_apart)

    def _run(self, burst: Sequence[Deed], attempt: Callable[[Deed, Transaction], Any]) -> Settled:
        self._before = last = log.last_event_id(self.db)
        settled = Settled([], [], last, self.behind)
        catching_up = False
        for deed in burst:
            tx = Transaction(self.db, self._projections, self._sources, settled.last_event_id, self._epoch)
            outcome = attempt(deed, tx)
            settled.outcomes.append(outcome)
            if not isinstance(outcome, Exception):
                settled.told += tx.recorded
                settled.last_event_id += len(tx.recorded)
                settled.behind += sum(type(fact) in self._late for fact, _ in tx.recorded)
                catching_up |= tx.catching_up
        if settled.behind and (catching_up or settled.behind >= MOST_BEHIND):
            replay.finish(self.db, self._projections)
            settled.behind = 0
        return settled

    def _try(self, deed: Deed, tx: Transaction) -> Any:
        """A deed's reply, or the exception that it raised. Raises HalfDone when that one leaves something to undo."""
        if deed.letter.forgotten:
            return Unavailable("nobody waits for it any more")
        try:
            self._guard(self.db, deed.letter.context)
            return deed.do(tx, deed.letter.message, deed.letter.context)
        except Exception as error:
            ours = not isinstance(error, apsw.Error) or isinstance(error, OF_THE_DEED)
            if not ours or not self.db.in_transaction:
                raise  # the disk failed, or SQLite itself rolled the whole burst back
            if tx.dirty:
                raise HalfDone from error
            return error

    def _try_apart(self, deed: Deed, tx: Transaction) -> Any:
        """The same in a savepoint, to which a deed that fails is rolled back."""
        self.db.execute("savepoint deed")
        try:
            outcome = self._try(deed, tx)
        except HalfDone as half:
            self.db.execute("rollback to deed")
            outcome = half.__cause__
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
        return deed.do(snapshot, deed.letter.message, deed.letter.context), snapshot
    finally:
        if db.in_transaction:
            db.execute("rollback")

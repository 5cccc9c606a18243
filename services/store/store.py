"""The store: a supervised child that commits what gathered while the disk was busy, and reads beside it.

The loop never touches the disk. An asker is answered, and facts are published, only when the commit is durable
(`synchronous=FULL`); a deed that raises is undone alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import anyio.to_thread
import apsw
from anyio.abc import TaskStatus
from msgspec import Struct

from bus.bus import Bus
from bus.errors import Refused, Unavailable
from bus.inbox import Letter
from bus.message import Context, How
from bus.service import Way
from services.store import log as event_log
from services.store import schema, upkeep
from services.store.database import Place, check_pages, checkpoint
from services.store.projection import Projections
from services.store.reading import Readers
from services.store.transaction import Sources
from services.store.writer import FULL, Counts, Deed, Guard, Writer

log = logging.getLogger(__name__)
FOLDED_AT_START = 10_000
"""A log up to this long is folded and compared before the first letter; a longer one beside the running house."""


def everybody(db: apsw.Connection, context: Context) -> None:
    """The guard of a store without sessions."""


class StoreStats(Struct, frozen=True):
    """A reading of the store. `verified` is None while the fold is still running."""

    queue: int
    reads: int
    capacity: int
    counts: Counts
    wal_bytes: int
    epoch: str
    verified: bool | None


class Store:
    """The only writer. Its queues outlive a life: deeds wait while it is revived."""

    def __init__(
        self,
        place: Place,
        projections: Projections,
        bus: Bus,
        *,
        guard: Guard = everybody,
        sources: Sources | None = None,
        burst: int = 256,
        readers: int = 3,
    ) -> None:
        self.place = place
        self.projections = projections
        self.counts = Counts()
        self._bus = bus
        self._guard = guard
        self._sources = sources or Sources()
        self._burst = burst
        self._reader_count = 1 if place.in_memory else readers
        self._deeds_in, self._deeds = anyio.create_memory_object_stream[Deed](4096)
        self.readers = Readers(place, bus, guard, self._sources, self._in_thread)
        self._verified: bool | None = None
        self._epoch = ""

    @property
    def ways(self) -> dict[How, Way]:
        """Where a service's deeds and reads go."""
        return {"commit": self._take_deed, "read": self.readers.take}

    def stats(self) -> StoreStats:
        return StoreStats(
            queue=self._deeds.statistics().current_buffer_used,
            reads=self.readers.waiting,
            capacity=4096,
            counts=self.counts,
            wal_bytes=upkeep.wal_bytes(self.place),
            epoch=self._epoch,
            verified=self._verified,
        )

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """One life: open, check, commit and read until cancelled; then drain, checkpoint, close.

        Raises Refusal when the file may not be used, apsw.Error when the disk failed: deeds that wait stay for the next life.
        """
        self._one = anyio.CapacityLimiter(1)
        writer = await self._in_writer(self._open)
        sound = True
        try:
            async with anyio.create_task_group() as tasks:
                for _ in range(self._reader_count):
                    tasks.start_soon(self.readers.run, writer.db)
                if not self.place.in_memory:
                    tasks.start_soon(self._keep_up, writer)
                task_status.started()
                await self._commit_for_ever(writer)
        except Exception as error:
            sound = False
            raise innermost(error) from None
        finally:
            with anyio.CancelScope(shield=True):
                if sound:
                    await self._drain(writer)
                await self._in_writer(close, writer.db, sound)

    async def _take_deed(self, letter: Letter, do: Callable[..., Any]) -> None:
        try:
            self._deeds_in.send_nowait(Deed(letter, do))
        except anyio.WouldBlock:
            await self._deeds_in.send(Deed(letter, do))

    def _open(self) -> Writer:
        """Bring the file to a state that may be written to. In the writer's thread."""
        db = upkeep.open_even_when_full(self.place)
        try:
            checkpoint(db)
            check_pages(db)
            schema.prepare(db, self.place, self.projections, self._sources.entropy(8).hex())
            if event_log.last_event_id(db) <= FOLDED_AT_START:
                self._verified = upkeep.verify(db, self.projections)
        except BaseException:
            db.close(force=True)
            raise
        self._epoch = event_log.epoch(db)
        return Writer(db, self.projections, self._sources, self._guard, self.counts)

    async def _commit_for_ever(self, writer: Writer) -> None:
        while True:
            burst = [await self._deeds.receive()]
            self._gather(burst)
            await self._settle(writer, burst)

    def _gather(self, burst: list[Deed]) -> None:
        while len(burst) < self._burst:
            try:
                burst.append(self._deeds.receive_nowait())
            except anyio.WouldBlock:
                return

    async def _drain(self, writer: Writer) -> None:
        while True:
            burst: list[Deed] = []
            self._gather(burst)
            if not burst:
                return
            await self._settle(writer, burst)

    async def _settle(self, writer: Writer, burst: list[Deed]) -> None:
        """Commit, then publish in log order, then answer. Raises apsw.Error when the disk failed and a new life must begin."""
        try:
            settled = await self._in_writer(writer.commit, burst)
        except (apsw.FullError, apsw.BusyError) as error:
            self.counts.disk_full += isinstance(error, apsw.FullError)
            refuse_all(burst, FULL if isinstance(error, apsw.FullError) else "the database is in use; try again")
            return
        except apsw.Error:
            refuse_all(burst, "the disk failed; nothing was done, try again")
            raise
        for fact, context in settled.told:
            self._bus.publish(fact, context)
        for deed, outcome in zip(burst, settled.outcomes, strict=True):
            self._answer(deed, outcome)

    def _answer(self, deed: Deed, outcome: Any) -> None:
        if not isinstance(outcome, Exception):
            deed.letter.answer(outcome)
            return
        deed.letter.refuse(outcome)
        if not isinstance(outcome, Refused):
            self.counts.failed += 1
            log.error("%s failed", type(deed.letter.message).__name__, exc_info=outcome, extra={"trace": deed.letter.context.trace})

    async def _keep_up(self, writer: Writer) -> None:
        """Fold a long log beside the running house, then keep the WAL small whenever it is quiet."""
        if self._verified is None:
            self._verified = await self._in_thread(upkeep.verify_beside, self.place, self.projections)
        while True:
            seen = self.counts.deeds
            await anyio.sleep(upkeep.QUIET)
            if self.counts.deeds == seen and upkeep.wal_bytes(self.place) > upkeep.LARGE_WAL:
                await self._in_writer(checkpoint, writer.db)

    async def _in_writer(self, do: Callable[..., Any], *args: Any) -> Any:
        """Off the loop, one at a time, to the end even when cancelled: what was begun has an outcome."""
        with anyio.CancelScope(shield=True):
            return await self._in_thread(do, *args, limiter=self._one)

    async def _in_thread(self, do: Callable[..., Any], *args: Any, limiter: anyio.CapacityLimiter | None = None) -> Any:
        """Off the loop; in memory there is nothing to wait for, and time may be simulated."""
        if self.place.in_memory:
            return do(*args)
        return await anyio.to_thread.run_sync(do, *args, limiter=limiter)


def close(db: apsw.Connection, sound: bool) -> None:
    """Close, and where the disk is sound leave an empty WAL behind."""
    if sound:
        checkpoint(db)
    db.close(force=not sound)


def refuse_all(burst: Sequence[Deed], why: str) -> None:
    for deed in burst:
        deed.letter.refuse(Unavailable(why))


def innermost(error: Exception) -> Exception:
    """The one error of a group of one."""
    match error:
        case ExceptionGroup(exceptions=(inner,)):
            return innermost(inner)
        case _:
            return error

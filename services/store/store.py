"""The store: a supervised child that commits what gathered while the disk was busy, and reads beside it.

The loop never touches the disk. An asker is answered, and facts are published, only when the commit is durable
(`synchronous=FULL`); a deed that raises is undone alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import anyio.to_thread
import apsw
from anyio.abc import TaskStatus
from msgspec import Struct

from bus.bus import Bus
from bus.errors import Refused, Unavailable
from bus.message import Context, How
from bus.service import Way
from services.store import log as event_log
from services.store import schema, upkeep
from services.store.aside import Aside, aside
from services.store.database import Place, check_pages, let_go
from services.store.finishing import Finishing, catch_up_at_start, catching_up
from services.store.log import Told
from services.store.projection import Projections
from services.store.queue import Deed, Queue
from services.store.reading import Readers
from services.store.transaction import Sources
from services.store.writer import Counts, Guard, Settled, Writer, why

log = logging.getLogger(__name__)
FOLDED_AT_START = 10_000
"""A log up to this long is folded and compared before the first letter; a longer one beside the running house."""


def everybody(db: apsw.Connection, context: Context) -> None:
    """The guard of a store without sessions."""


class StoreStats(Struct, frozen=True):
    """A reading of the store; `in_line` waits outside the full queue, `behind` are facts on disk that are still to be finished.

    `verified` is None while the fold is still running.
    """

    queue: int
    peak: int
    in_line: int
    capacity: int
    reads: int
    behind: int
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
        capacity: int = 4096,
        readers: int = 3,
        off_loop: Callable[[Place, str], Aside] = aside,
    ) -> None:
        self.place = place
        self.projections = projections
        self.counts = Counts()
        self._bus = bus
        self._guard = guard
        self._sources = sources or Sources()
        self._burst = burst
        self._reader_count = 1 if place.in_memory else readers
        self._off_loop = off_loop
        self._deeds = Queue(capacity)
        self.readers = Readers(place, bus, guard, self._sources)
        self._finishing = Finishing(self._deeds, self.readers.queue)
        self._verified: bool | None = None
        self._epoch = ""
        self._told_up_to: int | None = None

    @property
    def ways(self) -> dict[How, Way]:
        """Where a service's deeds and reads go."""
        return {"commit": self._deeds, "read": self.readers.queue, "read_finished": self._finishing}

    def stats(self) -> StoreStats:
        return StoreStats(
            queue=self._deeds.depth,
            peak=self._deeds.peak,
            in_line=self._deeds.in_line,
            capacity=self._deeds.capacity,
            reads=self.readers.queue.depth,
            behind=self._finishing.behind,
            counts=self.counts,
            wal_bytes=upkeep.wal_bytes(self.place),
            epoch=self._epoch,
            verified=self._verified,
        )

    def forsake(self) -> None:
        """It will not be revived: refuse what waits."""
        self._deeds.forsake("the store has stopped")
        self.readers.queue.forsake("the store has stopped")

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """One life: open, check, commit and read until cancelled; then drain, checkpoint, close.

        Raises Refusal when the file may not be used, apsw.Error when the disk failed: deeds that wait stay for the next life.
        """
        self._writing = self._off_loop(self.place, "writer")
        try:
            await self._live(task_status)
        finally:
            self._writing.close()

    async def _live(self, task_status: TaskStatus[None]) -> None:
        writer, missed = await self._writing.do(self._open)
        ended_well = True
        self._finishing.behind = writer.behind
        try:
            self._tell(missed)
            async with anyio.create_task_group() as tasks:
                for _ in range(self._reader_count):
                    tasks.start_soon(self.readers.run, writer.db)
                if not self.place.in_memory:
                    tasks.start_soon(self._keep_up, writer)
                    tasks.start_soon(self._finishing.keep_up, lambda: self.counts.deeds)
                task_status.started()
                await self._commit_for_ever(writer)
        except Exception as error:
            ended_well = False
            raise innermost(error) from None
        finally:
            with anyio.CancelScope(shield=True):
                try:
                    if ended_well and writer.sound:
                        await self._drain(writer)
                finally:
                    await self._writing.do(upkeep.close, writer.db, writer.sound)

    def _open(self) -> tuple[Writer, list[Told]]:
        """Bring the file to a state that may be written to, and find what was never told. In the writer's thread."""
        db = upkeep.open_even_when_full(self.place)
        try:
            check_pages(db)
            schema.prepare(db, self.place, self.projections, self._sources.entropy(8).hex())
            writer = Writer(db, self.projections, self._sources, self._guard, self.counts)
            catch_up_at_start(writer)
            last = event_log.last_event_id(db)
            if last <= FOLDED_AT_START:
                self._verified = upkeep.verify(db, self.projections) and (writer.behind > 0 or upkeep.verify_indexes(db, self.projections))
            missed = [] if self._told_up_to is None else event_log.told_after(db, self._told_up_to)
        except BaseException:
            let_go(db)
            raise
        self._epoch = event_log.epoch(db)
        self._told_up_to = last
        return writer, missed

    async def _commit_for_ever(self, writer: Writer) -> None:
        while True:
            first = await self._deeds.take()
            await self._settle(writer, [first, *self._deeds.take_at_once(self._burst - 1)])

    async def _drain(self, writer: Writer) -> None:
        while burst := self._deeds.take_at_once(self._burst):
            await self._settle(writer, burst)
        if writer.behind:
            await self._settle(writer, [catching_up()])

    async def _settle(self, writer: Writer, burst: list[Deed]) -> None:
        """Commit, then publish in log order, then answer. Raises apsw.Error when the disk failed and a new life must begin."""
        try:
            settled: Settled = await self._writing.do(writer.commit, burst)
        except Exception as error:
            self.counts.disk_full += isinstance(error, apsw.FullError)
            refuse_all(burst, why(error, writer.sound))
            if not writer.sound:
                raise
            return
        self._finishing.behind = settled.behind
        self._tell(settled.told)
        self._told_up_to = settled.last_event_id
        for deed, outcome in zip(burst, settled.outcomes, strict=True):
            self._answer(deed, outcome)

    def _tell(self, told: Sequence[Told]) -> None:
        """Publish what is on disk. A new life tells first what the last one committed without being told so by the disk."""
        self._bus.publish_all(told)

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
            self._verified = await self._verify_beside()
        while True:
            seen = self.counts.deeds
            await anyio.sleep(upkeep.QUIET)
            if self.counts.deeds == seen:
                await self._writing.do(upkeep.empty_wal_if_large, writer.db, self.place)

    async def _verify_beside(self) -> bool:
        """Its thread is told to stop and left behind when this life ends: a long fold would hold up the shutdown."""
        stop = threading.Event()
        try:
            return await anyio.to_thread.run_sync(upkeep.verify_beside, self.place, self.projections, stop.is_set, abandon_on_cancel=True)
        finally:
            stop.set()


def refuse_all(burst: Sequence[Deed], text: str) -> None:
    for deed in burst:
        deed.letter.refuse(Unavailable(text))


def innermost(error: Exception) -> Exception:
    """The one error of a group of one."""
    match error:
        case ExceptionGroup(exceptions=(inner,)):
            return innermost(inner)
        case _:
            return error

"""Reads beside the writer: a few read-only connections, each with a task that takes what waits and looks in a thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import apsw

from bus.bus import Bus
from bus.errors import Refused, Unavailable
from bus.message import Context
from bus.service import brought
from services.store.aside import Aside, aside
from services.store.database import Place, let_go, open_reader
from services.store.queue import Deed, Queue
from services.store.transaction import Snapshot, Sources
from services.store.writer import Guard, look

log = logging.getLogger(__name__)
T = TypeVar("T")


class Readers:
    """Reads wait in one queue, which outlives the lives of those who take from it."""

    def __init__(self, place: Place, bus: Bus, guard: Guard, sources: Sources) -> None:
        self.queue = Queue(1024)
        self._place = place
        self._bus = bus
        self._guard = guard
        self._sources = sources

    async def query(self, look_at: Callable[[apsw.Connection], T]) -> T:
        """Read for a service that needs the answer on the loop, such as one that loads its memory.

        Raises Unavailable when the store stopped meanwhile; waits through a revival.
        """

        def do(snapshot: Snapshot, _message: object, _context: Context) -> T:
            return look_at(snapshot.db)

        return await brought(self.queue, do)

    async def run(self, shared: apsw.Connection) -> None:
        """Read until cancelled, on a connection of its own; in memory on the one there is."""
        looking = aside(self._place, "reader")
        try:
            db = shared if self._place.in_memory else await looking.do(open_reader, self._place)
            try:
                while True:
                    await self._look(looking, db, await self.queue.take())
            finally:
                if db is not shared:
                    await looking.do(let_go, db)
        finally:
            looking.close()

    async def _look(self, looking: Aside, db: apsw.Connection, deed: Deed) -> None:
        letter = deed.letter
        if letter.forgotten:
            return
        try:
            outcome, snapshot = await looking.do(look, db, deed, self._guard, self._sources)
        except Refused as refusal:
            letter.refuse(refusal)
        except Exception as error:
            log.error("a read failed", exc_info=error, extra={"trace": letter.context.trace})
            letter.refuse(error)
        except BaseException:
            letter.refuse(Unavailable("the store stopped while reading"))
            raise
        else:
            for fact in snapshot.told:
                self._bus.publish(fact, letter.context)
            letter.answer(outcome)

"""What commits leave behind, and who sees to it that it is finished: reads that need it, and a house that is quiet.

Nothing here writes: catching up is a deed like any other, and waits, fails and is done again as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import apsw

from bus.errors import Unavailable
from bus.inbox import Letter
from bus.message import Context
from bus.service import brought
from services.store.queue import Deed, Queue
from services.store.transaction import Transaction
from services.store.writer import Writer

log = logging.getLogger(__name__)
PAUSE = 1.0
"""Seconds without a deed after which what is behind is finished."""


class Finishing:
    """The way of reads that begin when everything acked before them is finished."""

    def __init__(self, deeds: Queue, reads: Queue) -> None:
        self.behind = 0
        """Facts that somebody was told of and that are not finished."""
        self._deeds = deeds
        self._reads = reads

    def offer(self, letter: Letter, do: Callable[..., Any]) -> bool:
        """Takes it if nothing is behind and there is room."""
        return not self.behind and self._reads.offer(letter, do)

    async def put(self, letter: Letter, do: Callable[..., Any]) -> None:
        """Returns when it waits with the other reads. Raises Unavailable when the writer could not catch up."""
        if self.behind:
            await brought(self._deeds, catch_up)
        await self._reads.put(letter, do)

    async def keep_up(self, done: Callable[[], int]) -> None:
        """Catch up whenever it is quiet; on a full disk only after somebody else has found room. `done` counts deeds."""
        tried = -1
        while True:
            seen = done()
            await anyio.sleep(PAUSE)
            if self.behind and seen == done() != tried:
                tried = seen
                with suppress(Unavailable):
                    await brought(self._deeds, catch_up)


def catch_up(tx: Transaction, _message: object, _context: Context) -> None:
    """A deed: what earlier commits left behind is finished in this one."""
    tx.catching_up = True


def catching_up() -> Deed:
    """The same, of nobody's: nobody waits for it."""
    return Deed(Letter(None, Context()), catch_up)


def catch_up_at_start(writer: Writer) -> None:
    """Finish what the last life left behind. A full disk puts it off: the reads that need it ask again."""
    if not writer.behind:
        return
    try:
        writer.commit([catching_up()])
    except apsw.FullError:
        if not writer.sound:
            raise
        log.warning("the disk is full; search waits until there is room")

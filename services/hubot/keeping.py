"""The brain as the server keeps it: in memory for the next host, and written behind as facts, many changes in one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import anyio

from bus.errors import Refused
from bus.message import Context
from bus.service import Way, brought
from services.hubot.deeds import BOT, Remember, remember
from services.hubot.words import MOST, weight

log = logging.getLogger(__name__)
CONTEXT: Final = Context(BOT, trace="hubot:brain")
EVERY_S: Final = 0.5
LAST_S: Final = 2.0
MOST_BYTES: Final = 3 * MOST // 4


class Keeping:
    """Changes gather for half a second at most: a script that changes its mind often fills no log."""

    def __init__(self, way: Way) -> None:
        self.brain: dict[str, str] = {}
        self._way = way
        self._size = 0
        self._new: dict[str, str | None] = {}
        self._news = anyio.Event()

    def begin(self, stored: Mapping[str, str]) -> None:
        """With what is not written yet laid over it."""
        self.brain = dict(stored)
        self._size = sum(weight(*each) for each in stored.items())
        self._lay(self._new)

    def keep(self, changes: Mapping[str, str | None]) -> None:
        """What a fresh host could not be told is not kept. A host takes less; what a run takes out counts here when it has ended."""
        if not changes or self._size + sum(self._more(*each) for each in changes.items()) > MOST_BYTES:
            return
        self._lay(changes)
        self._new.update(changes)
        self._news.set()

    async def run(self) -> None:
        """Write until cancelled, and then the last."""
        try:
            while True:
                await self._news.wait()
                await anyio.sleep(EVERY_S)
                await self._write()
        finally:
            with anyio.move_on_after(LAST_S, shield=True):
                await self._write()

    async def _write(self) -> None:
        """What the disk refuses is tried again."""
        self._news = anyio.Event()
        new, self._new = self._new, {}
        if not new:
            return
        try:
            await brought(self._way, remember, Remember(new), CONTEXT)
        except BaseException as error:
            self._new = new | self._new
            self._news.set()
            if not isinstance(error, Refused):
                raise
            log.warning("the brain could not be written: %s", error.code)

    def _lay(self, changes: Mapping[str, str | None]) -> None:
        for key, value in changes.items():
            self._size += self._more(key, value)
            if value is None:
                self.brain.pop(key, None)
            else:
                self.brain[key] = value

    def _more(self, key: str, value: str | None) -> int:
        """Bytes that the brain grows by."""
        return weight(key, value) - weight(key, self.brain.get(key))

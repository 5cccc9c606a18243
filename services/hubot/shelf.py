"""The directory of scripts, looked at again and again: a changed file is loaded anew, and a changed list counts from then on.

What others can write to, or cannot be read, is not taken: the list stays as it was, and what is amiss with it is there to see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

import anyio.to_thread

from services.hubot import settings
from services.hubot.record import Record
from services.hubot.settings import Allowed, Listing, Scripts, Unfit
from services.hubot.words import Load, ToHost, Unload

log = logging.getLogger(__name__)
UNSEEN: Final = (0,)


class Shelf:
    """`records` are those of the listed scripts, in their order, in the same dict for ever. `tell` speaks to the host."""

    def __init__(self, scripts: Scripts, tell: Callable[[ToHost], None]) -> None:
        self.records = {name: Record(name) for name in scripts.listing.scripts}
        self.trouble: str | None = None
        self._scripts = scripts
        self._tell = tell
        self._stamp = UNSEEN

    def loads(self) -> list[ToHost]:
        """All that are not off."""
        return [self._load(record) for record in self.records.values() if record.runs]

    async def look(self) -> None:
        stamp, found = await anyio.to_thread.run_sync(self._reread)
        self._stamp = stamp
        match found:
            case Listing():
                self.trouble = None
                self._relist(found)
            case str():
                self.trouble = found
                log.warning("the list of scripts stays as it was: %s", found)
            case None:
                pass
        await self._look_at_files()

    def _reread(self) -> tuple[tuple[int, ...], Listing | str | None]:
        """In a thread: the list where it is another than at the last look, or what is amiss with it."""
        directory = self._scripts.directory
        stamp = settings.listed(directory)
        if stamp == self._stamp:
            return stamp, None
        try:
            return stamp, settings.read(directory).listing
        except Unfit as unfit:
            return stamp, str(unfit)

    def _relist(self, listing: Listing) -> None:
        before, self._scripts.listing = self._scripts.listing.scripts, listing
        for name in before.keys() - listing.scripts.keys():
            self._tell(Unload(name))
        known = dict(self.records)
        self.records.clear()
        self.records.update({name: known.get(name) or Record(name) for name in listing.scripts})
        for name in _told_else(before, listing.scripts):
            self.records[name].stamp = None

    async def _look_at_files(self) -> None:
        """One that others can write to is not loaded."""
        found = await anyio.to_thread.run_sync(settings.examine, self._scripts)
        for name, (stamp, unfit) in found.items():
            record = self.records[name]
            if stamp == record.stamp:
                continue
            record.changed(stamp)
            if unfit:
                record.broke(unfit)
            self._tell(Unload(name) if unfit else self._load(record))

    def _load(self, record: Record) -> Load:
        return Load(record.name, str(self._scripts.path(record.name)), self._scripts.config(record.name))


def _told_else(before: Mapping[str, Allowed], now: Mapping[str, Allowed]) -> list[str]:
    """Scripts to which the operator says something else than before."""
    return [name for name in before.keys() & now.keys() if before[name].config != now[name].config]

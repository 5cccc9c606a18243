"""The directory of scripts, looked at again and again: a changed file is loaded anew, and a changed list counts from then on.

What others can write to, or cannot be read, is not taken: the list stays as it was, and what is amiss with it is there to see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

import anyio.to_thread
from msgspec import Struct

from services.hubot import settings
from services.hubot.record import Record
from services.hubot.settings import Allowed, Listing, Scripts, Unfit
from services.hubot.words import Load, ToHost, Unload

log = logging.getLogger(__name__)
UNSEEN: Final = (0,)


Files = Mapping[str, tuple[tuple[int, ...], str | None]]
"""Each listed script's stamp, and why it may not be loaded."""


class Seen(Struct, frozen=True):
    """At one look: the list where it is another than at the last one, or what is amiss with it."""

    stamp: tuple[int, ...]
    listing: Listing | str | None
    files: Files


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
        """One that is listed now is loaded at the next look."""
        seen = await anyio.to_thread.run_sync(self._see)
        self._stamp = seen.stamp
        match seen.listing:
            case Listing():
                self.trouble = None
                self._relist(seen.listing)
            case str():
                self.trouble = seen.listing
                log.warning("the list of scripts stays as it was: %s", seen.listing)
            case None:
                pass
        self._compare(seen.files)

    def _see(self) -> Seen:
        """In a thread."""
        directory, files = self._scripts.directory, settings.examine(self._scripts)
        stamp = settings.listed(directory)
        if stamp == self._stamp:
            return Seen(stamp, None, files)
        try:
            return Seen(stamp, settings.read(directory).listing, files)
        except Unfit as unfit:
            return Seen(stamp, str(unfit), files)

    def _relist(self, listing: Listing) -> None:
        before, self._scripts.listing = self._scripts.listing.scripts, listing
        for name in before.keys() - listing.scripts.keys():
            self._tell(Unload(name))
        known = dict(self.records)
        self.records.clear()
        self.records.update({name: known.get(name) or Record(name) for name in listing.scripts})
        for name in _told_else(before, listing.scripts):
            self.records[name].stamp = None

    def _compare(self, files: Files) -> None:
        """One that others can write to is not loaded."""
        for name, (stamp, unfit) in files.items():
            record = self.records.get(name)
            if record is None or stamp == record.stamp:
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

"""What a deed holds while it decides and records, and what a read holds while it looks."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable

import apsw
from msgspec import Struct

from bus.message import Context, Fact
from bus.secret import Secret
from services.store import log
from services.store.log import Told
from services.store.projection import Entry, Projections


def wall_clock() -> int:
    """Epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Sources(Struct, frozen=True):
    """Where time and chance come from; a test gives its own and gets the same story every time."""

    now: Callable[[], int] = wall_clock
    entropy: Callable[[int], bytes] = os.urandom


class Transaction:
    """One deed's view of the writer: it sees what earlier deeds of the burst did."""

    def __init__(self, db: apsw.Connection, projections: Projections, sources: Sources, last_event_id: int, epoch: str) -> None:
        self.db = db
        self.now = sources.now()
        self.epoch = epoch
        self.recorded: list[Told] = []
        self.dirty = False
        """Whether rows may have been changed."""
        self.catching_up = False
        """Whether nothing may be behind once this burst is on disk."""
        self._projections = projections
        self._entropy = sources.entropy
        self._last_event_id = last_event_id

    @property
    def next_event_id(self) -> int:
        """The event_id that the next recorded fact will have."""
        return self._last_event_id + 1

    def record(self, fact: Fact, context: Context) -> None:
        """Append a fact and project it. It is published when the commit is on disk."""
        entry = Entry(self.next_event_id, self.now, context.user_id)
        self.dirty = True
        written = log.append(self.db, fact, entry, context)
        for projection in self._projections:
            projection.project(self.db, written, entry)
        self._last_event_id = entry.event_id
        self.recorded.append((fact, context))

    def new_id(self, prefix: str) -> str:
        """An id that says nothing: the prefix and 64 random bits."""
        return prefix + self._entropy(8).hex()

    def new_token(self) -> Secret:
        """256 random bits, as base64url without padding."""
        return Secret(base64.urlsafe_b64encode(self._entropy(32)).decode().rstrip("="))


class Snapshot:
    """One read's view: a moment of the database that no commit changes."""

    def __init__(self, db: apsw.Connection, now: int) -> None:
        self.db = db
        self.now = now
        self.told: list[Fact] = []

    def tell(self, fact: Fact) -> None:
        """Publish a fact that is not stored, once the read is done."""
        self.told.append(fact)

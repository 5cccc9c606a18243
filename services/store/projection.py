"""Tables as what facts come to: a schema, and for each fact a function that changes its rows.

Rows change in no other way. So the tables can be dropped and folded anew from the log, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import apsw
from msgspec import Struct

from bus.message import Fact

F = TypeVar("F", bound=Fact)


class Entry(Struct, frozen=True):
    """A fact's place in the log. `ts` is epoch milliseconds."""

    event_id: int
    ts: int
    actor_user_id: str | None


Project = Callable[[apsw.Connection, F, Entry], None]
Finish = Callable[[apsw.Connection, Sequence[F]], None]


class Projection:
    """Some tables that belong together, in order of creation."""

    def __init__(self, schema: str, *tables: str) -> None:
        self.schema = schema
        self.tables = tables
        self._projectors: dict[type[Fact], Project[Any]] = {}
        self._finishers: dict[type[Fact], Finish[Any]] = {}

    def on(self, kind: type[F]) -> Callable[[Project[F]], Project[F]]:
        """Mark the function that projects this fact."""

        def keep(project: Project[F]) -> Project[F]:
            if kind in self._projectors:
                raise ValueError(f"{kind.__name__} is projected twice on {self.tables[0]}")
            self._projectors[kind] = project
            return project

        return keep

    def late(self, kind: type[F]) -> Callable[[Finish[F]], Finish[F]]:
        """Mark the function that finishes these facts: many at once, in a later commit than the one that projected them.

        It finds the tables as they are by then: what it looks for may have changed, be gone, or be finished already.
        Rows of the table that it writes must read the same before and after, as an index's do.
        """

        def keep(finish: Finish[F]) -> Finish[F]:
            self._finishers[kind] = finish
            return finish

        return keep

    @property
    def late_kinds(self) -> tuple[type[Fact], ...]:
        """Facts that are finished late."""
        return tuple(self._finishers)

    def project(self, db: apsw.Connection, fact: Fact, entry: Entry) -> None:
        if projector := self._projectors.get(type(fact)):
            projector(db, fact, entry)

    def finish(self, db: apsw.Connection, facts: Sequence[Fact]) -> None:
        for kind, finisher in self._finishers.items():
            if found := [fact for fact in facts if type(fact) is kind]:
                finisher(db, found)

    def create(self, db: apsw.Connection) -> None:
        db.execute(self.schema)

    def drop(self, db: apsw.Connection) -> None:
        for table in reversed(self.tables):
            db.execute(f"drop table if exists {table}")


Projections = Sequence[Projection]

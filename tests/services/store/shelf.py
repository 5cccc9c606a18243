"""Notes that are finished behind the commit, in a table that tells how many at once."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from bus.inbox import Letter
from bus.message import Context
from bus.protocol.inside import InviteUsed
from services.store import Entry, Projection, schema
from services.store.database import Place, open_writer
from services.store.store import everybody
from services.store.transaction import Sources
from services.store.writer import Counts, Deed, Writer
from tests.services.store.scene import Note, note

shelf = Projection(
    """
    create table notes (event_id integer primary key, text text not null) strict;
    create table finished (text text not null, batch integer not null, room blob not null) strict;
    """,
    "notes",
)
"""Notes that are finished in batches; `finished` is none of its tables, for it tells when that was. It needs much room."""


@shelf.on(InviteUsed)
def keep(db: apsw.Connection, fact: InviteUsed, entry: Entry) -> None:
    db.execute("insert into notes (event_id, text) values (?, ?)", (entry.event_id, fact.invite_id))


@shelf.late(InviteUsed)
def finish(db: apsw.Connection, facts: Sequence[InviteUsed]) -> None:
    batch = db.execute("select coalesce(max(batch), 0) + 1 from finished").get
    for fact in facts:
        db.execute("insert into finished (text, batch, room) values (?, ?, zeroblob(20000))", (fact.invite_id, batch))


def batches(place: Place) -> list[int]:
    """How many notes were finished together, as another program finds it."""
    db = apsw.Connection(place.path, flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [int(row[0]) for row in db.execute("select count(*) from finished group by batch order by batch")]  # type: ignore[arg-type]
    finally:
        db.close()


def killed(place: Place, *said: str) -> None:
    """Notes on disk by a house that was gone before it finished them."""
    db = open_writer(place)
    schema.prepare(db, place, (shelf,), "epoch")
    house = Writer(db, (shelf,), Sources(), everybody, Counts())
    for text in said:
        house.commit([Deed(Letter(Note(text), Context()), note)])
    db.close()

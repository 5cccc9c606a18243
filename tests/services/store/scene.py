"""A store that lives under a supervisor, a service that takes notes in it, and one who hears of every note."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import apsw

from bus.bus import Bus
from bus.child import ChildSpec, Revived
from bus.errors import Conflict
from bus.future import Future
from bus.inbox import Inbox, Letter
from bus.message import Context, Fact, Reply, Request
from bus.protocol.inside import InviteUsed
from bus.service import Service
from bus.supervisor import Supervisor
from services.store import Entry, Projection, Snapshot, Store, Transaction
from services.store.database import Place

notes = Projection("create table notes (event_id integer primary key, text text not null) strict;", "notes")


@notes.on(InviteUsed)
def keep(db: apsw.Connection, fact: InviteUsed, entry: Entry) -> None:
    db.execute("insert into notes (event_id, text) values (?, ?)", (entry.event_id, fact.invite_id))


class Noted(Reply, frozen=True):
    t = "test.noted"
    event_id: int


class Note(Request[Noted], frozen=True):
    """Write a note; `then` says what to do after it."""

    t = "test.note"
    text: str
    then: Callable[[Transaction], object] = lambda tx: None


class Notes(Reply, frozen=True):
    t = "test.notes"
    texts: list[str]


class Read(Request[Notes], frozen=True):
    t = "test.read"
    meanwhile: Callable[[], object] = lambda: None


class Find(Request[Notes], frozen=True):
    """What is finished, once all is."""

    t = "test.find"


class Glance(Request[Notes], frozen=True):
    """What is finished at this moment."""

    t = "test.glance"


@Note.commit
def note(tx: Transaction, request: Note, context: Context) -> Noted:
    event_id = tx.next_event_id
    tx.record(InviteUsed(request.text), context)
    request.then(tx)
    return Noted(event_id)


@Read.read
def read(snapshot: Snapshot, request: Read, context: Context) -> Notes:
    before = texts(snapshot.db)
    request.meanwhile()
    assert texts(snapshot.db) == before
    return Notes(before)


@Find.read_finished
def find(snapshot: Snapshot, request: Find, context: Context) -> Notes:
    return Notes(finished(snapshot.db))


@Glance.read
def glance(snapshot: Snapshot, request: Glance, context: Context) -> Notes:
    return Notes(finished(snapshot.db))


def finished(db: apsw.Connection) -> list[str]:
    return [str(row[0]) for row in db.execute("select text from finished order by rowid")]


def texts(db: apsw.Connection) -> list[str]:
    return [str(row[0]) for row in db.execute("select text from notes order by event_id")]


def refuse(_: Transaction) -> None:
    raise Conflict("not like this")


def boom(_: Transaction) -> None:
    raise ZeroDivisionError


class Scene:
    def __init__(self, place: Place, projection: Projection = notes, **options: Any) -> None:
        self.bus = Bus()
        self.store = Store(place, (projection,), self.bus, **options)
        self.heard = Inbox("listener", 10_000)
        self.revived = anyio.Event()
        self.bus.subscribe(InviteUsed, self.heard)
        self.service = Service("notes", self.bus, sys.modules[__name__], ways=self.store.ways)
        self.root = Supervisor("root", [ChildSpec("store", self.store.run), ChildSpec("notes", self.service.run)], tell=self._tell)

    async def note(self, text: str, then: Callable[[Transaction], object] = lambda tx: None) -> int:
        return (await self.bus.ask(Note(text, then))).event_id

    async def read(self) -> list[str]:
        return (await self.bus.ask(Read())).texts

    async def find(self) -> list[str]:
        return (await self.bus.ask(Find())).texts

    async def glance(self) -> list[str]:
        return (await self.bus.ask(Glance())).texts

    async def do(self, deed: Callable[[Transaction], object]) -> None:
        """Run a deed of nobody's in the writer's thread."""

        def run(tx: Transaction, _message: object, _context: Context) -> object:
            return deed(tx)

        reply: Future[object] = Future()
        await self.store.ways["commit"].put(Letter(None, Context(), reply), run)
        await reply.wait()

    def told(self) -> list[str]:
        """What the listener has heard so far, in its order."""
        told: list[str] = []
        while self.heard.stats().depth:
            told.append(self.heard._take().message.invite_id)  # pyright: ignore[reportPrivateUsage]
        return told

    def _tell(self, fact: Fact) -> None:
        if isinstance(fact, Revived) and fact.name == "root/store":
            self.revived.set()


@asynccontextmanager
async def living(place: Place, **options: Any) -> AsyncGenerator[Scene]:
    scene = Scene(place, **options)
    async with alive(scene):
        yield scene


@asynccontextmanager
async def alive(scene: Scene) -> AsyncGenerator[None]:
    async with anyio.create_task_group() as tasks:
        await tasks.start(scene.root.run)
        yield
        tasks.cancel_scope.cancel()


async def until(true: Callable[[], bool]) -> None:
    """Let others run until it is so."""
    with anyio.fail_after(10):
        while not true():
            await anyio.lowlevel.checkpoint()


def on_disk(path: Path) -> list[str]:
    """What another program finds in the file at this moment."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return texts(db)
    finally:
        db.close()

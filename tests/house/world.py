"""The composed house of app.py in this process: in memory, with a clock that is set, chance that repeats, and no network.

Its clients sit at wires in memory, behind the real gateway but for Granian. Whatever is published, it hears.
"""

from __future__ import annotations

import random
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import apsw
from anyio.abc import TaskGroup

from bus import protocol
from bus.inbox import Inbox
from bus.message import Context, Fact, Reply, Request
from bus.protocol.inside import SessionOpened, UserJoined
from bus.secret import Secret
from bus.service import Service
from devchitchat.app import House
from devchitchat.config import Config
from devchitchat.options import OFF
from gateway.connection import Connection
from gateway.dialogue import check_access
from services.access.invites import hash_of
from services.store import Transaction
from services.store.database import Place
from services.store.transaction import Sources
from tests.gateway.wires import Client, Wire

CONFIG = Config(data=Path("nowhere"), tls=OFF, rate_limits=False, bot=False)


class Happened(Reply, frozen=True):
    t = "test.happened"


class LetHappen(Request[Happened], frozen=True):
    """Record facts as they are."""

    t = "test.let_happen"
    access = "anyone"
    facts: tuple[Fact, ...]


class Fate(Service):
    """Lets things happen, and hears all that does."""

    def __init__(self, house: House) -> None:
        super().__init__("fate", house.bus, sys.modules[__name__], ways=house.store.ways)
        self.ears = Inbox("ears", 100_000)
        for kind in protocol.facts().values():
            house.bus.subscribe(kind, self.ears)

    def heard(self) -> int:
        return self.ears.stats().posted


@LetHappen.commit
def let_happen(tx: Transaction, request: LetHappen, context: Context) -> Happened:
    for fact in request.facts:
        tx.record(fact, context)
    return Happened()


class World:
    """`db` is the one connection there is."""

    def __init__(self, tasks: TaskGroup, seed: int = 0, config: Config = CONFIG) -> None:
        self.now = 1_700_000_000_000
        chance = random.Random(seed)
        self.house = House(config, Place(":memory:"), Sources(lambda: self.now, lambda size: chance.randbytes(size)))
        self.fate = Fate(self.house)
        self.db: apsw.Connection
        self._tasks = tasks

    async def begin(self) -> None:
        house = self.house
        await self._tasks.start(house.store.run)
        for service in (*house.services, house.diagnostics, self.fate):
            await self._tasks.start(service.run)
        if house.hubot:
            await self._tasks.start(partial(Service.run, house.hubot))  # It hears; its host, a process, is not begun.
        await self._tasks.start(house.gateway.house.hub.run)
        self.db = await house.store.readers.query(lambda db: db)

    async def user(self, handle: str, *, admin: bool = False, bot: bool = False) -> Context:
        """Somebody with a session, whose token is `token of HANDLE`."""
        user_id, session_id = f"u_{handle}", f"s_{handle.replace('_', '')}"
        joined = UserJoined(user_id, handle, handle.title(), ["admin"] if admin else [], bot)
        await self.happen(joined, SessionOpened(user_id, session_id, hash_of(token(handle)), "test"))
        return Context(user_id, session_id, frozenset(["admin"] if admin else []), trace=f"t-{handle}")

    async def happen(self, *facts: Fact, who: Context | None = None) -> None:
        await self.house.bus.ask(LetHappen(facts), who or Context())

    async def ask(self, word: Request[Any], who: Context) -> Any:
        """What somebody of that standing gets, without a socket: raises Refused."""
        check_access(word, who)
        self.now += 1
        return await self.house.bus.ask(word, who)

    async def connect(self, handle: str, *caps: str) -> Client:
        """Somebody's socket, signed in."""
        wire = Wire()
        connection = Connection(self.house.gateway.house, wire, sid=f"c_{handle}", address="192.0.2.1")
        self._tasks.start_soon(self._live, connection)
        client = Client(wire, connection)
        answer = await client.hello(token(handle).reveal(), *caps)
        assert answer["body"]["session"]["authenticated"], answer
        return client

    async def settled(self) -> None:
        await anyio.wait_all_tasks_blocked()

    async def _live(self, connection: Connection) -> None:
        assert await self.house.gateway.house.attendance.admit(connection.address)
        await connection.run()


def token(handle: str) -> Secret:
    return Secret(f"token of {handle}")


@asynccontextmanager
async def world(seed: int = 0, config: Config = CONFIG) -> AsyncGenerator[World]:
    """A living world."""
    async with anyio.create_task_group() as tasks:
        found = World(tasks, seed, config)
        await found.begin()
        yield found
        tasks.cancel_scope.cancel()

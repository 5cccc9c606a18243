"""The scene of the gateway's tests: a hub, a town to ask, and clients on wires in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from bus.bus import Bus
from bus.secret import Secret
from gateway.connection import Connection
from gateway.house import House
from gateway.settings import Limits, Settings
from tests.gateway.town import NOW_MS, Ears, Town
from tests.gateway.wires import Client, Wire


class Scene:
    """A gateway without a network, and its town."""

    def __init__(self, tasks: TaskGroup, settings: Settings) -> None:
        self.bus = Bus()
        self.town = Town(self.bus)
        self.ears = Ears(self.bus)
        self.house = House(self.bus, settings, now=lambda: NOW_MS)
        self.hub_scope = anyio.CancelScope()
        self._tasks = tasks
        self._sids = 0

    async def begin(self) -> None:
        await self._tasks.start(self.town.run)
        await self._tasks.start(self.ears.run)
        await self._tasks.start(self.live_hub)
        await self._tasks.start(self.house.attendance.rounds)

    async def live_hub(self, *, task_status: Any) -> None:
        with anyio.CancelScope() as self.hub_scope:
            await self.house.hub.run(task_status=task_status)

    async def revive_hub(self) -> None:
        self.hub_scope.cancel()
        await self._tasks.start(self.live_hub)

    def connect(self, *, stuck: bool = False, address: str = "192.0.2.1", cookie: str | None = None) -> Client:
        wire = Wire(stuck=stuck)
        self._sids += 1
        secret = Secret(cookie) if cookie else None
        connection = Connection(self.house, wire, sid=f"c_{self._sids}", address=address, cookie=secret)
        self._tasks.start_soon(self._live, connection, wire)
        return Client(wire, connection)

    async def member(self, name: str, *caps: str, rooms: tuple[str, ...] = ("r_a",), stuck: bool = False) -> Client:
        """A client that is signed in; its rooms must be known before the hub lives, or told."""
        token = name if name in self.town.sessions else self.town.grant(name)
        client = self.connect()
        assert (await client.hello(token, *caps))["body"]["session"]["authenticated"]
        for room_id in rooms:
            if room_id not in self.town.rooms[f"u_{name}"]:
                await client.say("room.join", room_id=room_id)
        await self.settled()
        client.wire.stuck = stuck
        return client

    async def settled(self) -> None:
        """Until nothing moves any more, and the hub has told all."""
        for _ in range(30):  # On asyncio the next line looks every 0.1 s only; mostly the first look is enough then.
            await checkpoint()
        await anyio.wait_all_tasks_blocked()

    async def _live(self, connection: Connection, wire: Wire) -> None:
        assert await self.house.attendance.admit(connection.address)
        await connection.run()
        wire.over.set()


@asynccontextmanager
async def scene(*, rates: bool = False, **limits: Any) -> AsyncGenerator[Scene]:
    async with anyio.create_task_group() as tasks:
        stage = Scene(tasks, Settings(rate_limits=rates, limits=Limits(**limits)))
        await stage.begin()
        yield stage
        tasks.cancel_scope.cancel()

"""The scene of presence's tests: a small living house, some users, and an ear that writes down what presence says."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import msgspec
import pytest
from anyio.abc import TaskGroup, TaskStatus

from bus.bus import Bus
from bus.errors import Refused
from bus.message import Context, Fact, Request
from bus.protocol.inside import ConnectionClosed, ConnectionOpened, HearersSought, PresenceWatched, SessionOpened, UserJoined
from bus.protocol.presence import PresenceEvent
from bus.protocol.rooms import Kind, RoomCreated, RoomInfo, RoomMemberEvent
from bus.service import Service
from services.presence.service import Presence
from services.store import Store
from tests.services.living import LetHappen, auth, living

LONG = 3600.0


class Ear(Service):
    def __init__(self, bus: Bus) -> None:
        super().__init__("ear", bus)
        self.heard: list[Any] = []
        self.times: list[float] = []

    @PresenceEvent.heard
    async def event(self, fact: PresenceEvent, context: Context) -> None:
        self._keep(fact)

    @PresenceWatched.heard
    async def watched(self, fact: PresenceWatched, context: Context) -> None:
        self._keep(fact)

    @HearersSought.heard
    async def sought(self, fact: HearersSought, context: Context) -> None:
        self._keep(fact)

    def _keep(self, fact: Fact) -> None:
        self.heard.append(fact)
        self.times.append(anyio.current_time())


class Scene:
    def __init__(self, bus: Bus, presence: Presence, ear: Ear, tasks: TaskGroup) -> None:
        self.bus = bus
        self.presence = presence
        self.ear = ear
        self._tasks = tasks
        self._rooms = 0

    async def begin(self) -> None:
        await self._tasks.start(self._live)

    async def revive(self) -> None:
        """End presence's life and let it begin another."""
        self._life.cancel()
        await anyio.wait_all_tasks_blocked()
        await self.begin()

    async def user(self, handle: str) -> Context:
        user_id, session_id = f"u_{handle}", f"s_{handle}"
        await self.happen(
            UserJoined(user_id, handle, handle.title(), [], False), SessionOpened(user_id, session_id, f"hash of {handle}", "")
        )
        return Context(user_id, session_id, sid=f"c_{handle}")

    async def room(self, *members: Context, kind: Kind = "public") -> str:
        """A room, hidden if it is a group; the first member is its owner."""
        self._rooms += 1
        room_id = f"{'r' if kind == 'public' else 'g'}_{self._rooms}"
        await self.happen(RoomCreated(RoomInfo(room_id, kind, "room", "", "hidden", members[0].user, 0)))
        for member in members:
            role = "owner" if member is members[0] else "member"
            await self.happen(RoomMemberEvent(room_id, "join", member.user, member.user, role))
        return room_id

    async def happen(self, *facts: Fact) -> None:
        await self.bus.ask(LetHappen(facts))

    async def open(self, who: Context, sid: str | None = None) -> None:
        self.bus.publish(ConnectionOpened(sid or str(who.sid), who.user))
        await anyio.wait_all_tasks_blocked()

    async def close(self, who: Context, sid: str | None = None) -> None:
        self.bus.publish(ConnectionClosed(sid or str(who.sid), who.user))
        await anyio.wait_all_tasks_blocked()

    async def heard(self) -> list[Any]:
        """What was said since the last time this was asked."""
        await anyio.wait_all_tasks_blocked()
        heard = self.ear.heard[:]
        self.ear.heard.clear()
        return heard

    async def said(self) -> list[tuple[str, str]]:
        """The same, of events only, as kind and user_id."""
        return [(fact.kind, fact.user_id) for fact in await self.heard() if isinstance(fact, PresenceEvent)]

    async def refusal(self, kind: type[Refused], request: Request[Any], who: Context) -> bytes:
        """All that a client hears of a refusal, as bytes, with its own words blanked out."""
        with pytest.raises(kind) as caught:
            await self.bus.ask(request, who)
        answer = msgspec.json.encode([caught.value.code, str(caught.value), caught.value.details]).decode()
        return answer.replace(str(getattr(request, "room_id", None)), "ROOM").encode()

    async def _live(self, *, task_status: TaskStatus[None]) -> None:
        with anyio.CancelScope() as self._life:
            await self.presence.run(task_status=task_status)


@asynccontextmanager
async def scene(grace: float = LONG) -> AsyncGenerator[Scene]:
    found = list[Presence]()

    def presence(bus: Bus, store: Store) -> Service:
        found.append(Presence(bus, store.readers.query, grace=grace))
        return Ear(bus)

    async with living(auth, presence) as (bus, (_, ear)), anyio.create_task_group() as tasks:
        assert isinstance(ear, Ear)
        scene = Scene(bus, found[0], ear, tasks)
        await scene.begin()
        assert await scene.heard() == [HearersSought()]
        yield scene
        tasks.cancel_scope.cancel()

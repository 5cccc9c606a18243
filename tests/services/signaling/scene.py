"""The scene of signaling's tests: a small living house, some users in rooms, and an ear that writes down what is told of calls."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from anyio.abc import TaskGroup, TaskStatus

from bus.bus import Bus
from bus.errors import Unavailable
from bus.inbox import Inbox, Letter
from bus.message import Context, Fact
from bus.protocol import places, rtc, signals, streams
from bus.protocol.inside import ConnectionClosed, SessionOpened, UserJoined
from bus.protocol.rooms import Kind, ListedRoom, RoomCreated, RoomInfo, RoomList, RoomMemberEvent
from bus.protocol.rtc import RtcCallCreate, RtcJoin, RtcParticipants
from bus.secret import Secret
from bus.service import Service, Way
from services.rooms import reads as room_reads
from services.signaling.ice import Ice
from services.signaling.service import Signaling
from services.store import Store
from services.store.database import Place
from tests.services.living import MEMORY, LetHappen, auth, living

LONG = 3600.0
NOW_MS = 1_700_000_000_000
ICE = Ice(("stun:stun.example.org",), ("turn:turn.example.org",), secret=Secret("the shared secret of TURN"))
TOLD = [
    *(rtc.RtcCallEvent, rtc.RtcCallRoster, rtc.RtcPeerEvent, rtc.RtcCallEnd, streams.RtcStreamEvent),
    *(signals.RtcOfferEvent, signals.RtcAnswerEvent, signals.RtcIceEvent),
    *(places.PeerSeated, places.PeerUnseated, places.SeatsCleared, places.PlaceTaken, places.PlaceLeft),
]


class Ear:
    """Everything that is told of calls, with its time, in order."""

    def __init__(self, bus: Bus) -> None:
        self.heard: list[Any] = []
        self.times: list[float] = []
        self._inbox = Inbox("ear", 100_000)
        for kind in TOLD:
            bus.subscribe(kind, self._inbox)

    async def run(self, *, task_status: TaskStatus[None]) -> None:
        letters = self._inbox.letters()
        task_status.started()
        async for letter in letters:
            self.heard.append(letter.message)
            self.times.append(anyio.current_time())


class Disk:
    """The way to the store; while it is slow, what is to be written waits here, and while it is full, it is refused."""

    def __init__(self, commit: Way) -> None:
        self._commit = commit
        self._waiting: list[tuple[Letter, Any]] | None = None
        self.full = False

    def slow(self) -> None:
        self._waiting = self._waiting or []

    async def fast(self) -> None:
        """Write all that has waited, in order."""
        waiting, self._waiting = self._waiting or [], None
        for letter, deed in waiting:
            await self._commit.put(letter, deed)

    def offer(self, letter: Letter, deed: Any) -> bool:
        return False

    async def put(self, letter: Letter, deed: Any) -> None:
        if self.full:
            letter.refuse(Unavailable("the disk is full"))
        elif self._waiting is None:
            await self._commit.put(letter, deed)
        else:
            self._waiting.append((letter, deed))


class Scene:
    def __init__(self, bus: Bus, signaling: Signaling, disk: Disk, ear: Ear, tasks: TaskGroup) -> None:
        self.bus = bus
        self.signaling = signaling
        self.disk = disk
        self.ear = ear
        self._tasks = tasks
        self._rooms = 0

    async def begin(self) -> None:
        await self._tasks.start(self._live)

    async def revive(self) -> None:
        """End the service's life and let it begin another."""
        self._life.cancel()
        await anyio.wait_all_tasks_blocked()
        await self.begin()

    async def signaling_gone(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        """Between two of its lives something happens."""
        self._life.cancel()
        await anyio.wait_all_tasks_blocked()
        await meanwhile()
        await self.begin()
        await anyio.wait_all_tasks_blocked()

    async def user(self, handle: str) -> Context:
        user_id, session_id = f"u_{handle}", f"s_{handle}"
        joined = UserJoined(user_id, handle, handle.title(), [], False)
        await self.happen(joined, SessionOpened(user_id, session_id, f"hash of {handle}", ""))
        return Context(user_id, session_id, trace=f"t-{handle}", sid=f"c_{handle}")

    async def users(self, *handles: str) -> list[Context]:
        return [await self.user(handle) for handle in handles]

    async def room(self, *members: Context, kind: Kind = "public") -> str:
        """A room, hidden if it is a group; the first member is its owner."""
        self._rooms += 1
        room_id = f"{'r' if kind == 'public' else 'g'}_{self._rooms}"
        await self.happen(RoomCreated(RoomInfo(room_id, kind, "room", "", "hidden", members[0].user, 0)))
        for member in members:
            await self.member(room_id, "join", member, "owner" if member is members[0] else "member")
        return room_id

    async def member(self, room_id: str, kind: Any, who: Context, role: Any = None) -> None:
        await self.happen(RoomMemberEvent(room_id, kind, who.user, who.user, role))

    async def happen(self, *facts: Fact) -> None:
        await self.bus.ask(LetHappen(facts))

    async def call(self, *members: Context) -> tuple[str, str, list[str]]:
        """A room with a call in which all of them are: its room_id, its call_id, their peer_ids."""
        room_id = await self.room(*members)
        call_id = (await self.bus.ask(RtcCallCreate(room_id), members[0])).call_id
        return room_id, call_id, [(await self.join(call_id, member)).self_peer_id for member in members]

    async def join(self, call_id: str, who: Context, resume: str | None = None) -> RtcParticipants:
        return await self.bus.ask(RtcJoin(call_id, resume_peer_id=resume), who)

    async def close(self, who: Context) -> None:
        """Their socket is gone."""
        self.bus.publish(ConnectionClosed(str(who.sid), who.user))
        await anyio.wait_all_tasks_blocked()

    async def listed(self, room_id: str, who: Context) -> ListedRoom:
        rooms = (await self.bus.ask(RoomList(), who)).rooms
        return next(room for room in rooms if room.room_id == room_id)

    async def heard(self, *kinds: type[Fact]) -> list[Any]:
        """What was told since the last time this was asked; of these kinds, if any are named."""
        await anyio.wait_all_tasks_blocked()
        heard = self.ear.heard[:]
        self.ear.heard.clear()
        self.ear.times.clear()
        return [fact for fact in heard if not kinds or type(fact) in kinds]

    async def peers(self) -> list[tuple[str, str, str | None]]:
        """Comings and goings, as kind, user_id and reason."""
        return [(event.kind, event.peer.user_id, event.reason) for event in await self.heard(rtc.RtcPeerEvent)]

    async def _live(self, *, task_status: TaskStatus[None]) -> None:
        with anyio.CancelScope() as self._life:
            await self.signaling.run(task_status=task_status)


def rooms(bus: Bus, store: Store) -> Service:
    return Service("rooms", bus, room_reads, ways=store.ways)


@asynccontextmanager
async def scene(grace: float = LONG, long_grace: float = LONG, place: Place = MEMORY) -> AsyncGenerator[Scene]:
    found = list[Signaling]()
    disks = list[Disk]()
    ears = list[Ear]()

    def signaling(bus: Bus, store: Store) -> Service:
        disks.append(Disk(store.ways["commit"]))
        ears.append(Ear(bus))
        found.append(Signaling(bus, store.readers.query, disks[0], ICE, now=lambda: NOW_MS, grace=grace, long_grace=long_grace))
        return rooms(bus, store)

    async with living(auth, signaling, place=place) as (bus, _), anyio.create_task_group() as tasks:
        await tasks.start(ears[0].run)
        here = Scene(bus, found[0], disks[0], ears[0], tasks)
        await here.begin()
        assert await here.heard() == [places.SeatsCleared()]
        yield here
        tasks.cancel_scope.cancel()

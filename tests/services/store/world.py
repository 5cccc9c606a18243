"""A whole small world in one thread: clients, bus, service, store and disk, with time, order and luck from one seed.

The disk is slow, fails now and then, and its power goes; clients give up waiting and ask again. Trio runs its tasks in
an order that the seed decides, and its clock jumps, so the same seed is the same story.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

import anyio
import apsw
import trio
from trio.testing import MockClock

from bus.bus import Bus
from bus.child import ChildSpec
from bus.errors import Unavailable
from bus.inbox import Inbox
from bus.message import Context
from bus.protocol.messages import MsgAck, MsgEvent, MsgSend
from bus.service import Service
from bus.supervisor import Supervisor
from devchitchat.projections import PROJECTIONS
from services.messages import deeds
from services.store import Store
from services.store.aside import Inline
from services.store.database import Place
from services.store.log import Told
from services.store.writer import Writer
from tests.services.store.chatter import USERS, Chatter, Key, Tally, examine, opened, place, sources, template
from tests.services.store.crashdisk import CrashDisk, mounted


class SlowAside(Inline):
    """What is done on the disk takes time, and happens on the loop."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    async def do(self, do: Callable[..., Any], *args: Any) -> Any:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(self._chance.choice((0.0005, 0.005, 0.05)))
            done = do(*args)
            await anyio.sleep(self._chance.choice((0.0005, 0.005)))
            return done


class ForgetfulStore(Store):
    """A new life does not tell what the last one left untold."""

    def _open(self) -> tuple[Writer, list[Told]]:
        return super()._open()[0], []


class World:
    def __init__(self, seed: int, kind: type[Store] = Store, synchronous: int = 2) -> None:
        self.seed = seed
        self.acked: dict[Key, MsgAck] = {}
        self.bad: list[str] = []
        self.power_cuts = self.failures = self.lives = 0
        self.seconds = 0.0
        self.chance = random.Random(f"world {seed}")
        self._kind = kind
        self._synchronous = synchronous
        self._told: dict[str, tuple[str, int]] = {}
        self._disk = CrashDisk(seed, template()[0])
        self._bus = Bus()

    async def main(self) -> None:
        began = trio.current_time()
        async with anyio.create_task_group() as house:
            house.start_soon(self._house)
            async with anyio.create_task_group() as clients:
                for number in range(5):
                    clients.start_soon(self._client, number)
            house.cancel_scope.cancel()
        self.seconds = trio.current_time() - began
        self._look_back()

    @property
    def story(self) -> str:
        """The same for the same story."""
        told = sorted(self._told.items()), sorted(map(repr, self.acked.items())), self.seconds, self.failures
        return hashlib.sha256(repr(told).encode()).hexdigest()

    async def _house(self) -> None:
        """One process after another, each until the power goes."""
        while True:
            with mounted(self._disk) as vfs:
                await self._process(place(vfs, synchronous=self._synchronous, wal_autocheckpoint=self.chance.choice((5, 20, 1000))))
            self.power_cuts += 1
            self._disk = CrashDisk(self.seed + self.power_cuts, self._disk.after_power_loss())

    async def _process(self, where: Place) -> None:
        bus, heard = Bus(), Inbox("subscriber", 100_000)
        store = self._kind(
            where,
            PROJECTIONS,
            bus,
            sources=sources(self.chance.getrandbits(32)),
            readers=0,
            capacity=4,
            burst=8,
            off_loop=lambda _place, _name: SlowAside(self.chance),
        )
        messages = Service("messages", bus, deeds, ways=store.ways, capacity=8)
        bus.subscribe(MsgEvent, heard)
        specs = [ChildSpec("store", store.run, shutdown=60.0), ChildSpec("messages", messages.run)]
        root = Supervisor("root", specs, max_restarts=10_000)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._subscriber, heard)
            await tasks.start(root.run)
            self._disk.fault, self._bus = self._fault, bus
            await anyio.sleep(self.chance.uniform(0.2, 2))
            self._disk.dies_at = self._disk.calls
            tasks.cancel_scope.cancel()
        self.lives += root.children[0].lives

    def _fault(self, _call: int, kind: str) -> None:
        luck = self.chance.random()
        if kind == "sync" and luck < 0.03:
            self.failures += 1
            raise apsw.IOError("the fsync failed")
        if kind == "write" and luck < 0.001:
            self.failures += 1
            raise apsw.FullError("the disk is full")

    async def _client(self, number: int) -> None:
        """Say some things, each until it is acked."""
        who = USERS[number % len(USERS)]
        for count in range(12):
            said = MsgSend(self.chance.choice(template()[1]), f"number {count}", f"c{number}-{count}")
            self.acked[who.user, str(said.client_msg_id)] = await self._say(said, who)
            await anyio.sleep(self.chance.expovariate(10))

    async def _say(self, said: MsgSend, who: Context) -> MsgAck:
        while True:
            try:
                return await self._bus.ask(said, who, within=self.chance.uniform(0.02, 1))
            except Unavailable:
                await anyio.sleep(self.chance.uniform(0, 0.3))

    async def _subscriber(self, heard: Inbox) -> None:
        """Hears every message of a process once, and in order."""
        last: dict[str, int] = {}
        async for letter in heard.letters():
            room_id, msg = letter.message.room_id, letter.message.msg
            if msg.seq != last.get(room_id, int(msg.seq) - 1) + 1:
                self.bad.append(f"heard {msg.seq} after {last[room_id]}")
            last[room_id] = msg.seq
            self._told[msg.msg_id] = room_id, msg.seq

    def _look_back(self) -> None:
        """What was acked or told is there: as it reads now, and when the power goes at the very end."""
        chatter, tally = Chatter(0), Tally()
        chatter.acked = self.acked
        for files in (self._disk.live(), self._disk.after_power_loss()):
            with opened(CrashDisk(0, files)) as db:
                examine(db, chatter, tally)
                stored = {str(msg_id) for (msg_id,) in db.execute("select msg_id from messages")}
                self.bad += [f"told and lost: {msg_id}" for msg_id in self._told.keys() - stored]
        if tally.bad:
            self.bad.append(tally.line("at the end"))


def live(world: World) -> World:
    """Let it happen, in the order that its seed decides."""
    trio._core._run._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[attr-defined]
    trio._core._run._r.seed(world.seed)  # type: ignore[attr-defined]
    try:
        trio.run(world.main, clock=MockClock(autojump_threshold=0))
    finally:
        trio._core._run._ALLOW_DETERMINISTIC_SCHEDULING = False  # type: ignore[attr-defined]
    return world

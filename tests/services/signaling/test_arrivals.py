"""People come, go, break off and are put out while the disk is now slow, now full: in the end memory and rows agree. 100 schedules."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from msgspec.structs import replace

from bus.errors import Refused
from bus.message import Context
from bus.protocol.inside import ConnectionClosed
from bus.protocol.rtc import RtcCallCreate, RtcJoin, RtcLeave
from services.signaling.floor import Floor
from tests.bus.diary import jumping
from tests.services.signaling.scene import Scene, scene

pytestmark = pytest.mark.anyio
SCHEDULES = 100
NAMES = ("bob", "eve", "joe")


@pytest.fixture
def anyio_backend() -> Any:
    return jumping()


class Story:
    """Ada stays; the others do whatever chance says, each on one connection at a time."""

    def __init__(self, here: Scene, seed: int) -> None:
        self.here = here
        self.chance = random.Random(seed)
        self.sids = 0
        self.open: set[str] = set()
        self.room_id = self.call_id = ""

    async def play(self) -> None:
        ada = await self.here.user("ada")
        self.room_id, self.call_id, _ = await self.here.call(ada)
        self.open.add(str(ada.sid))
        async with anyio.create_task_group() as tasks:
            for name in NAMES:
                tasks.start_soon(self.live, await self.here.user(name))
            tasks.start_soon(self.weather)
        self.here.disk.full = False
        await self.here.disk.fast()
        await anyio.sleep(30)

    async def weather(self) -> None:
        for _ in range(20):
            await anyio.sleep(self.chance.random())
            match self.chance.randrange(4):
                case 0:
                    self.here.disk.slow()
                case 1:
                    self.here.disk.full = True
                case _:
                    self.here.disk.full = False
                    await self.here.disk.fast()

    async def live(self, who: Context) -> None:
        await self.here.member(self.room_id, "join", who)
        for _ in range(15):
            who = await self.connected(who)
            await anyio.sleep(self.chance.random())
            deeds: list[Callable[[Context], Awaitable[Any]]] = [self.join, self.join, self.join, self.leave, self.put_out, self.hang_up]
            await self.chance.choice(deeds)(who)

    async def connected(self, who: Context) -> Context:
        if who.sid in self.open:
            return who
        self.sids += 1
        self.open.add(f"c_{self.sids}")
        return replace(who, sid=f"c_{self.sids}")

    async def join(self, who: Context) -> None:
        """Perhaps the socket breaks before it is answered."""
        with anyio.move_on_after(self.chance.choice((0.2, 10))) as scope:
            await self.ask(RtcJoin(self.call_id), who)
        if scope.cancelled_caught:
            await self.hang_up(who)

    async def leave(self, who: Context) -> None:
        await self.ask(RtcLeave(self.call_id), who)

    async def put_out(self, who: Context) -> None:
        await self.here.member(self.room_id, "kick", who)
        if self.chance.random() < 0.5:
            await self.here.member(self.room_id, "join", who)

    async def hang_up(self, who: Context) -> None:
        self.open.discard(str(who.sid))
        self.here.bus.publish(ConnectionClosed(str(who.sid), who.user))

    async def ask(self, word: Any, who: Context) -> None:
        try:
            await self.here.bus.ask(word, who)
        except Refused:
            await anyio.lowlevel.checkpoint()

    async def faults(self) -> list[str]:
        (call,) = self.here.signaling.calls
        ada = next(iter(call.places.values()))
        listed = await self.here.listed(self.room_id, Context(ada.user_id, ada.session_id))
        found = [f"{place.user_id} sits on a dead connection" for place in call.places.values() if place.sid not in self.open]
        sids = [place.sid for place in call.places.values()]
        if len(sids) != len(set(sids)):
            found.append("a connection sits twice")
        if listed.call_user_ids != call.user_ids:
            found.append(f"the rows say {listed.call_user_ids}, memory says {call.user_ids}")
        assert (await self.here.bus.ask(RtcCallCreate(self.room_id), Context("u_ada", "s_ada"))).call_id == self.call_id
        return found


async def play(seed: int) -> tuple[int, list[str]]:
    """How many have come to Ada in the end, and what is wrong."""
    async with scene(grace=3.0) as here:
        story = Story(here, seed)
        await story.play()
        return sum(len(call.places) - 1 for call in here.signaling.calls), [f"seed {seed}: {fault}" for fault in await story.faults()]


async def test_memory_and_rows_agree_in_the_end_and_nobody_sits_on_a_dead_connection() -> None:
    played = [await play(seed) for seed in range(SCHEDULES)]
    assert [fault for _, faults in played for fault in faults] == []
    seats = sum(come for come, _ in played)
    assert seats > SCHEDULES / 4, "some of them are in the call when it is over"
    print(f"arrivals: schedules={SCHEDULES} seats={seats} faults=0 seed=0..{SCHEDULES - 1}")


def lose(*_: object) -> None:
    """In place of writing a refused note again."""


async def test_a_note_that_is_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The teeth: without it the rows keep who has gone."""
    monkeypatch.setattr(Floor, "_keep_note", lose)
    assert any([(await play(seed))[1] for seed in range(40)])

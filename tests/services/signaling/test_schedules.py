"""Whoever is put out in the middle of a call is gone for all and reaches nobody, however the letters lie: 200 random schedules."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from msgspec.structs import replace

from bus.errors import NotFound, Refused
from bus.message import Context, Request
from bus.protocol.inside import ConnectionClosed, SessionRevoked, UserUpdated
from bus.protocol.places import PeerSeated, PeerUnseated
from bus.protocol.rooms import RoomMemberEvent
from bus.protocol.rtc import RtcJoin, RtcPeerEvent, Stream
from bus.protocol.signals import Handed, RtcAnswer, RtcIce, RtcOffer
from bus.protocol.streams import RtcPeerState, RtcStreamEvent, RtcStreamPublish
from services.signaling.floor import Floor
from tests.bus.diary import jumping
from tests.services.signaling.scene import Scene, scene

pytestmark = pytest.mark.anyio
SCHEDULES = 200
NAMES = ("ada", "bob", "eve", "joe")


@pytest.fixture
def anyio_backend() -> Any:
    return jumping()


class Story:
    """Four people in a call; at some moment one of them is put out."""

    def __init__(self, here: Scene, seed: int) -> None:
        self.here = here
        self.chance = random.Random(seed)
        self.who: list[Context] = []
        self.peers: list[str] = []
        self.room_id = self.call_id = ""

    async def begin(self) -> None:
        self.who = await self.here.users(*NAMES)
        self.room_id, self.call_id, self.peers = await self.here.call(*self.who)
        await self.here.heard()

    async def play(self) -> int:
        """Everything at once, in an order of chance; returns who was put out."""
        out = self.chance.randrange(1, len(NAMES))
        deeds: list[Callable[[], Any]] = [self.something for _ in range(self.chance.randint(5, 25))]
        deeds.insert(self.chance.randrange(len(deeds)), lambda: self.put_out(out))
        async with anyio.create_task_group() as tasks:
            for deed in deeds:
                tasks.start_soon(deed)
                if self.chance.random() < 0.3:
                    await anyio.lowlevel.checkpoint()
        return out

    async def something(self) -> None:
        me, you = self.chance.sample(range(len(NAMES)), 2)
        to, call_id = self.peers[you], self.call_id
        words: list[Request[Any]] = [
            *(RtcOffer(call_id, to, "v=0"), RtcAnswer(call_id, to, "v=0"), RtcIce(call_id, to, None)),
            *(RtcStreamPublish(call_id, Stream("cam", "cam")), RtcPeerState(call_id, speaking=self.chance.random() < 0.5)),
        ]
        match self.chance.randrange(8):
            case 0:
                self.here.bus.publish(ConnectionClosed(str(self.who[me].sid), self.who[me].user))
            case 1:
                self.who[me] = replace(self.who[me], sid=f"c_{self.chance.getrandbits(32)}")
                await self.ask(RtcJoin(call_id, resume_peer_id=self.peers[me]), me)
            case _:
                await self.ask(self.chance.choice(words), me)

    async def ask(self, word: Request[Any], me: int) -> None:
        try:
            await self.here.bus.ask(word, self.who[me])
        except Refused:
            await anyio.lowlevel.checkpoint()

    async def put_out(self, out: int) -> None:
        user_id, session_id = self.who[out].user, str(self.who[out].session_id)
        match self.chance.randrange(5):
            case 0:
                await self.here.happen(SessionRevoked(user_id, session_id))
            case 1:
                await self.here.happen(UserUpdated(user_id, [], True))
            case number:
                kind: Any = ("kick", "ban", "leave")[number - 2]
                await self.here.happen(RoomMemberEvent(self.room_id, kind, "u_ada", user_id))

    async def faults(self, out: int) -> list[str]:
        """What must not be, once it is over."""
        gone, told = self.peers[out], await self.here.heard()
        leaves = [at for at, fact in enumerate(told) if isinstance(fact, RtcPeerEvent) and fact.kind == "leave"]
        if len(leaves) != 1 or (told[leaves[0]].peer.peer_id, told[leaves[0]].reason) != (gone, "removed"):
            return [f"leaves: {[told[at] for at in leaves]}"]
        found = [f"told after the leave: {fact}" for fact in told[leaves[0] + 1 :] if concerns(fact, gone)]
        if gone in seated(told, self.peers, NAMES):
            found.append("its connection still listens")
        if self.who[out].user in (await self.here.listed(self.room_id, self.who[0])).call_user_ids:
            found.append("it is in the list of rooms")
        return found + [fault for other in range(len(NAMES)) if other != out for fault in await self.reached(out, other)]

    async def reached(self, out: int, other: int) -> list[str]:
        pairs = ((other, out), (out, other))
        return [f"{NAMES[me]} reached {NAMES[you]}" for me, you in pairs if not await self.refused(me, self.peers[you])]

    async def refused(self, me: int, to: str) -> bool:
        try:
            await self.here.bus.ask(RtcOffer(self.call_id, to, "v=0"), self.who[me])
        except NotFound:
            return True
        return False


def concerns(fact: Any, peer_id: str) -> bool:
    match fact:
        case Handed():
            return peer_id in {fact.from_peer_id, fact.to_peer_id}
        case RtcStreamEvent():
            return fact.peer_id == peer_id
        case RtcPeerEvent():
            return fact.peer.peer_id == peer_id
        case _:
            return False


def seated(told: list[Any], peers: list[str], names: tuple[str, ...]) -> set[str]:
    """Peers whose connections the hub would tell after all this."""
    found = {(peer, f"c_{name}") for peer, name in zip(peers, names, strict=True)}
    for fact in told:
        match fact:
            case PeerSeated():
                found.add((fact.peer_id, fact.sid))
            case PeerUnseated():
                found.discard((fact.peer_id, fact.sid))
            case RtcPeerEvent(kind="away"):  # its connection has ended, and so listens to nothing
                found = {(peer, sid) for peer, sid in found if peer != fact.peer.peer_id}
            case _:
                pass
    return {peer for peer, _ in found}


async def play(seed: int) -> list[str]:
    async with scene() as here:
        story = Story(here, seed)
        await story.begin()
        out = await story.play()
        return [f"seed {seed}: {fault}" for fault in await story.faults(out)]


async def test_who_is_put_out_is_gone_for_all_and_reaches_nobody() -> None:
    found = [fault for seed in range(SCHEDULES) for fault in await play(seed)]
    assert found == []
    print(f"kicked: schedules={SCHEDULES} faults=0 seed=0..{SCHEDULES - 1}")


async def nothing(*_: object) -> None:
    """In place of hearing who was put out."""


async def test_a_place_that_outlives_its_right_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The teeth: without the facts of membership somebody stays."""
    monkeypatch.setattr(Floor, "_remove", nothing)
    assert all([await play(seed) for seed in range(5)])

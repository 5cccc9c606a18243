"""What happens in rooms that one is not in makes no difference to anything one gets: two worlds, one transcript.

Each pair of worlds plays the same script before the observer's eyes, and two different ones behind their back. Ids and times
are told apart by the order of their coming only; everything else, the order and size of frames too, is equal.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from bus.message import Context
from bus.protocol.messages import MsgReact, MsgRead, MsgSend, MsgTyping
from bus.protocol.rooms import RoomCreate, RoomLeave, RoomMemberEvent, RoomUpdate
from bus.protocol.rtc import RtcCallCreate, RtcCallRoster, RtcEndCall, RtcJoin, RtcLeave, Stream
from bus.protocol.signals import RtcOffer
from bus.protocol.streams import RtcStreamPublish
from services.rooms import rows
from services.search import reads
from tests.gateway.wires import Client
from tests.house.world import World, world

PAIRS = 25
STEPS = 12
WORDS = ["apple", "banana", "cherry", "apple pie", "the banana bread"]
NAMES = re.compile(r"\b(?:[rgmuscfp]|inv|call)_[a-z0-9_]{4,}\b")
TIMES = {"ts", "server_ts", "created_at", "edited_at", "deleted_at", "last_seen_at", "expires_at", "joined_at"}
ECHOES = {"to_peer_id"}
REVS = {"rev", "next_after_rev"}
PEOPLE = ("u_watcher", "u_friend", "u_one", "u_two")


class Normal:
    """Ids and revs by the order in which they first came; times not at all."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {name: name for name in PEOPLE}
        self._revs: dict[int, int] = {}

    def of(self, value: Any, key: str = "") -> Any:
        match value:
            case dict():
                return {self.of(name): self.of(inner, str(name)) for name, inner in value.items()}  # type: ignore[reportUnknownVariableType]
            case list():
                return [self.of(inner, key) for inner in value]  # type: ignore[reportUnknownVariableType]
            case int() if key in TIMES:
                return "time"
            case int() if key in REVS:
                return self._revs.setdefault(value, len(self._revs))
            case str() if key in ECHOES:
                return "as the watcher said"
            case str():
                return NAMES.sub(lambda found: self._ids.setdefault(found[0], f"id{len(self._ids)}"), value)
            case _:
                return value


class Story:
    """A watcher and a friend share rooms; one and two have a room of their own, in which anything may happen."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.who: dict[str, Context] = {}
        self.shared: list[str] = []
        self.secret = ""
        self.said_there = "m_unknown"
        self.call_there = "call_unknown"
        self.peer_there = "p_unknown"
        self.watcher: Client

    async def begin(self) -> None:
        for name in ("watcher", "friend", "one", "two"):
            self.who[name] = await self.here.user(name)
        self.watcher = await self.here.connect("watcher")
        for kind in ("public", "group"):
            created = await self.here.ask(RoomCreate(kind, f"our {kind}"), self.who["friend"])
            await self.here.happen(RoomMemberEvent(created.room.room_id, "join", "u_watcher", "u_watcher", "member"))
            self.shared.append(created.room.room_id)
        self.secret = (await self.here.ask(RoomCreate("group", "theirs"), self.who["one"])).room.room_id
        await self.watcher.say("presence.subscribe", scope="server")

    async def act(self, chance: random.Random) -> None:
        """What the watcher sees or does."""
        room_id = chance.choice(self.shared)
        match chance.randrange(10):
            case 8:
                await self._call(room_id)
            case 9:
                await self.watcher.say("rtc.call_create", room_id=self.secret)
                for t in ("rtc.join", "rtc.end_call", "rtc.leave", "rtc.ice_servers"):
                    await self.watcher.say(t, call_id=self.call_there)
                await self.watcher.say("rtc.offer", call_id=self.call_there, to_peer_id=self.peer_there, sdp="v=0")
            case 0 | 1:
                await self.here.ask(MsgSend(room_id, chance.choice(WORDS)), self.who["friend"])
            case 2:
                await self.watcher.say("search.query", scope={"kind": "all"}, q=chance.choice(WORDS).split()[-1])
            case 3:
                await self.watcher.say("room.list")
                await self.watcher.say("room.members", room_id=room_id)
            case 4:
                await self.watcher.say("msg.list", room_id=room_id, after_rev=0)
            case 5:
                await self.watcher.say("presence.subscribe", scope="server")
            case 6:
                await self.watcher.say("msg.send", room_id=room_id, text=chance.choice(WORDS), client_msg_id=f"c{chance.random()}")
            case _:
                await self.watcher.say("msg.list", room_id=self.secret)
                await self.watcher.say("msg.list", room_id=self.secret, around_msg_id=self.said_there)
                await self.watcher.say("msg.list", room_id=room_id, around_msg_id=self.said_there)
                await self.watcher.say("room.join", room_id=self.secret)
                await self.watcher.say("auth.sessions")

    async def _call(self, room_id: str) -> None:
        """The watcher and the friend meet in a call, and hear each other and nobody else."""
        call_id = (await self.here.ask(RtcCallCreate(room_id), self.who["friend"])).call_id
        theirs = await self.here.ask(RtcJoin(call_id), self.who["friend"])
        joined = await self.watcher.say("rtc.join", call_id=call_id)
        await self.here.ask(RtcOffer(call_id, joined["body"]["self_peer_id"], "v=0"), self.who["friend"])
        await self.watcher.say("rtc.offer", call_id=call_id, to_peer_id=theirs.self_peer_id, sdp="v=0")
        await self.watcher.say("rtc.offer", call_id=call_id, to_peer_id=self.peer_there, sdp="v=0")

    async def conspire(self, chance: random.Random) -> None:
        """What the watcher may not notice."""
        one, two = self.who["one"], self.who["two"]
        ask = self.here.ask
        match chance.randrange(8):
            case 6 | 7:
                await self._ring(chance)
            case 0 | 1:
                msg_id = (await ask(MsgSend(self.secret, chance.choice(WORDS) * chance.randint(1, 9)), one)).msg_id
                await ask(MsgReact(msg_id, "+1", True), one)
                await ask(MsgRead(self.secret, 1), one)
                self.said_there = msg_id
            case 2:
                await ask(MsgTyping(self.secret), one)
                await ask(RoomUpdate(self.secret, name=f"theirs {chance.random()}", topic=chance.choice(WORDS)), one)
            case 3:
                await self.here.happen(RoomMemberEvent(self.secret, "join", two.user, two.user, "member"))
                await ask(RoomLeave(self.secret), two)
            case 4:
                await ask(RoomCreate("group", chance.choice(WORDS)), two)
            case _:
                return

    async def _ring(self, chance: random.Random) -> None:
        """A call in the secret room: somebody comes, shows something, and perhaps goes."""
        here, one = self.here, replace(self.who["one"], sid=f"c_{chance.random()}")
        self.call_there = (await here.ask(RtcCallCreate(self.secret), one)).call_id
        mine = await here.ask(RtcJoin(self.call_there), one)
        self.peer_there = mine.self_peer_id
        await here.ask(RtcStreamPublish(self.call_there, Stream("cam", "cam")), one)
        for peer in mine.peers:
            if peer.peer_id != mine.self_peer_id:
                await here.ask(RtcOffer(self.call_there, peer.peer_id, "v=0"), one)
        match chance.randrange(3):
            case 0:
                await here.ask(RtcLeave(self.call_there), one)
            case 1:
                await here.ask(RtcEndCall(self.call_there), one)
            case _:
                return


async def transcript(seed: int, secrets: int) -> list[Any]:
    """Everything the watcher got; `secrets` is the seed of what they may not see."""
    script, conspiracy = random.Random(seed), random.Random(secrets)
    async with world(seed) as here:
        story = Story(here)
        await story.begin()
        for _ in range(STEPS):
            await story.conspire(conspiracy)
            await story.act(script)
            await here.settled()
        normal = Normal()
        return [normal.of(frame) for frame in story.watcher.wire.frames]


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search gives up after 50 ms of the wall's time: on a busy machine that would be a difference of its own."""
    monkeypatch.setattr(reads, "SECONDS", 60.0)


async def test_what_one_may_not_see_makes_no_difference() -> None:
    differing = [seed for seed in range(PAIRS) if await transcript(seed, 1000 + seed) != await transcript(seed, 2000 + seed)]
    assert differing == []
    print(f"noninterference: pairs={PAIRS} differing=0 seed=0..{PAIRS - 1}")


def tell_all_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted leak: the list of rooms shows those one is not in."""
    found = rows.listed

    def everybodys(db: Any, user_id: str) -> Any:
        return [*found(db, user_id), *(room for room in found(db, "u_one") if room.role == "owner" and user_id == "u_watcher")]

    monkeypatch.setattr(rows, "listed", everybodys)


def everybody(_: object) -> str:
    return "everyone"


def tell_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another: whoever is in a call is told to everybody."""
    monkeypatch.setattr(RtcCallRoster, "audience", everybody)


@pytest.mark.parametrize("leak", [tell_all_rooms, tell_all_calls])
async def test_a_leak_is_noticed(leak: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch)
    differing = [seed for seed in range(5) if await transcript(seed, 1000 + seed) != await transcript(seed, 2000 + seed)]
    assert differing

"""The built-in bot sees no room that it was not added to: what happens there makes no difference to anything its scripts are told."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bus.errors import Refused
from bus.message import Context, Request
from bus.protocol.messages import MsgList, MsgReact, MsgSend
from bus.protocol.order import RoomAddBot, RoomKick
from bus.protocol.rooms import RoomList, RoomUpdate
from bus.protocol.search import SearchQuery, SearchScope
from bus.protocol.terms import HUBOT
from services.hubot.rooms import Rooms
from tests.house.server import BOOTSTRAP, Server
from tests.house.talk import talk
from tests.house.test_noninterference import STEPS, Normal, Story
from tests.house.world import CONFIG, World, world
from tests.services.hubot.scene import ECHO, furnish

PAIRS = 15
BOT = Context(HUBOT, trace="t-bot")


class Told(Story):
    """The story of the watcher, with the bot in the rooms that they share; `words` is all that the host is told."""

    def __init__(self, here: World) -> None:
        super().__init__(here)
        self.words: list[dict[str, Any]] = []
        assert here.house.hubot
        here.house.hubot.hosting.tell = lambda word: self.words.append(msgspec.to_builtins(word))

    async def begin(self) -> None:
        await super().begin()
        for room_id in self.shared:
            await self.here.ask(RoomAddBot(room_id, HUBOT), self.who["friend"])

    async def stir(self, chance: random.Random) -> None:
        """Something of each kind that a script hears."""
        public, group = self.shared
        await self.here.ask(RoomUpdate(group, topic=f"ours {chance.randrange(3)}"), self.who["friend"])
        await self.watcher.say("room.leave", room_id=public)
        await self.watcher.say("room.join", room_id=public)
        await self.watcher.say("msg.send", room_id=public, text=f"echo {chance.random()}")


async def told(directory: Path, seed: int, secrets: int) -> list[Any]:
    """All that scripts were told, ids by the order of their coming; `secrets` is the seed of what the bot may not see."""
    script, conspiracy = random.Random(seed), random.Random(secrets)
    async with world(seed, replace(CONFIG, scripts=directory, bot=True)) as here:
        story = Told(here)
        await story.begin()
        for _ in range(STEPS):
            await story.conspire(conspiracy)
            await story.act(script)
            await story.stir(script)
            await here.settled()
        assert {word["kind"] for word in story.words} >= {"message", "topic", "enter", "leave"}
        normal = Normal()
        return [normal.of({name: value for name, value in word.items() if name != "key"}) for word in story.words]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return furnish(tmp_path / "bot", {"echo": ECHO})


async def test_what_happens_in_a_room_without_the_bot_is_not_told_to_its_scripts(directory: Path) -> None:
    differing = [seed for seed in range(PAIRS) if await told(directory, seed, 1000 + seed) != await told(directory, seed, 2000 + seed)]
    assert differing == []
    print(f"bot's noninterference: pairs={PAIRS} differing=0 seed=0..{PAIRS - 1}")


async def test_a_bot_that_hears_everything_is_noticed(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The teeth: without the check of what is its own."""
    monkeypatch.setattr(Rooms, "hears", everything)
    differing = [seed for seed in range(5) if await told(directory, seed, 1000 + seed) != await told(directory, seed, 2000 + seed)]
    assert differing


def everything(*_: object) -> bool:
    return True


async def test_what_the_bot_asks_about_a_room_without_it_is_answered_like_a_room_that_is_not_there(directory: Path) -> None:
    async with world(0, replace(CONFIG, scripts=directory, bot=True)) as here:
        story = Told(here)
        await story.begin()
        msg_id = (await here.ask(MsgSend(story.secret, "apple"), story.who["one"])).msg_id
        for theirs, nowhere in (
            (MsgList(story.secret), MsgList("g_unknown")),
            (MsgSend(story.secret, "x"), MsgSend("g_unknown", "x")),
            (SearchQuery(SearchScope("room", story.secret), "apple"), SearchQuery(SearchScope("room", "g_unknown"), "apple")),
            (RoomKick(story.secret, "u_one"), RoomKick("g_unknown", "u_one")),
            (MsgReact(msg_id, "+1", True), MsgReact("m_unknown", "+1", True)),
        ):
            assert await refused(here, theirs) == await refused(here, nowhere)
        assert (await here.ask(SearchQuery(SearchScope("all"), "apple"), BOT)).hits == []
        assert {room.room_id for room in (await here.ask(RoomList(), BOT)).rooms} == set(story.shared)
        await here.ask(RoomAddBot(story.secret, HUBOT), story.who["one"])
        assert [msg.text for msg in (await here.ask(MsgList(story.secret), BOT)).messages] == ["apple"]


async def test_over_sockets_the_bot_answers_in_a_group_from_the_moment_that_its_owner_adds_it(server: Server, directory: Path) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(directory))
    async with talk(server, server.enter("boss", BOOTSTRAP)) as mine:
        rooms = [(await mine.must("room.create", kind="group", name=name))["room"]["room_id"] for name in ("with", "without")]
        await mine.must("msg.send", room_id=rooms[0], text="echo before")
        await mine.must("room.add_bot", room_id=rooms[0], user_id=HUBOT)
        await mine.must("msg.send", room_id=rooms[1], text="echo elsewhere")
        await mine.must("msg.send", room_id=rooms[0], text="echo now")
        await mine.until(lambda frame: frame["t"] == "msg.event" and frame["body"]["msg"].get("bot"))
        said = [(event["room_id"], event["msg"]["text"]) for event in mine.heard("msg.event") if event["msg"].get("bot")]
        assert said == [(rooms[0], "now")]
        await mine.must("room.kick", room_id=rooms[0], user_id=HUBOT)
        assert [member["handle"] for member in (await mine.must("room.members", room_id=rooms[0]))["members"]] == ["boss"]
    assert server.errors() == []


async def refused(here: World, word: Request[Any]) -> str:
    with pytest.raises(Refused) as caught:
        await here.ask(word, BOT)
    return f"{caught.value.code} {caught.value} {caught.value.details}".replace(getattr(word, "room_id", "?"), "the room")

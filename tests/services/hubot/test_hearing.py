"""What the bot hears and says: in its own rooms, from people, and as its user."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from bus.message import Context
from bus.protocol.inside import UserUpdated
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomList, RoomMemberEvent, RoomUpdate
from services.hubot.actions import Desk
from services.hubot.deeds import BOT
from services.hubot.words import Act, Done
from tests.services.hubot.scene import ECHO, scene


async def test_a_script_answers_in_a_room_that_the_bot_is_in(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "echo hello")
        await house.hears(room, "hello")
        (mine,) = [msg for msg in house.messages() if msg.user_id == BOT]
        assert mine.bot
        assert mine.user_handle == "hubot"


async def test_the_bot_hears_no_room_that_it_was_not_added_to_and_none_that_it_was_put_out_of(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO}) as house:
        ada = await house.user("ada")
        mine, other = await house.room(ada, BOT), await house.room(ada)
        await house.say(ada, other, "echo unheard")
        await house.say(ada, mine, "echo heard")
        await house.hears(mine, "heard")
        await house.happen(RoomMemberEvent(other, "join", ada.user, BOT, "member"))
        await house.say(ada, other, "echo added")
        await house.hears(other, "added")
        await house.happen(RoomMemberEvent(other, "kick", ada.user, BOT))
        await house.say(ada, other, "echo gone")
        await house.say(ada, mine, "echo still here")
        await house.hears(mine, "still here")
        assert house.said(other) == ["added"]
        await house.until(lambda: house.script("echo").handled == 3)
        assert house.script("echo").refused == 0  # As it would be if it had heard the others, and tried to answer there.


async def test_the_bot_hears_neither_itself_nor_another_bot(tmp_path: Path) -> None:
    loop = 'def setup(robot):\n    robot.hear(r"again", lambda res: res.send("again and again"))\n'
    async with scene(tmp_path / "bot", {"loop": loop, "echo": ECHO}) as house:
        ada, other = await house.user("ada"), await house.user("other", bot=True)
        room = await house.room(ada, BOT, other.user)
        await house.say(other, room, "again")
        await house.say(ada, room, "again")
        await house.hears(room, "again and again")
        await house.say(ada, room, "echo over")
        await house.hears(room, "over")
        assert house.said(room) == ["again and again", "over"]


async def test_coming_going_and_topics_are_heard(tmp_path: Path) -> None:
    greeter = """
    def setup(robot):
        robot.enter(lambda res: res.send(f"hello {res.message.user.name}"))
        robot.leave(lambda res: res.send(f"bye {res.message.user.name}"))
        robot.topic(lambda res: res.send(f"so it is {res.message.text}"))
    """
    async with scene(tmp_path / "bot", {"greeter": greeter}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT)
        await house.happen(RoomMemberEvent(room, "join", bob.user, bob.user, "member"))
        await house.happen(RoomMemberEvent(room, "leave", bob.user, bob.user))
        await house.hears(room, "hello bob", "bye bob")
        await house.bus.ask(RoomUpdate(room, topic="tea"), ada)
        await house.hears(room, "so it is tea")


async def test_a_banned_bot_is_silent_and_deaf(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.happen(UserUpdated(BOT, [], True))
        await house.say(ada, room, "echo one")
        await house.happen(UserUpdated(BOT, [], False))
        await house.say(ada, room, "echo two")
        await house.hears(room, "two")
        assert house.said(room) == ["two"]


async def test_a_banned_bot_does_nothing_that_was_wanted_before_and_enters_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wish is in hand when the ban comes, and all others wait."""
    gate, carry_out = anyio.Event(), Desk.carry_out

    async def held(desk: Desk, act: Act) -> Done:
        await gate.wait()
        return await carry_out(desk, act)

    monkeypatch.setattr(Desk, "carry_out", held)
    floods = "def setup(robot):\n    robot.hear('bait', lambda res: [res.send(f'flood {n}') for n in range(100)])\n"
    async with scene(tmp_path / "bot", {"floods": floods}, 'rooms = ["later"]\n[scripts.floods]\n') as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("floods")
        await house.say(ada, room, "bait")
        await house.until(lambda: house.hubot.probe().acts == 99)
        await house.happen(UserUpdated(BOT, [], True))
        await house.until(lambda: house.hubot.inbox.stats().depth == 0)
        gate.set()
        await house.happen(RoomCreated(RoomInfo("r_77", "public", "later", "", "hidden", ada.user, 0)))
        await house.until(lambda: house.hubot.probe().waiting == house.hubot.probe().acts == 0)
        assert house.said(room) == ["flood 0"]
        for _ in range(5):
            await house.say(ada, room, "who is here?")
        assert [each.room_id for each in (await house.bus.ask(RoomList(), Context(BOT))).rooms if each.joined] == [room]


async def test_the_bot_enters_the_public_rooms_that_its_operator_named_also_when_they_are_made_later(tmp_path: Path) -> None:
    listing = 'rooms = ["room"]\n[scripts.echo]\n'
    async with scene(tmp_path / "bot", {"echo": ECHO}, listing) as house:
        ada = await house.user("ada")
        room = await house.room(ada)
        await house.until(lambda: house.hubot.probe().rooms == 1)
        await house.say(ada, room, "echo here")
        await house.hears(room, "here")


async def test_a_new_life_of_the_bot_has_the_same_account_and_rooms(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.end()
        await house.begin()
        await house.say(ada, room, "echo again")
        await house.hears(room, "again")
        assert house.store.counts.failed == 0

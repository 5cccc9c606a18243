"""Commands given to the living bot: by members, where it is, once, and with the roles that the server knows."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from bus.errors import Refused
from bus.message import Context, Request
from bus.protocol.bot import BotCommand, BotCommandInfo, BotCommands
from bus.protocol.inside import UserUpdated
from bus.protocol.order import RoomMute, RoomSetRole, RoomUnmute
from bus.protocol.rooms import RoomCreated, RoomDelete, RoomInfo, RoomMemberEvent
from bus.protocol.terms import HOUR_MS
from services.hubot.deeds import BOT
from tests.services.hubot.scene import ECHO, Scene, scene

TYPED = """
def setup(robot):
    def say(res, text):
        res.send(f"{res.message.user.name} {res.message.role}: {text}")
    robot.commands.register("say", say, args={"text": str}, help="Say it")
    robot.commands.register("tidy", lambda res: res.send("tidied"), role="moderator")
    robot.commands.register("raid join", lambda res: res.send("joined"))
"""
ELSEWHERE = "NOT_FOUND: the bot is not in this room; moderators add it under Members"


async def refusal(house: Scene, request: Request[Any], who: Context) -> str:
    with pytest.raises(Refused) as refused:
        await house.bus.ask(request, who)
    return f"{refused.value.code}: {refused.value}"


async def test_a_member_gives_a_command_and_the_bot_answers_in_the_room(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED, "echo": ECHO}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, bob.user)
        await house.loaded("typed", "echo")
        assert (await house.bus.ask(BotCommand(room, "say", "it's on | off"), bob)).queued
        await house.bus.ask(BotCommand(room, "raid", "join"), ada)
        await house.hears(room, "bob member: it's on | off", "joined")
        found = (await house.bus.ask(BotCommands(room), bob)).commands
        say = BotCommandInfo("say", "<text>", "Say it")
        assert found == [BotCommandInfo("raid join", "", ""), say, BotCommandInfo("tidy", "", "", "mod")]


async def test_each_command_says_whose_it_is_and_one_for_others_by_name_is_not_told(tmp_path: Path) -> None:
    script = """
def setup(robot):
    def do(res):
        res.send("done")
    robot.commands.register("halt", do, role="admin")
    robot.commands.register("adas", do, allow=["ada"], role="owner")
    robot.commands.register("tidy", do, role="moderator", confirm=True)
"""
    async with scene(tmp_path / "bot", {"guarded": script}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, bob.user)
        await house.loaded("guarded")
        told = {who.user: [(each.name, each.role) for each in (await house.bus.ask(BotCommands(room), who)).commands] for who in (ada, bob)}
        for_both = [("halt", "admin"), ("no", "mod"), ("tidy", "mod"), ("yes", "mod")]
        assert told == {ada.user: [("adas", "owner"), *for_both], bob.user: for_both}
        await house.bus.ask(BotCommand(room, "adas"), bob)
        await house.hears(room, "@bob adas is not for you")


async def test_an_answer_that_two_scripts_take_of_different_people_is_offered_to_all(tmp_path: Path) -> None:
    asks = {
        name: f"""
def setup(robot):
    robot.commands.register("{name}", lambda res: res.send("done"), role={role!r}, confirm=True)
"""
        for name, role in (("tidy", "moderator"), ("leave", None))
    }
    async with scene(tmp_path / "bot", asks) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("tidy", "leave")
        told = {each.name: each.role for each in (await house.bus.ask(BotCommands(room), ada)).commands}
        assert told == {"leave": None, "no": None, "tidy": "mod", "yes": None}


async def test_strangers_learn_nothing_and_members_why(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED}) as house:
        ada, eve, other = await house.user("ada"), await house.user("eve"), await house.user("other", bot=True)
        public, without = await house.room(ada, BOT, other.user), await house.room(ada)
        await house.happen(RoomCreated(RoomInfo("g_1", "group", "ours", "", "hidden", ada.user, 0)))
        await house.happen(*(RoomMemberEvent("g_1", "join", ada.user, user, "member") for user in (ada.user, BOT)))
        await house.loaded("typed")
        for word in ("say", "nothing"):
            unknown = await refusal(house, BotCommand("g_9", word, "x"), eve)
            assert unknown == "NOT_FOUND: there is no such room"
            assert await refusal(house, BotCommand("g_1", word, "x"), eve) == unknown
            assert await refusal(house, BotCommand(public, word, "x"), eve) == "FORBIDDEN: join the room first"
            assert await refusal(house, BotCommand(without, word, "x"), ada) == ELSEWHERE
        assert await refusal(house, BotCommands("g_1"), eve) == await refusal(house, BotCommands("g_9"), eve)
        assert (await house.bus.ask(BotCommands(without), ada)).commands == []
        assert await refusal(house, BotCommand(public, "nothing"), ada) == "NOT_FOUND: there is no command /nothing"
        assert await refusal(house, BotCommand(public, "raid", "leave"), ada) == "NOT_FOUND: there is no command /raid"
        assert await refusal(house, BotCommand(public, "say", "x"), other) == "FORBIDDEN: the bot takes no commands from bots"
        await house.happen(UserUpdated(BOT, [], True))
        assert await refusal(house, BotCommand(public, "say", "x"), ada) == ELSEWHERE
        assert house.messages() == []


async def test_who_is_muted_does_not_speak_through_the_bot(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, bob.user)
        await house.loaded("typed")
        await house.bus.ask(RoomMute(room, bob.user, HOUR_MS), ada)
        assert (await refusal(house, BotCommand(room, "say", "what nobody may hear"), bob)).startswith(
            "FORBIDDEN: you are muted here until"
        )
        assert await refusal(house, BotCommand(room, "nothing"), bob) != "NOT_FOUND: there is no command /nothing"
        assert (await house.bus.ask(BotCommands(room), bob)).commands
        await house.bus.ask(RoomUnmute(room, bob.user), ada)
        await house.bus.ask(BotCommand(room, "say", "free"), bob)
        await house.hears(room, "bob member: free")
        assert house.said(room) == ["bob member: free"]


async def test_a_command_that_is_sent_again_is_done_once(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, bob.user)
        await house.loaded("typed")
        for who in (ada, bob, ada):
            assert (await house.bus.ask(BotCommand(room, "say", "once", "c_1"), who)).queued
            await house.hears(room, f"{'ada owner' if who is ada else 'bob member'}: once")
            await house.until(lambda: house.hubot.probe().waiting == 0)
        for _ in range(2):
            await house.bus.ask(BotCommand(room, "say", "twice"), ada)
        await house.until(lambda: len(house.said(room)) == 4 and house.hubot.probe().waiting == 0)
        assert house.script("typed").handled == 4
        assert sorted(house.said(room)) == ["ada owner: once", "ada owner: twice", "ada owner: twice", "bob member: once"]


async def test_roles_are_those_of_the_moment_as_the_server_knows_them(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room, other = await house.room(ada, BOT, bob.user), await house.room(bob, BOT)
        await house.loaded("typed")
        steps = [
            (None, "member"),
            (RoomSetRole(room, bob.user, "mod"), "moderator"),
            (RoomSetRole(room, bob.user, "member"), "member"),
            (RoomSetRole(room, bob.user, "owner"), "owner"),
        ]
        for number, (change, role) in enumerate(steps):
            if change:
                await house.bus.ask(change, ada)
            await house.say(bob, room, f"hubot say {number}")
            await house.hears(room, f"bob {role}: {number}")
        await house.end()
        await house.begin()
        await house.loaded("typed")
        await house.say(bob, room, "hubot say after")
        await house.hears(room, "bob owner: after")
        await house.bus.ask(RoomDelete(other), bob)
        assert await refusal(house, BotCommand(other, "say", "x"), bob) == "NOT_FOUND: there is no such room"


async def test_an_admin_is_one_for_as_long_as_the_server_says_so(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, bob.user)
        await house.loaded("typed")
        for roles in ([], ["admin"], []):
            await house.happen(UserUpdated(bob.user, list(roles), False))  # type: ignore[arg-type]
            await house.bus.ask(BotCommand(room, "tidy"), bob)
        await house.until(lambda: len(house.said(room)) == 3)
        no = "@bob sorry, tidy is for this room's moderators"
        assert house.said(room) == [no, "tidied", no]


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
async def test_a_command_whose_host_dies_is_carried_out_by_the_next_and_says_what_it_says_once(tmp_path: Path) -> None:
    slow = """
    import anyio
    def setup(robot):
        async def work(res):
            await res.send("begun")
            await anyio.sleep(0.3)
            await res.send("finished")
        robot.commands.register("work", work)
    """
    async with scene(tmp_path / "bot", {"slow": slow}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("slow")
        await house.bus.ask(BotCommand(room, "work"), ada)
        await house.hears(room, "begun")
        pid = house.hubot.hosting.pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        await house.hears(room, "finished")
        assert house.said(room) == ["begun", "finished"]


async def test_before_the_scripts_are_there_one_may_try_again(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"typed": TYPED}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("typed")
        house.hubot.records["typed"].state = "waiting"
        for request in (BotCommand(room, "say", "x"), BotCommands(room)):
            assert (await refusal(house, request, ada)).startswith("UNAVAILABLE: ")

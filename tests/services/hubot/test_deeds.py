"""All that scripts can want done: as the bot's user, where that may, and in the log with script and trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bus.errors import Forbidden
from bus.message import Context
from bus.protocol.admin import AdminEvents, LoggedEvent
from bus.protocol.messages import MsgList
from bus.protocol.order import RoomMuted
from bus.protocol.rooms import RoomLeave, RoomList, RoomMemberEvent
from bus.protocol.terms import HOUR_MS
from services.hubot.actions import ACTIONS
from services.hubot.deeds import BOT
from services.store.transaction import wall_clock
from tests.services.hubot.scene import Scene, scene

EVERYTHING = '[scripts.does]\ncan = ["post", "create_rooms", "set_topics", "moderate", "read_log", "status"]\n[scripts.other]\n'
DOES = """
from services.hubot.host.response import NotDone
def setup(robot):
    room = lambda res: res.message.room
    does = {
        "send": lambda res: res.send("said"),
        "react": lambda res: res.react("+1"),
        "create_room": lambda res: robot.create_room("made"),
        "topic": lambda res: res.topic("tea"),
        "delete": lambda res: robot.delete(res.message),
        "mute": lambda res: robot.mute(room(res), "u_bob", 60, "loud"),
        "unmute": lambda res: robot.unmute(room(res), "u_bob"),
        "kick": lambda res: robot.kick(room(res), "u_bob"),
        "ban": lambda res: robot.ban(room(res), "u_bob", "spam"),
        "unban": lambda res: robot.unban(room(res), "u_bob"),
        "direct": lambda res: robot.direct("u_ada", "between", "us"),
    }
    async def do(res):
        try:
            await does[res.match[1]](res)
        except NotDone as refused:
            return res.send(f"{res.match[1]} {refused}")
        res.send(f"{res.match[1]} done")
    robot.respond(r"do (\\w+)", do)
"""
LOGGED = {
    "send": "msg.event",
    "react": "msg.reaction_event",
    "create_room": "room.created",
    "topic": "room.updated",
    "delete": "msg.updated",
    "mute": "room.muted",
    "unmute": "room.muted",
    "kick": "room.member_event",
    "ban": "room.member_event",
    "unban": "room.member_event",
    "direct": "bot.direct_opened",
}
"""By action, in an order that works: a ban needs nobody who is there."""
NOT_LOGGED = {"history", "query", "status"}
HEARS_ALL = "def setup(robot):\n    robot.hear('.*', lambda res: res.send('heard'))\n    robot.enter(lambda res: res.send('welcome'))\n"


async def logged(house: Scene, admin: Context) -> list[LoggedEvent]:
    found: list[LoggedEvent] = []
    more, after = True, 0
    while more:
        page = await house.bus.ask(AdminEvents(after_event_id=after, limit=200), admin)
        found, more, after = found + page.events, page.more, page.next_after_event_id
    return found


async def test_everything_a_script_does_is_in_the_log_with_script_and_trace(tmp_path: Path) -> None:
    assert set(ACTIONS) == set(LOGGED) | NOT_LOGGED
    async with scene(tmp_path / "bot", {"does": DOES, "other": "def setup(robot): pass\n"}, EVERYTHING) as house:
        root, ada, bob = await house.user("root", admin=True), await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, role="mod")
        await house.happen(RoomMemberEvent(room, "join", bob.user, bob.user, "member"))
        await house.loaded("does")
        for do in LOGGED:
            await house.say(ada, room, f"hubot do {do}")
            await house.hears(room, f"{do} done")
        events = [event for event in await logged(house, root) if str(event.trace).startswith("hubot:does:")]
        assert {event.actor_user_id for event in events} == {BOT}
        by_trace: dict[str, set[str]] = {}
        for event in events:
            by_trace.setdefault(str(event.trace), set()).add(event.type)
        firsts = [types for trace, types in by_trace.items() if trace.endswith(".1")]
        assert [LOGGED[do] in types for do, types in zip(LOGGED, firsts, strict=True)] == [True] * len(LOGGED)
        muted = [event.body for event in events if event.type == "room.muted"]
        assert [(body["target_user_id"], body["reason"], body["until"] > 0) for body in muted] == [
            ("u_bob", "***", True),
            ("u_bob", "***", False),
        ]


async def test_it_speaks_to_one_person_alone_and_finds_the_place_again_after_a_restart(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"does": DOES, "other": HEARS_ALL}, EVERYTHING) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("does", "other")
        await house.say(ada, room, "hubot do direct")
        await house.hears(room, "direct done", "heard")
        (place,) = [listed for listed in (await house.bus.ask(RoomList(), ada)).rooms if listed.room_id != room]
        assert (place.name, place.kind, place.visibility, place.role) == ("hubot & ada", "group", "hidden", "member")
        await house.end()
        await house.begin()
        await house.loaded("does", "other")
        await house.say(ada, place.room_id, "hubot do direct")
        await house.hears(place.room_id, "direct done")
        said = [msg.text for msg in (await house.bus.ask(MsgList(place.room_id), ada)).messages if msg.user_id == BOT]
        assert said.count("between\nus") == 2
        assert "welcome" not in said
        await house.bus.ask(RoomLeave(place.room_id), ada)
        await house.say(ada, room, "hubot do direct")
        await house.hears(room, "direct FORBIDDEN: ada does not want to be spoken to")


async def test_whoever_is_muted_by_a_script_is_muted_and_a_muted_bot_is_silent(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"does": DOES, "other": HEARS_ALL}, EVERYTHING) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, role="mod")
        await house.happen(RoomMemberEvent(room, "join", bob.user, bob.user, "member"))
        await house.loaded("does", "other")
        await house.say(ada, room, "hubot do mute")
        await house.hears(room, "mute done")
        with pytest.raises(Forbidden, match="muted here until"):
            await house.say(bob, room, "hello")
        await house.happen(RoomMuted(room, BOT, ada.user, wall_clock() + HOUR_MS))
        said = house.said(room)
        await house.say(ada, room, "hubot do send")
        await house.until(lambda: house.script("other").refused == 1 and house.hubot.probe().waiting == 0)
        assert house.said(room) == said
        assert house.script("other").last_error == "send: FORBIDDEN"


@pytest.mark.parametrize(
    ("do", "what"), [("mute", {"user_id": "u_bob"}), ("direct", {}), ("ban", {"user_id": 7}), ("direct", {"user_id": "x"})]
)
async def test_a_wish_that_makes_no_sense_is_refused_in_one_line(do: str, what: dict[str, Any], tmp_path: Path) -> None:
    asks = f"""
        from services.hubot.host.response import NotDone
        def setup(robot):
            async def ask(res):
                try:
                    await robot.act({do!r}, {{"room_id": res.message.room, "text": "x"}} | {what!r})
                except NotDone as refused:
                    res.send(str(refused))
            robot.hear("^ask$", ask)
        """
    async with scene(tmp_path / "bot", {"does": asks, "other": ""}, EVERYTHING) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT, role="mod")
        await house.loaded("does")
        await house.say(ada, room, "ask")
        await house.until(lambda: bool(house.said(room)))
        (said,) = house.said(room)
        assert said.startswith("BAD_REQUEST: ")
        assert len(said.splitlines()) == 1

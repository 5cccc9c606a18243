"""What a script may do is what its operator has granted, and what the bot's user may do there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bus.protocol.rooms import RoomList, RoomMemberEvent
from services.hubot.actions import ACTIONS
from services.hubot.deeds import BOT
from services.hubot.settings import FILE, Unfit, read
from tests.services.hubot.scene import ECHO, furnish, scene

DOES = """
from services.hubot.host.response import NotDone
def setup(robot):
    async def do(res):
        done = {
            "create_room": lambda: robot.create_room("made"),
            "topic": lambda: res.topic("tea"),
            "delete": lambda: robot.delete(res.message),
            "kick": lambda: robot.kick(res.message.room, "u_bob"),
            "history": lambda: robot.history(res.message.room),
        }[res.match[1]]()
        try:
            found = await done
        except NotDone as refused:
            return res.send(f"{res.match[1]} {str(refused).split(':')[0]}")
        res.send(f"{res.match[1]} done")
    robot.respond(r"do (\\w+)", do)
"""
KINDS = ("create_room", "topic", "delete", "kick", "history")


async def test_what_is_not_granted_is_refused_and_shown(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"does": DOES}) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        room = await house.room(ada, BOT, bob.user, role="mod")
        for kind in KINDS:
            await house.say(ada, room, f"hubot do {kind}")
        await house.hears(room, *(f"{kind} FORBIDDEN" for kind in KINDS))
        assert house.script("does").refused == len(KINDS)
        assert "not granted" in str(house.script("does").last_error)
        assert [each.name for each in (await house.bus.ask(RoomList(), ada)).rooms] == ["room"]


async def test_what_is_granted_is_done_where_the_bots_user_may(tmp_path: Path) -> None:
    listing = '[scripts.does]\ncan = ["post", "create_rooms", "set_topics", "moderate", "read_log"]\n'
    async with scene(tmp_path / "bot", {"does": DOES}, listing) as house:
        ada, bob = await house.user("ada"), await house.user("bob")
        moderated, plain = await house.room(ada, BOT, bob.user, role="mod"), await house.room(ada, BOT, bob.user)
        for room in (moderated, plain):
            for kind in KINDS:
                await house.say(ada, room, f"@hubot: do {kind}")
        await house.hears(moderated, "create_room done", "topic done", "delete done", "history done")
        await house.hears(plain, "create_room done", "topic FORBIDDEN", "delete FORBIDDEN", "kick FORBIDDEN", "history done")


async def test_nobody_has_the_bot_do_to_those_beside_and_above_them_what_it_may_as_an_owner(tmp_path: Path) -> None:
    listing = "[scripts.moderation]\ncan = ['post', 'moderate']\n"
    async with scene(tmp_path / "bot", {}, listing) as house:
        ada, bob, eve = await house.user("ada"), await house.user("bob"), await house.user("eve")
        boss, root = await house.user("boss"), await house.user("root", admin=True)
        room = await house.room(boss, ada.user, bob.user, role="mod")
        await house.happen(*(RoomMemberEvent(room, "join", boss.user, who, "member") for who in (eve.user, root.user)))
        await house.happen(RoomMemberEvent(room, "join", boss.user, BOT, "owner"))
        await house.loaded("moderation")
        for text in ("mute bob", "mute boss", "kick bob", "yes", "ban boss", "yes"):
            await house.say(ada, room, f"hubot {text}")
        await house.until(lambda: str(house.said(room)).count("only somebody above them") == 4)
        for who, text, said in (
            (ada, "mute eve", "eve is muted"),
            (boss, "mute bob", "bob is muted"),
            (root, "mute ada", "ada is muted"),
        ):
            await house.say(who, room, f"hubot {text}")
            await house.until(lambda said=said: said in house.said(room)[-1])
        members = await house.store.readers.query(lambda db: db.execute("select count(*) from members join rooms using (room_no)").get)
        assert members == 6


async def test_a_script_that_may_not_post_is_silent(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO, "loud": ECHO}, "[scripts.echo]\ncan = []\n[scripts.loud]\n") as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "echo once")
        await house.until(lambda: house.script("echo").refused == 1)
        await house.hears(room, "once")
        assert house.said(room) == ["once"]


def test_every_action_takes_only_fields_that_its_word_has() -> None:
    for action in ACTIONS.values():
        assert set(action.takes) <= set(action.asks.__struct_fields__)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
@pytest.mark.parametrize("name", ["", FILE])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_what_others_can_write_to_is_refused_with_the_remedy(name: str, mode: int, tmp_path: Path) -> None:
    directory = furnish(tmp_path / "bot", {"echo": ECHO})
    assert list(read(directory).listing.scripts) == ["echo"]
    path = directory / name
    path.chmod(path.stat().st_mode | mode)
    with pytest.raises(Unfit, match=f"chmod go-w {path}"):
        read(directory)


@pytest.mark.parametrize(
    "listing",
    [
        "[scripts.echo]\ncan = ['everything']\n",
        "[scripts.'../echo']\n",
        "[scripts.echo]\nmay = []\n",
        "scripts = ['echo']",
        "= 1",
        "[other]\n",
    ],
)
def test_a_listing_that_is_wrong_is_refused_in_one_line(listing: str, tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        read(furnish(tmp_path / "bot", {"echo": ECHO}, listing))
    assert len(str(unfit.value).splitlines()) == 1


async def test_a_script_that_others_can_write_to_is_not_loaded_and_one_that_is_not_listed_neither(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO, "open": ECHO, "other": ECHO}, "[scripts.echo]\n[scripts.open]\n") as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("echo", "open")
        (house.directory / "open.py").chmod(0o666)
        await house.until(lambda: house.script("open").state == "broken")
        await house.say(ada, room, "echo once")
        await house.hears(room, "once")
        assert house.said(room) == ["once"]
        assert "chmod go-w" in str(house.script("open").last_error)

"""What `scripts.toml` says counts as soon as it says it; one that cannot be used is refused, and what it said before goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bus.errors import NotFound
from bus.protocol.hooks import HookCall
from bus.protocol.rooms import RoomList
from bus.secret import Secret
from services.hubot.deeds import BOT
from services.hubot.settings import FILE
from tests.services.hubot.scene import ECHO, Scene, scene

MAKES = """
from services.hubot.host.response import NotDone
def setup(robot):
    async def make(res):
        try:
            await robot.create_room("made")
        except NotDone as refused:
            return res.send(str(refused).split(":")[0])
        res.send("made")
    robot.hear("^make$", make)
    robot.hear("^config$", lambda res: res.send(f"it is {robot.config.get('it')}"))
    robot.router.post("call", lambda call: "called")
"""
GRANTED = '[scripts.makes]\ncan = ["post", "create_rooms"]\n'
PLAIN = "[scripts.makes]\n"


def relist(house: Scene, listing: str, mode: int = 0o600) -> None:
    """As an editor does that never leaves half a file."""
    half = house.directory / ".half"
    half.write_text(listing, encoding="utf-8")
    half.chmod(mode)
    half.replace(house.directory / FILE)


async def test_what_a_script_is_granted_is_granted_and_taken_at_once_and_nothing_is_loaded_anew(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"makes": MAKES}, PLAIN) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("makes")
        for number, listing in enumerate((GRANTED, PLAIN)):
            relist(house, listing)
            await house.until(lambda listing=listing: house.hubot.scripts.may("makes", "create_rooms") is (listing == GRANTED))
            await house.say(ada, room, "make")
            await house.until(lambda number=number: len(house.said(room)) == number + 1)
        assert house.said(room) == ["made", "FORBIDDEN"]
        assert [each.name for each in (await house.bus.ask(RoomList(), ada)).rooms] == ["room", "made"]
        assert (house.hubot.hosting.lives, house.script("makes").loaded) == (1, 1)


async def test_a_script_that_is_listed_is_loaded_and_one_that_is_not_any_more_hears_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"makes": MAKES, "echo": ECHO}, PLAIN) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("makes")
        relist(house, "[scripts.echo]\n" + PLAIN)
        await house.until(lambda: [each.name for each in house.hubot.probe().scripts] == ["echo", "makes"])
        await house.loaded("echo")
        relist(house, "[scripts.echo]\n")
        await house.until(lambda: [each.name for each in house.hubot.probe().scripts] == ["echo"])
        for text in ("make", "echo alone"):
            await house.say(ada, room, text)
        await house.hears(room, "alone")
        await house.until(lambda: house.hubot.probe().waiting == 0)
        assert house.said(room) == ["alone"]


async def test_a_script_to_which_something_else_is_said_is_loaded_with_it_and_no_other(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"makes": MAKES, "echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("makes", "echo")
        relist(house, "[scripts.makes]\nconfig = { it = 2 }\n[scripts.echo]\n")
        await house.until(lambda: house.script("makes").loaded == 2)
        await house.say(ada, room, "config")
        await house.hears(room, "it is 2")
        assert house.script("echo").loaded == 1


async def test_a_hook_whose_token_is_another_answers_to_that_alone(tmp_path: Path) -> None:
    def hook(token: str) -> str:
        return f'[scripts.makes]\nhooks = {{ call = "{token}" }}\n'

    old, new = "o" * 24, "n" * 24
    async with scene(tmp_path / "bot", {"makes": MAKES}, hook(old)) as house:
        await house.loaded("makes")
        relist(house, hook(new))
        call = [HookCall("makes", "call", "POST", {}, {}, b"", bearer=Secret(token)) for token in (old, new)]
        await house.until(lambda: house.hubot.scripts.token("makes", "call") == Secret(new))
        assert (await house.bus.ask(call[1])).body == b"called"
        with pytest.raises(NotFound):
            await house.bus.ask(call[0])


UNFIT = {
    "others can write to it": (GRANTED, 0o602, "others can write to"),
    "it does not parse": ("[scripts.makes\n", 0o600, "cannot be used"),
    "it names what there is not": (PLAIN + 'can = ["everything"]\n', 0o600, "cannot be used"),
}


@pytest.mark.parametrize("why", sorted(UNFIT))
async def test_a_list_that_cannot_be_used_changes_nothing_and_is_shown_until_it_is_mended(why: str, tmp_path: Path) -> None:
    listing, mode, shown = UNFIT[why]
    if mode != 0o600 and os.name != "posix":
        pytest.skip("there are no such modes")
    async with scene(tmp_path / "bot", {"makes": MAKES}, PLAIN) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("makes")
        relist(house, listing, mode)
        await house.until(lambda: shown in str(house.hubot.probe().listing_error))
        await house.say(ada, room, "make")
        await house.hears(room, "FORBIDDEN")
        relist(house, GRANTED)
        await house.until(lambda: house.hubot.probe().listing_error is None)
        await house.say(ada, room, "make")
        await house.hears(room, "made")


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes")
async def test_a_directory_that_others_can_write_to_is_noticed_and_so_is_a_list_that_is_gone(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"echo": ECHO}) as house:
        await house.room(await house.user("ada"), BOT)
        await house.loaded("echo")
        house.directory.chmod(0o702)
        await house.until(lambda: "others can write to" in str(house.hubot.probe().listing_error))
        house.directory.chmod(0o700)
        await house.until(lambda: house.hubot.probe().listing_error is None)
        (house.directory / FILE).unlink()
        await house.until(lambda: "cannot be read" in str(house.hubot.probe().listing_error))
        assert house.script("echo").state == "on"

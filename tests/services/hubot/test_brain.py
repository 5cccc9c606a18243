"""The brain: what scripts leave in it outlives hosts and lives, is in the log, and is made anew from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.hubot import rows
from services.hubot.deeds import BOT, Remember, remember
from services.hubot.host.brain import Brain, Memory
from services.hubot.rows import projection
from services.store import replay
from tests.services.house import PROJECTIONS, House
from tests.services.hubot.scene import Scene, scene

KARMA = """
def setup(robot):
    def up(res):
        robot.brain.set("karma", robot.brain.get("karma", 0) + 1)
        robot.brain.private.set("last", res.message.user.name)
        return res.send(f"karma {robot.brain.get('karma')}")
    robot.hear(r"^\\+\\+$", up)
    robot.hear("^forget$", lambda res: robot.brain.remove("karma") and res.send("forgotten"))
    robot.hear("^private$", lambda res: res.send(f"last {robot.brain.private.get('last')} {robot.brain.get('last')}"))
"""
BREAKS = """
import os
def setup(robot):
    def up(res):
        robot.brain.set("karma", 1000)
        os._exit(1)
    robot.hear("^bait$", up)
"""


async def test_the_brain_survives_the_host_and_the_bots_life(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"karma": KARMA, "breaks": BREAKS}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "++")
        await house.hears(room, "karma 1")
        await house.say(ada, room, "bait")
        await house.until(lambda: house.script("breaks").failures == 1)
        await house.say(ada, room, "++")
        await house.hears(room, "karma 2")
        await house.until(lambda: house.script("karma").handled == 2)
        await house.end()
        assert await stored(house) == {"karma": "2", "karma:last": '"ada"'}
        await house.begin()
        await house.say(ada, room, "++")
        await house.say(ada, room, "private")
        await house.say(ada, room, "forget")
        await house.hears(room, "karma 3", "last ada None", "forgotten")
        await house.until(lambda: house.script("karma").handled == 5)
        await house.end()
        assert await stored(house) == {"karma:last": '"ada"'}


FILLS = """
import os
def setup(robot):
    def fill(res):
        kind, part = res.match[1], int(res.match[2])
        if kind == "keys":
            for n in range(part * 3000, part * 3000 + 3000):
                robot.brain.set(f"{n:0190d}", 1)
        else:
            robot.brain.set(f"{part}", "\N{GRINNING FACE}" * 16_000)
    robot.hear("^(keys|faces) ([0-9]+)$", fill)
    robot.hear("^ping$", lambda res: res.send(f"pong {len(robot.brain.keys())}"))
    robot.hear("^die$", lambda res: os._exit(1))
    robot.hear("^spin$", lambda res: [robot.brain.set(f"{n:0190d}", 1).remove(f"{n:0190d}") for n in range(30_000)])
    robot.hear("^shout$", lambda res: res.send("a" * 5_000_000))
"""


@pytest.mark.parametrize("kind", ["keys", "faces"])
async def test_a_full_brain_still_fits_into_a_fresh_host(kind: str, tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"fills": FILLS}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("fills")
        for part in range(40):
            await house.say(ada, room, f"{kind} {part}")
        await house.until(lambda: house.script("fills").handled == 40)
        assert house.script("fills").errors > 0
        await house.say(ada, room, "die")
        await house.say(ada, room, "ping")
        await house.until(lambda: bool(house.said(room)))
        assert house.said(room) == [f"pong {house.hubot.probe().brain_keys}"]


async def test_who_says_too_much_at_once_is_told_so_and_ends_no_host(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"fills": FILLS}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        for text in ("shout", "spin", "ping"):
            await house.say(ada, room, text)
        await house.hears(room, "pong 0")
        script = house.script("fills")
        assert (script.errors, script.failures, house.hubot.probe().hosts) == (1, 1, 1)


async def test_a_large_brain_that_is_written_anew_in_one_run_is_kept(tmp_path: Path) -> None:
    writes = """
    def setup(robot):
        @lambda handler: robot.hear("^write ([a-z])$", handler)
        def write(res):
            for n in range(27):
                robot.brain.set(str(n), res.match[1] * 60_000)
    """
    async with scene(tmp_path / "bot", {"writes": writes}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        for text in ("write a", "write b"):
            await house.say(ada, room, text)
        await house.until(lambda: house.script("writes").handled == 2)
        assert house.script("writes").errors == 0
        await house.end()
        assert {value[1] for value in (await stored(house)).values()} == {"b"}


async def stored(house: Scene) -> dict[str, str]:
    return await house.store.readers.query(rows.brain)


def test_the_log_makes_the_brain_anew(house: House) -> None:
    bot = house.user("hubot", bot=True)
    for values in ({"a": "1", "b": "[2]"}, {"a": None, "c": '"x"'}, {"c": '"x"'}):
        house.do(remember, Remember(values), bot)  # type: ignore[arg-type]
    assert rows.brain(house.db) == {"b": "[2]", "c": '"x"'}
    assert len([fact for fact in house.told if fact.t == "bot.brain_changed"]) == 2
    assert replay.compare(house.db, PROJECTIONS).differing == []
    house.db.execute("update brain set value_json = '3' where key = 'b'")
    assert replay.compare(house.db, PROJECTIONS).differing == ["brain"]
    house.db.execute("update brain set value_json = '[2]' where key = 'b'")
    assert projection.tables == ("brain",)


def test_what_is_too_large_or_no_json_is_refused_where_it_is_set() -> None:
    changed: list[str] = []
    brain = Brain(Memory({}, []), lambda key, value: changed.append(key), "karma")
    for key, value in (("k" * 201, 1), ("k", "x" * 70_000), ("k", object())):
        try:
            brain.set(key, value)
        except (TypeError, ValueError):
            continue
        raise AssertionError(f"{key[:3]} was taken")
    assert changed == []
    assert brain.set("k", {"a": [1]}).get("k") == {"a": [1]}
    brain.private.set("k", 2)
    assert (brain.keys(), brain.private.keys()) == (["k", "karma:k"], ["k"])

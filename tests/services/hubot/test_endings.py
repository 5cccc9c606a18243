"""Scripts that end their host in other ways, raise what nobody expects, and begin what outlives them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.hubot.deeds import BOT
from tests.services.hubot.scene import ECHO, scene

LIMIT = 0.5
FORK = """
import os, time
def setup(robot):
    def fork(res):
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(3)
    robot.hear("bait", fork)
"""
GARBLE = """
import os
def setup(robot):
    def garble(res):
        pipe = robot._stage._say.__self__._out
        os.write(pipe, b"\\0\\0\\0\\x0c\\x81\\xa4type\\xa5\\xff\\xfe\\xff\\xff\\xff")
    robot.hear("bait", garble)
"""
BEGETS = """
import subprocess, sys, time
def setup(robot):
    def beget(res):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        open(f"{__file__}.child", "w").write(str(child.pid))
        time.sleep(3600)
    robot.hear("bait", beget)
"""
RAISES = """
import asyncio
WHAT = {"end": KeyboardInterrupt, "cancel": asyncio.CancelledError, "base": BaseException, "closed": GeneratorExit, "exit": SystemExit}
def setup(robot):
    def plain(res):
        raise WHAT[res.match[1]]
    async def later(res):
        await asyncio.sleep(0)
        raise WHAT[res.match[1]]
    def matcher(message):
        raise WHAT[message.text.split()[1]]
    robot.hear(r"^plain (.*)", plain)
    robot.hear(r"^later (.*)", later)
    robot.listen(lambda message: message.text.startswith("match") and matcher(message), plain)
"""
KINDS = ("end", "cancel", "base", "closed", "exit")


async def test_whatever_a_handler_raises_is_an_error_of_its_script_and_of_nobody_else(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": RAISES, "echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("misfit", "echo")
        texts = [f"{how} {kind}" for how in ("plain", "later", "match") for kind in KINDS]
        for text in texts:
            await house.say(ada, room, text)
            await house.say(ada, room, f"echo {text}")
        await house.hears(room, *texts)
        await house.until(lambda: house.script("misfit").errors == len(texts) and house.hubot.probe().waiting == 0)
        assert (house.hubot.probe().hosts, house.script("misfit").failures) == (1, 0)


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "BaseException", "GeneratorExit", "SystemExit"])
async def test_whatever_a_script_raises_when_it_is_loaded_leaves_the_others_alone(kind: str, tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": f"def setup(robot):\n    raise {kind}\n", "echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("echo")
        await house.say(ada, room, "echo here")
        await house.hears(room, "here")
        assert (house.script("misfit").state, house.script("misfit").last_error) == ("broken", f"{kind} at misfit.py:2")
        assert house.hubot.probe().hosts == 1


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are POSIX's")
@pytest.mark.parametrize("misfit", [FORK, GARBLE])
async def test_a_host_that_ends_in_another_way_is_followed_by_the_next(misfit: str, tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": misfit, "echo": ECHO}, limit=LIMIT) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("misfit", "echo")
        await house.say(ada, room, "echo bait")
        await house.say(ada, room, "echo after")
        await house.hears(room, "bait", "after")
        assert house.script("misfit").failures <= 1 < house.hubot.probe().hosts


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are POSIX's")
async def test_what_a_host_has_begun_ends_with_it(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": BEGETS}, limit=LIMIT) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("misfit")
        await house.say(ada, room, "bait")
        await house.until(lambda: house.script("misfit").failures == 1)
        child = int((tmp_path / "bot" / "misfit.py.child").read_text())
        await house.until(lambda: gone(child))


def gone(pid: int) -> bool:
    """Or waits for init to take notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True

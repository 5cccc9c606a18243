"""Scripts that crash, hang, flood, and eat: beside each stands a healthy one, which answers to the same message and to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.hubot.deeds import BOT
from tests.services.hubot.scene import ECHO, scene

LIMIT = 0.5
EXIT = """
import os
def setup(robot):
    robot.hear("bait", lambda res: os._exit(3))
"""
LOOP = """
def setup(robot):
    @lambda handler: robot.hear("bait", handler)
    def loop(res):
        while True:
            pass
"""
SLEEP = """
import time
def setup(robot):
    robot.hear("bait", lambda res: time.sleep(3600))
"""
REGEX = """
def setup(robot):
    robot.hear(r"^(?:bait|a|aa)+$", lambda res: res.send("never"))
"""
WAIT = """
import anyio
def setup(robot):
    async def wait(res):
        await anyio.sleep_forever()
    robot.hear("bait", wait)
"""
STUBBORN = """
import anyio
def setup(robot):
    async def wait(res):
        while True:
            try:
                await anyio.sleep(3600)
            except BaseException:
                pass
    robot.hear("bait", wait)
"""
LATER = """
import anyio
def setup(robot):
    async def loop(res):
        await anyio.sleep(0.05)
        while True:
            pass
    robot.hear("bait", loop)
"""
MEMORY = """
def setup(robot):
    hog = []
    def eat(res):
        while True:
            hog.append(bytearray(16 * 1024 * 1024))
    robot.hear("bait", eat)
"""
BAIT = "echo bait" + "a" * 60 + "!"
STOPPED = {"exit": EXIT, "loop": LOOP, "sleep": SLEEP, "regex": REGEX, "wait": WAIT, "stubborn": STUBBORN, "later": LATER, "memory": MEMORY}
POSTS = 'def setup(robot):\n    robot.hear("bait", lambda res: [res.send(f"flood {n}") for n in range(1000)])\n'


@pytest.mark.parametrize("kind", sorted(STOPPED))
async def test_a_script_that_has_to_be_stopped_is_named_and_the_healthy_one_answers(kind: str, tmp_path: Path) -> None:
    bait = "bait" + "a" * 7995 + "!" if kind == "regex" else BAIT
    heard = "def setup(robot):\n    robot.hear('bait', lambda res: res.send('healthy'))\n"
    async with scene(tmp_path / "bot", {"misfit": STOPPED[kind], "healthy": heard, "echo": ECHO}, limit=LIMIT) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("misfit", "healthy", "echo")
        await house.say(ada, room, bait)
        await house.until(lambda: house.script("misfit").failures == 1)
        await house.say(ada, room, "echo next")
        await house.hears(room, "healthy", "next")
        assert house.said(room).count("healthy") == 1
        assert house.script("healthy").failures == house.script("echo").failures == 0
        assert house.script("misfit").last_error
        await house.until(lambda: house.hubot.probe().waiting == 0)


async def test_memory_that_a_script_ate_is_named_as_what_it_is(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": MEMORY}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "bait")
        await house.until(lambda: house.script("misfit").failures == 1)
        assert house.script("misfit").last_error == "MemoryError: wanted more than 512 MiB"


async def test_after_three_failures_it_is_off_until_its_file_changes(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": EXIT, "echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("misfit")
        for number in range(1, 4):
            await house.say(ada, room, "bait")
            await house.until(lambda number=number: house.script("misfit").failures == number)
        assert house.script("misfit").state == "off"
        await house.say(ada, room, "bait")
        await house.say(ada, room, "echo alive")
        await house.hears(room, "alive")
        assert house.script("misfit").failures == 3
        house.write("misfit", "def setup(robot):\n    robot.hear('bait', lambda res: res.send('better'))\n")
        await house.loaded("misfit")
        await house.say(ada, room, "bait")
        await house.hears(room, "better")


async def test_a_script_that_floods_is_slowed_down_alone(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"flood": POSTS, "echo": ECHO}, slow=True) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("flood", "echo")
        await house.say(ada, room, "bait")
        await house.say(ada, room, "echo alive")
        await house.hears(room, "alive")
        await house.until(lambda: house.script("flood").handled == 1)
        flooded = [text for text in house.said(room) if text.startswith("flood")]
        assert 10 <= len(flooded) <= 14
        assert house.script("flood").refused == 100 - len(flooded)
        assert house.script("echo").refused == 0


REGISTERS = """
def setup(robot):
    robot.commands.register("a", print, {})
"""
BROKEN = {
    "syntax": ("def setup(robot:\n", "SyntaxError at broken.py:1"),
    "import": ("import no_such_module\n", "ModuleNotFoundError no_such_module at broken.py:1"),
    "raises": ("\n\ndef setup(robot):\n    1 / 0\n", "ZeroDivisionError at broken.py:4"),
    "exits": ("raise SystemExit\n", "SystemExit at broken.py:1"),
    "empty": ("", "AttributeError"),
    "number": (REGISTERS.format("help=5"), "TypeError at broken.py:3"),
    "nobody": (REGISTERS.format("allow=[1]"), "ValidationError"),
    "half": (REGISTERS.format("help='\\ud800'"), "UnicodeEncodeError"),
    "long": (REGISTERS.format("help='x' * 5_000_000"), "ValueError"),
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
async def test_a_script_that_cannot_be_loaded_is_shown_and_the_others_go_on(kind: str, tmp_path: Path) -> None:
    source, error = BROKEN[kind]
    async with scene(tmp_path / "bot", {"broken": source, "echo": ECHO}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "echo alive")
        await house.hears(room, "alive")
        assert (house.script("broken").state, house.script("broken").last_error) == ("broken", error)


async def test_a_handler_that_raises_is_shown_by_kind_and_line_and_told_to_who_listens_to_errors(tmp_path: Path) -> None:
    listens = "def setup(robot):\n    robot.error(lambda error, res: res.send(f'caught {type(error).__name__}'))\n"
    raises = "def setup(robot):\n    robot.hear('bait', lambda res: {}[res.message.text])\n"
    async with scene(tmp_path / "bot", {"raises": raises, "listens": listens}) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("raises", "listens")
        await house.say(ada, room, "bait with a secret")
        await house.hears(room, "caught KeyError")
        assert house.script("raises").last_error == "KeyError at raises.py:2"
        assert house.script("raises").errors == 1
        assert house.script("raises").failures == 0


async def test_a_script_that_hangs_while_it_is_loaded_is_switched_off(tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"misfit": "while True:\n    pass\n", "echo": ECHO}, limit=LIMIT) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "echo alive")
        await house.hears(room, "alive")
        assert house.script("misfit").state == "off"


@pytest.mark.parametrize("help", ["None", "'\\ud800'", "'x' * 5_000_000"])
async def test_what_the_server_would_not_understand_of_a_script_is_that_scripts_trouble(help: str, tmp_path: Path) -> None:
    misfit = f"def setup(robot):\n    robot.commands.register('bait', lambda res: None, help={help})\n"
    async with scene(tmp_path / "bot", {"misfit": misfit, "echo": ECHO}, limit=LIMIT) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.say(ada, room, "echo here")
        await house.hears(room, "here")
        await house.until(lambda: house.script("misfit").state == "broken")
        assert house.hubot.probe().hosts == 1

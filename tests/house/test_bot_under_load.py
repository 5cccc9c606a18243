"""People who chat over real sockets beside scripts that crash, hang and flood, and a script that changes while they do.

Latencies are compared with a second house that has no such scripts, in rounds that take turns, so that a machine that is busy with other
things is so for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from tests.house.server import BOOTSTRAP, Person, Server
from tests.house.talk import Talk, talk
from tests.services.hubot.scene import furnish, write

pytestmark = pytest.mark.slow
PATIENCE = 60.0
PING = "def setup(robot):\n    robot.respond('ping (.*)', lambda res: res.reply(f'pong {res.match[1]}'))\n"
CRASH = "import os\ndef setup(robot):\n    robot.hear('bait crash', lambda res: os._exit(1))\n"
HANG = "import time\ndef setup(robot):\n    robot.hear('bait hang', lambda res: time.sleep(3600))\n"
FLOOD = "def setup(robot):\n    robot.hear('bait flood', lambda res: [res.send(f'flood {n}') for n in range(1000)])\n"
MISFITS = {"crash": CRASH, "flood": FLOOD, "hang": HANG}
BAITS = ("crash", "flood", "hang", "crash", "flood")
PEOPLE, EACH = 4, 40
TIMES, FLOOR_S = 3.0, 0.05


class Party:
    """One house, and some people in its one room."""

    def __init__(self, server: Server, boss: Person, room_id: str, talks: list[Talk]) -> None:
        self.server = server
        self.room_id = room_id
        self.talks = talks
        self.acks: dict[str, int] = {}
        self.took: list[float] = []
        self._boss = boss

    async def chat(self, times: int) -> None:
        """All at once, each as fast as they are answered."""
        async with anyio.create_task_group() as tasks:
            for mine in self.talks:
                tasks.start_soon(self._chat, mine, times)

    async def say(self, mine: Talk, text: str) -> None:
        began = anyio.current_time()
        once = f"c{len(self.acks)}-{self.talks.index(mine)}"
        ack = await mine.must("msg.send", room_id=self.room_id, text=text, client_msg_id=once)
        self.took.append(anyio.current_time() - began)
        self.acks[once] = ack["seq"]

    async def stored(self) -> tuple[Counter[str], list[int]]:
        """How often each client_msg_id is there, and every seq."""
        found: list[Any] = []
        page: dict[str, Any] = {"more": True, "next_after_seq": 0}
        while page["more"]:
            page = await self.talks[0].must("msg.list", room_id=self.room_id, after_seq=page["next_after_seq"], limit=200)
            found += page["messages"]
        return Counter(msg["client_msg_id"] for msg in found), [msg["seq"] for msg in found]

    async def bot(self) -> dict[str, Any]:
        answer = await anyio.to_thread.run_sync(lambda: self.server.fetch("/diag.json", token=self._boss.token))
        return answer.said["bot"]

    async def script(self, name: str) -> dict[str, Any]:
        return next(script for script in (await self.bot())["scripts"] if script["name"] == name)

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the bot is so on /diag."""
        bot: dict[str, Any] = {}
        with anyio.move_on_after(PATIENCE):
            while True:
                if holds(bot := await self.bot()):
                    return bot
                await anyio.sleep(0.02)  # Nobody tells a page of readings.
        raise AssertionError(f"it did not come: {bot}")

    async def _chat(self, mine: Talk, times: int) -> None:
        for number in range(times):
            await self.say(mine, f"said {number}")


def scripts_of(bot: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {script["name"]: script for script in bot["scripts"]}


@asynccontextmanager
async def party(folder: Path, scripts: dict[str, str]) -> AsyncGenerator[Party]:
    listing = 'rooms = ["general"]\n' + "".join(f"[scripts.{name}]\n" for name in scripts)
    server = Server(folder / "data", folder / "log")
    bot = await anyio.to_thread.run_sync(laid, folder, scripts, listing)
    server.start("--bootstrap-token", BOOTSTRAP, "--rate-limits", "false", "--scripts", str(bot))
    try:
        async with AsyncExitStack() as stack:
            boss = server.enter("boss", BOOTSTRAP)
            talks = [await stack.enter_async_context(talk(server, who)) for who in (boss, *(server.newcomer() for _ in range(PEOPLE - 1)))]
            room_id = (await talks[0].must("room.create", kind="public", name="general"))["room"]["room_id"]
            await talks[0].until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["target_user_id"] == "u_hubot")
            for mine in talks[1:]:
                await mine.must("room.join", room_id=room_id)
            yield Party(server, boss, room_id, talks)
            for mine in talks:
                await mine.must("room.list")  # A socket with much unread takes ten seconds to close.
        assert server.stop() == 0
        assert server.errors() == []
    finally:
        server.kill()


def laid(folder: Path, scripts: dict[str, str], listing: str) -> Path:
    folder.mkdir()
    return furnish(folder / "bot", scripts, listing)


def p99(took: list[float]) -> float:
    return sorted(took)[int(0.99 * len(took))]


async def test_misfits_neither_lose_nor_delay_what_people_say(tmp_path: Path) -> None:
    async with party(tmp_path / "calm", {"ping": PING}) as calm, party(tmp_path / "wild", {"ping": PING, **MISFITS}) as wild:
        for each in (calm, wild):
            await each.chat(EACH)
            each.took.clear()
        held: list[int] = []
        for bait in BAITS:
            await wild.say(wild.talks[0], f"bait {bait}")
            await wild.chat(EACH)
            held.append((await wild.bot())["waiting"])
            await calm.chat(EACH)
        for each in (calm, wild):
            counts, seqs = await each.stored()
            assert {once: counts[once] for once in each.acks} == dict.fromkeys(each.acks, 1)
            assert seqs == list(range(1, len(seqs) + 1))
        bot = scripts_of(await wild.until(lambda bot: bot["waiting"] == 0))
        assert max(held) > EACH  # The scene: misfits had the host in their hands.
        assert (bot["crash"]["failures"], bot["hang"]["failures"]) == (2, 1)
        assert bot["flood"]["errors"] > 0  # A hundred wishes a run, though here nothing slows it.
        assert (bot["ping"]["failures"], bot["ping"]["errors"], bot["ping"]["refused"]) == (0, 0, 0)
        await wild.say(wild.talks[0], "hubot ping at last")
        await wild.talks[0].until(lambda frame: frame["t"] == "msg.event" and frame["body"]["msg"]["text"].endswith("pong at last"))
        print(f"bot: acks={len(wild.took)} p99 calm={p99(calm.took) * 1e3:.1f} ms wild={p99(wild.took) * 1e3:.1f} ms")
        assert p99(wild.took) <= TIMES * p99(calm.took) + FLOOR_S


COUNT = r"""
def setup(robot):
    def count(res):
        key = res.match[1]
        robot.brain.set(key, (robot.brain.get(key) or 0) + 1)
    robot.hear(r"^said (\S+)$", count)
    def total(res):
        counts = [robot.brain.get(f"{who}-{number}") for who in range(WHO) for number in range(MOST) if robot.brain.get(f"{who}-{number}")]
        res.reply(f"total {len(counts)} most {max(counts)}")
    robot.respond("total", total)
"""
RELOADS = 8


async def test_a_script_that_changes_under_load_hears_each_message_once(tmp_path: Path) -> None:
    text = COUNT.replace("WHO", str(PEOPLE)).replace("MOST", "5000")
    async with party(tmp_path / "house", {"count": text}) as house:
        await house.until(lambda bot: scripts_of(bot)["count"]["loaded"] == 1)
        over = anyio.Event()

        async def chat(who: int) -> None:
            number = 0
            while not over.is_set():
                await house.say(house.talks[who], f"said {who}-{number}")
                number += 1
                if number % 20 == 0:  # A bot that has too much in its list is another matter.
                    await house.until(lambda bot: bot["waiting"] < 300)

        async with anyio.create_task_group() as tasks:
            for who in range(PEOPLE):
                tasks.start_soon(chat, who)
            for number in range(RELOADS):
                loaded = (await house.script("count"))["loaded"]
                write(tmp_path / "house" / "bot", "count", f"{text}# {number}\n")
                await house.until(lambda bot, loaded=loaded: scripts_of(bot)["count"]["loaded"] > loaded)
            over.set()
        bot = await house.until(lambda bot: bot["waiting"] == 0)
        count = scripts_of(bot)["count"]
        assert (count["loaded"], count["errors"], count["failures"], bot["hosts"], bot["missed"]) == (RELOADS + 1, 0, 0, 1, 0)
        said = len(house.acks)
        assert said > 100
        await house.say(house.talks[0], "hubot total")
        await house.talks[0].until(lambda frame: frame["t"] == "msg.event" and f"total {said} most 1" in frame["body"]["msg"]["text"])
        counts, _ = await house.stored()
        assert {once: counts[once] for once in house.acks} == dict.fromkeys(house.acks, 1)


BROKEN = {
    "syntax": "def setup(robot:\n",
    "imports": "import no_such_module\n",
    "loop": "def setup(robot):\n    def loop(res):\n        while True:\n            pass\n    robot.hear('^bait loop', loop)\n",
    "pattern": "def setup(robot):\n    robot.hear(r'^(?:aa|a|bait)+$', lambda res: res.send('never'))\n",
    "memory": "def setup(robot):\n    robot.hear('^bait memory', lambda res: bytearray(2**40))\n",
}
SHOWN = {
    "syntax": ("broken", "SyntaxError at syntax.py:1"),
    "imports": ("broken", "ModuleNotFoundError no_such_module at imports.py:1"),
    "loop": ("on", "5 s"),
    "pattern": ("on", "5 s"),
    "memory": ("on", "MemoryError: wanted more than 512 MiB"),
}


async def test_all_that_a_script_can_be_is_contained_and_shown_on_diag(tmp_path: Path) -> None:
    async with party(tmp_path / "house", {"ping": PING, **BROKEN}) as house:
        mine = house.talks[0]
        for bait in ("bait loop", "bait memory", "bait" + "a" * 7995 + "!"):
            await house.say(mine, bait)
        await house.say(mine, "hubot ping after")
        bot = scripts_of(await house.until(lambda bot: sum(script["failures"] for script in bot["scripts"]) == 3 and bot["waiting"] == 0))
        assert {name: bot[name]["state"] for name in BROKEN} == {name: state for name, (state, _) in SHOWN.items()}
        assert [name for name, (_, error) in SHOWN.items() if error not in bot[name]["last_error"]] == []
        assert (bot["ping"]["state"], bot["ping"]["handled"], bot["ping"]["last_error"]) == ("on", 1, None)

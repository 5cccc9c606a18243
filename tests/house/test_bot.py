"""The built-in bot in the running house: over real sockets, beside a script that hangs, and through a restart."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.house.server import BOOTSTRAP, PATIENCE, Person, Server
from tests.house.talk import Talk, talk
from tests.services.hubot.scene import furnish

PING = "def setup(robot):\n    robot.respond('ping (.*)', lambda res: res.reply(f'pong {res.match[1]}'))\n"
HANGS = "def setup(robot):\n    robot.hear('bait', lambda res: __import__('time').sleep(3600))\n"
KEEPS = """
def setup(robot):
    async def state(res):
        found = await robot.query()
        res.reply(f"state {sorted(found)} {found['connections']} {sorted(found['queues'])}")
    robot.respond("state", state)
    robot.respond("whisper", lambda res: robot.direct(res.message.user.id, "between us"))
    robot.hear("spam", lambda res: robot.mute(res.message.room, res.message.user.id, 60, "spam"))
"""
KEEPER = 'rooms = ["general"]\n[scripts.keeps]\ncan = ["post", "moderate", "status"]\n'
LISTING = 'rooms = ["general"]\n[scripts.ping]\n[scripts.hangs]\n'
POSIX = pytest.mark.skipif(os.name != "posix", reason="processes and modes are POSIX's")


async def answer(mine: Talk, text: str) -> Any:
    """The bot's next message that holds this text."""
    frame = await mine.until(
        lambda frame: frame["t"] == "msg.event" and frame["body"]["msg"].get("bot") and text in frame["body"]["msg"]["text"]
    )
    return frame["body"]["msg"]


def children(pid: int) -> list[int]:
    """Processes that this one has begun and that are still there."""
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


async def test_the_bot_answers_over_sockets_and_goes_on_when_its_host_is_killed_or_hangs(server: Server, tmp_path: Path) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(furnish(tmp_path / "bot", {"ping": PING, "hangs": HANGS}, LISTING)))
    boss = server.enter("boss", BOOTSTRAP)
    async with talk(server, boss) as mine:
        room_id = (await mine.must("room.create", kind="public", name="general"))["room"]["room_id"]
        await mine.until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["target_user_id"] == "u_hubot")
        await mine.must("msg.send", room_id=room_id, text="hubot ping one")
        first = await answer(mine, "pong one")
        assert (first["user_id"], first["user_handle"], first["text"]) == ("u_hubot", "hubot", "@boss pong one")
        bot = server.fetch("/diag.json", token=boss.token).said["bot"]
        assert {script["name"]: script["state"] for script in bot["scripts"]} == {"ping": "on", "hangs": "on"}
        os.kill(bot["host_pid"], signal.SIGKILL)
        await mine.must("msg.send", room_id=room_id, text="hubot ping two")
        await answer(mine, "pong two")
        await mine.must("msg.send", room_id=room_id, text="bait: hubot ping")
        await mine.must("msg.send", room_id=room_id, text="hubot ping three")
        await answer(mine, "pong three")
        bot = server.fetch("/diag.json", token=boss.token).said["bot"]
        assert {script["name"]: script["failures"] for script in bot["scripts"]} == {"ping": 0, "hangs": 1}
    assert server.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(bot["host_pid"], 0)
    assert server.errors() == []


async def test_it_keeps_order_whispers_and_knows_the_state_and_the_log_says_which_script_wanted_it(server: Server, tmp_path: Path) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(furnish(tmp_path / "bot", {"keeps": KEEPS}, KEEPER)))
    boss, guest = server.enter("boss", BOOTSTRAP), server.newcomer()
    async with talk(server, boss) as mine, talk(server, guest) as theirs:
        room_id = (await mine.must("room.create", kind="public", name="general"))["room"]["room_id"]
        await mine.until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["target_user_id"] == "u_hubot")
        await mine.must("room.set_role", room_id=room_id, user_id="u_hubot", role="mod")
        await theirs.must("room.join", room_id=room_id)
        await theirs.must("msg.send", room_id=room_id, text="spam")
        assert (await theirs.hear("room.muted"))["target_user_id"] == guest.user_id
        assert await theirs.code("msg.send", room_id=room_id, text="more") == "FORBIDDEN"
        await mine.must("msg.send", room_id=room_id, text="hubot state")
        state = (await answer(mine, "state"))["text"]
        assert " 2 " in state
        assert "'hubot'" in state
        await mine.must("msg.send", room_id=room_id, text="hubot whisper")
        put_in = await mine.until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["room_id"] != room_id)
        assert (put_in["body"]["target_user_id"], put_in["body"]["actor_user_id"]) == (boss.user_id, "u_hubot")
        await answer(mine, "between us")
        assert put_in["trace"].startswith("hubot:keeps:")
        for t in ("room.muted", "bot.direct_opened"):
            (event,) = (await mine.must("admin.events", type=t))["events"]
            assert (event["actor_user_id"], event["trace"].startswith("hubot:keeps:m_")) == ("u_hubot", True)
        assert not [frame for frame in theirs.frames if frame["body"].get("room_id") not in (None, room_id)]
    assert server.stop() == 0
    assert server.errors() == []


@POSIX
async def test_a_host_ends_with_its_server_however_that_ends(server: Server, tmp_path: Path) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(furnish(tmp_path / "bot", {"ping": PING}, LISTING)))
    boss = server.enter("boss", BOOTSTRAP)
    async with talk(server, boss) as mine:
        await mine.must("room.create", kind="public", name="general")
        (pid,) = await settled(server, boss, hosts=1, processes=1)
    server.kill()
    with anyio.fail_after(10):
        while True:
            if not alive(pid):
                break
            await anyio.sleep(0.01)


def alive(pid: int) -> bool:
    """Not a zombie that nobody has fetched."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@POSIX
def test_with_the_bot_switched_off_nothing_of_it_is_there(server: Server) -> None:
    server.start("--bootstrap-token", BOOTSTRAP, "--bot", "false")
    boss = server.enter("boss", BOOTSTRAP)
    assert server.process
    assert children(server.process.pid) == []
    said = server.fetch("/diag.json", token=boss.token).said
    assert "bot" not in said
    assert not [life for life in said["tree"] if "bot" in life["path"]]
    assert not (server.data / "scripts").exists()


@POSIX
async def test_by_default_there_is_a_bot_and_a_process_of_it_only_while_it_is_in_a_room(server: Server) -> None:
    server.start("--bootstrap-token", BOOTSTRAP)
    boss = server.enter("boss", BOOTSTRAP)
    listing = server.data / "scripts" / "scripts.toml"
    assert [path.stat().st_mode & 0o777 for path in (listing.parent, listing)] == [0o700, 0o600]
    await settled(server, boss, hosts=0, processes=0)
    assert server.stop() == 0
    listing.write_text(listing.read_text().replace('# rooms = ["General"]', 'rooms = ["general"]'))
    (listing.parent / "ping.py").write_text(PING)
    server.start()
    await settled(server, boss, hosts=0, processes=0)
    async with talk(server, boss) as mine:
        room_id = (await mine.must("room.create", kind="public", name="general"))["room"]["room_id"]
        await mine.until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["target_user_id"] == "u_hubot")
        await mine.must("msg.send", room_id=room_id, text="hubot ping one")
        await answer(mine, "pong one")
        await settled(server, boss, hosts=1, processes=1)
        await mine.must("room.kick", room_id=room_id, user_id="u_hubot")
        await settled(server, boss, hosts=1, processes=0)
        assert server.errors() == []


async def settled(server: Server, boss: Person, *, hosts: int, processes: int) -> list[int]:
    """The processes that the server has begun, when the bot has had so many hosts and so many are there."""
    assert server.process
    with anyio.fail_after(PATIENCE):
        while True:
            begun = children(server.process.pid)
            if (server.fetch("/diag.json", token=boss.token).said["bot"]["hosts"], len(begun)) == (hosts, processes):
                return begun
            await anyio.sleep(0.01)


@POSIX
def test_scripts_that_others_could_write_are_refused_at_the_start(server: Server, tmp_path: Path) -> None:
    directory = furnish(tmp_path / "bot", {"ping": PING})
    directory.chmod(0o777)
    found = server.command("serve", "--scripts", str(directory))
    assert (found.returncode, found.stdout) == (78, "")
    (line,) = found.stderr.splitlines()
    assert f"chmod go-w {directory}" in line

"""`devchitchat bot backtest` on what a real server has recorded: what a script would have said, and not a byte is changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.house.server import BOOTSTRAP, Server
from tests.house.talk import Talk, talk
from tests.services.hubot.scene import ECHO, furnish

ROOMS = 'rooms = ["general", "games"]\n'
LISTING = '[scripts.keeper]\ncan = ["post", "moderate"]\n'
TRIED = """
def setup(robot):
    begun = robot.now()
    robot.hear("^echo (.*)", lambda res: res.send(f"would say {res.match[1]}"))
    robot.hear("^bad", lambda res: robot.delete(res.message))
    robot.topic(lambda res: res.send(f"so it is {res.message.text}"))
    robot.enter(lambda res: res.send(f"welcome {res.message.user.name}"))
    robot.every(86400, lambda: robot.message_room("r_none", f"day {round((robot.now() - begun) / 86400)}"))
    robot.hear("^raise", lambda res: {}["key"])
"""


def digests(data: Path) -> dict[str, str]:
    """Of the database and its log; the index of the log is memory that processes share, and no part of what is kept."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in data.glob("devchitchat.db*") if not path.name.endswith("-shm")
    }


def all_digests(data: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in data.glob("devchitchat.db*")}


async def bot_in(mine: Talk, name: str) -> str:
    """A room that the bot has entered."""
    room_id = (await mine.must("room.create", kind="public", name=name))["room"]["room_id"]
    await mine.until(
        lambda frame: (
            frame["t"] == "room.member_event" and (frame["body"]["room_id"], frame["body"]["target_user_id"]) == (room_id, "u_hubot")
        )
    )
    return str(room_id)


def tried(server: Server, script: str, *more: str) -> list[str]:
    """What it prints, without the times."""
    found = server.command("bot", "backtest", script, "--dir", str(server.data.parent / "mine"), *more)
    assert (found.returncode, found.stderr) == (0, "")
    return [line[21:] if line[:2] == "20" else line for line in found.stdout.splitlines()]


async def test_it_says_what_would_have_been_said_and_leaves_every_byte_as_it_was(server: Server, tmp_path: Path) -> None:
    quiet = furnish(tmp_path / "bot", {}, ROOMS)
    directory = furnish(tmp_path / "mine", {"keeper": TRIED, "tried": TRIED}, LISTING)
    server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(quiet))
    boss = server.enter("boss", BOOTSTRAP)
    async with talk(server, boss) as mine:
        general, games = await bot_in(mine, "general"), await bot_in(mine, "games")
        other = (await mine.must("room.create", kind="public", name="other"))["room"]["room_id"]
        for room_id in (general, games, other):
            await mine.must("msg.send", room_id=room_id, text=f"echo in {room_id}")
        taken_back = (await mine.must("msg.send", room_id=general, text="echo a secret"))["msg_id"]
        await mine.must("msg.delete", msg_id=taken_back)
        await mine.must("room.update", room_id=general, topic="tea")
        await mine.must("msg.send", room_id=general, text="bad words")
        await mine.must("msg.send", room_id=general, text="raise")
        await mine.must("msg.send", room_id=general, text="echo \x1b[31mred")

        before = digests(server.data)
        while_it_runs = tried(server, "keeper")
        assert digests(server.data) == before
    wanted = [
        f"general  says: would say in {general}",
        f"games  says: would say in {games}",
        "general  says: so it is tea",
        "general  delete",
        "keeper raised KeyError",
        "general  says: would say \\x1b[31mred",
    ]
    compare(while_it_runs, wanted)
    assert while_it_runs[-1] == "It heard 6 things in 2 rooms; it would have said 6 and done 1, 0 were refused, 1 errors. Nothing was done."
    assert [line for line in while_it_runs if "day" in line] == ["r_none  says: day 1", "r_none  says: day 2"]

    server.kill()
    killed = all_digests(server.data)
    assert tried(server, "keeper") == while_it_runs
    assert all_digests(server.data) == killed

    server.start("--scripts", str(quiet))
    assert server.stop() == 0
    stopped = all_digests(server.data)
    assert tried(server, "keeper") == while_it_runs
    assert tried(server, "keeper", "--room", "games")[-1].startswith("It heard 1 things in 1 rooms")
    assert "(refused: FORBIDDEN: tried is not granted 'moderate')" in "\n".join(tried(server, str(directory / "tried.py")))
    assert all_digests(server.data) == stopped


def compare(lines: list[str], wanted: list[str]) -> None:
    """In this order, whatever else is there."""
    rest = iter(lines)
    assert [line for line in wanted if not any(each.startswith(line) for each in rest)] == []
    assert not [line for line in lines if "secret" in line or "other" in line]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(["no_such"], "there is no"), (["echo", "--room", "nowhere"], "has heard nothing in a room"), (["echo"], "there is no database")],
)
def test_what_cannot_be_tried_is_said_in_a_line(arguments: list[str], why: str, server: Server, tmp_path: Path) -> None:
    directory = furnish(tmp_path / "bot", {"echo": ECHO})
    if why != "there is no database":
        server.start("--scripts", str(directory))
    found = server.command("bot", "backtest", *arguments, "--scripts", str(directory))
    assert found.returncode != 0
    assert why in found.stderr and len(found.stderr.splitlines()) == 1

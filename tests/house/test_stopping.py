"""How a house ends: everybody is told to come back (1012), the store is emptied, and the exit code says that all is well."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import AsyncExitStack

import pytest

from tests.house.server import PATIENCE, ROOT, Person, Server, clean
from tests.house.talk import Talk, talk

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
GIVING_UP = """
import sys
import anyio
from devchitchat import chores, cli

def sickly(bus):
    async def run(*, task_status=anyio.TASK_STATUS_IGNORED):
        task_status.started()
        raise ZeroDivisionError("what nobody may read")
    return run

chores.keep_retention = sickly
sys.exit(cli.main(sys.argv[1:]))
"""


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_tells_fifty_sockets_empties_its_log_and_ends_well(number: int, server: Server) -> None:
    server.start("--rate-limits", "false")
    people = [server.newcomer() for _ in range(5)]
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(talk(server, person)) for person in people for _ in range(10)]
        room = (await talks[0].must("room.create", kind="public", name="hall"))["room"]["room_id"]
        await talks[0].must("msg.send", room_id=room, text="good night")
        started = time.monotonic()
        server.tell(number)
        assert [await one.ended() for one in talks] == [1012] * 50
        assert server.wait() == 0
        took = time.monotonic() - started
    assert took < 3.0
    wal = server.data / "devchitchat.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0
    assert server.errors() == []
    print(f"stop: signal={signal.Signals(number).name} sockets=50 closed_1012=50 time={took:.2f}s")


@POSIX
async def test_while_it_drains_it_says_that_it_is_not_ready(server: Server) -> None:
    server.start("--rate-limits", "false")
    invite = server.lines[1].partition("#invite=")[2]
    admin = server.enter("chief", invite)
    async with talk(server, admin) as asleep:
        await fall_asleep(server, asleep, admin)
        server.tell(signal.SIGTERM)
        answer = server.fetch("/healthz")
        while answer.status == 200:
            answer = server.fetch("/healthz")
        assert (answer.status, answer.said) == (503, {"status": "draining"})
        assert server.wait() == 0
        asleep.socket.transport.abort()


async def fall_asleep(server: Server, asleep: Talk, admin: Person) -> None:
    """Ask for long pages and read none, until the server cannot get rid of them: closing that socket takes its whole second."""
    room = (await asleep.must("room.create", kind="public", name="hall"))["room"]["room_id"]
    for _ in range(100):
        await asleep.must("msg.send", room_id=room, text="z" * 8000)
    asleep.socket.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(30):
        await asleep.say("msg.list", room_id=room, limit=100)
        before = outbox(server, admin)
        for _ in range(20):
            if (now := outbox(server, admin)) != before or now["frames"] == 0:
                break
        else:
            return
    raise AssertionError("the socket took everything")


def outbox(server: Server, admin: Person) -> dict[str, int]:
    (connection,) = server.fetch("/diag.json", token=admin.token).said["connections"]
    found: dict[str, int] = connection["outbox"]
    return found


def test_when_a_child_dies_too_often_the_process_gives_up_and_says_why(server: Server) -> None:
    command = [sys.executable, "-P", "-c", GIVING_UP, "serve", *server.options]
    found = subprocess.run(command, cwd=ROOT, env=clean(), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert found.returncode == 70
    said = found.stderr.splitlines()[-1]
    assert said.startswith("devchitchat: giving up: ")
    assert "retention died of ZeroDivisionError" in said
    assert "what nobody may read" not in found.stderr

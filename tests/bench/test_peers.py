"""Peers that run are measured; those that cannot be had, or die, are named with the reason; and no process is left behind."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGKILL
from typing import Any

import anyio
import anyio.to_thread
import pytest

from bench import family
from bench.client import Fault
from bench.peers import comparison, fetch, granian_echo, report, ws
from bench.peers.dialect import Seat
from bench.peers.flow import Talk, Trips
from bench.peers.paced import Paced
from bench.peers.plain import Plain
from bench.peers.program import TETHER, Peer, Stand, started
from bench.peers.talker import Talker
from bench.peers.workload import WORKLOADS, Workload
from bench.result import Result
from bench.wire import Lacking

FEW = tuple(each for each in WORKLOADS if each.name in ("fan-out/10", "relay/3000", "paced/10", "group/10"))


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The generator knows asyncio only."""
    return "asyncio", {"use_uvloop": False}


async def test_what_nobody_said_and_what_is_lost_ends_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.peers.flow.PATIENCE_S", 0.05)
    people = [Talker(Plain(), Seat("ten", number)) for number in range(2)]
    said: list[bytes] = []
    for talker in people:
        monkeypatch.setattr(talker, "to_room", said.append)
        monkeypatch.setattr(talker, "to_one", lambda address, payload: None)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    lost = Talk(people, 1, 1, 100, acks=False, timed=True)
    with pytest.raises(Fault, match="not heard by everybody"):
        await lost.last(0)
    stray = Trips(people[0], people[1], 100)
    people[1].listen([b"never said"])
    with pytest.raises(Fault, match="not said"):
        await stray.last(0)
    assert len(said) == 1
    late = Paced(people, 1_000, 100, acks=False, seed=0)
    with pytest.raises(Fault, match="not heard by everybody"):
        await late.last(0.02)
    assert len(said) > 2


async def compared(*peers: Peer, seconds: float = 0.1, tell: Any = lambda text: None) -> list[Result]:  # pyright: ignore[reportUnknownLambdaType]
    return await comparison.compare(peers, FEW, seconds, None, tell)


def children() -> set[int]:
    return family.descent(os.getpid(), family.everybody()) - {os.getpid()}


async def test_two_peers_are_measured_side_by_side_and_one_that_is_not_there_is_named() -> None:
    try:
        await fetch.node_modules()
    except Lacking as lacking:
        pytest.skip(str(lacking))
    before = children()
    found = await compared(ws.PEER, Peer("nowhere", absent), granian_echo.PEER)
    assert [each.scenario for each in found] == [f"peers/{each.name}" for each in FEW]
    assert all([row[0] for row in each.table.rows] == ["ws", "granian-echo"] for each in found)
    assert all("nowhere was left out: nobody sells it." in each.table.notes for each in found)
    assert all(value > 0 for each in found for name, value in each.figures.items() if not name.endswith("cpu_us"))
    assert {"peers/ws/fan-out/10/p50_ms", "peers/granian-echo/group/10/messages_per_s"} <= {name for each in found for name in each.figures}
    assert children() == before


async def test_a_peer_that_dies_in_between_is_named_and_the_others_go_on() -> None:
    pids: list[int] = []
    mortal = Peer("mortal", granian_echo.opened)

    def tell(text: str) -> None:
        if text == "starting other":
            pids.extend(children())
        elif text.startswith("round 2") and pids:
            os.kill(pids.pop(), SIGKILL)

    before = children()
    assert before == set()
    found = await compared(mortal, Peer("other", granian_echo.opened), tell=tell)
    assert all("mortal was cut short: it ended in the middle of the bench with code -9" in each.table.notes[0] for each in found)
    assert all(each.partial for each in found)
    assert children() == before


async def test_a_run_that_is_cancelled_leaves_no_process_behind() -> None:
    seen: set[int] = set()
    with anyio.CancelScope() as scope:

        def tell(text: str) -> None:
            if text.startswith("round 2"):
                seen.update(children())
                scope.cancel()

        await compared(granian_echo.PEER, tell=tell)
    assert scope.cancelled_caught
    assert len(seen) == 1
    assert children() == set()


async def test_a_program_that_does_not_start_is_lacking_with_its_last_word() -> None:
    complains = [sys.executable, "-c", "import sys; sys.exit('no such port')"]
    with pytest.raises(Lacking, match="no such port"):
        async with started(lambda place, port: complains, Plain(), ""):
            pass


@pytest.mark.skipif(not TETHER, reason="there is no setpriv here")
async def test_a_bench_that_is_killed_takes_its_peers_along(tmp_path: Path) -> None:
    script = (
        "import anyio, os\nfrom bench import family\nfrom bench.peers import granian_echo\n"
        "async def main():\n async with granian_echo.opened():\n  me = os.getpid()\n"
        "  print(*(family.descent(me, family.everybody()) - {me}), flush=True)\n  os.kill(me, 9)\n"
        "anyio.run(main)"
    )
    killed = await anyio.run_process([sys.executable, "-c", script], check=False, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert killed.returncode == -9
    with anyio.fail_after(5):
        await anyio.to_thread.run_sync(wait_for_end_of, int(killed.stdout), abandon_on_cancel=True)


def wait_for_end_of(pid: int) -> None:
    try:
        ended = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    select.select([ended], [], [])
    os.close(ended)


async def test_an_ended_command_of_an_index_says_why() -> None:
    with pytest.raises(Lacking, match="fetching failed: offline"):
        await fetch.run([sys.executable, "-c", "import sys; sys.exit('offline')"], "fetching")
    wordy = "import sys; sys.exit('why: no network\\nwhy: a log was written\\n at line 7')"
    with pytest.raises(Lacking, match=r"fetching failed: why: no network$"):
        await fetch.run([sys.executable, "-c", wordy], "fetching", why="why:")


def test_each_turn_begins_with_another() -> None:
    standing = [comparison.Standing(peer) for peer in (ws.PEER, granian_echo.PEER, Peer("third", absent))]
    alone = (Workload("w", "ten", 10, "", ()),)
    orders = [[each.name for each, _ in comparison.turns(standing, alone, turn)] for turn in range(3)]
    assert orders == [["ws", "granian-echo", "third"], ["ws", "third", "granian-echo"], ["third", "ws", "granian-echo"]]
    assert report.results(standing, alone) == []


@asynccontextmanager
async def absent(beside: Path | None = None) -> AsyncGenerator[Stand]:
    raise Lacking("nobody sells it")
    yield

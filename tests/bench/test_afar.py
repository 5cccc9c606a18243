"""A look at a server elsewhere is slow, leaves nothing behind, shows no token, and says plainly what is wrong with the address."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import anyio
import pytest

import bench
from bench import afar, options
from bench.client import Fault, leaves
from bench.house import running
from bench.progress import Course, followed
from bench.scenarios import chosen
from bench.wire import Lacking, Unanswered
from bus.protocol.messages import MsgList
from bus.protocol.rooms import RoomList
from bus.secret import Secret

pytestmark = pytest.mark.usefixtures("idle_machine")
TOKEN = "very-secret-token"


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The load knows asyncio only."""
    return "asyncio", {"use_uvloop": False}


def test_an_address_where_nobody_is_is_said_without_the_token(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVCHITCHAT_BENCH_TOKEN", TOKEN)
    assert bench.main(["store", "--url", "http://127.0.0.1:1"]) == 1
    said = capsys.readouterr()
    assert "nothing answers at ws://127.0.0.1:1/ws" in said.err
    assert TOKEN not in said.err + said.out


def test_a_look_at_a_server_needs_a_token_and_a_scenario_that_harms_nobody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEVCHITCHAT_BENCH_TOKEN", raising=False)
    assert bench.main(["store", "--url", "http://127.0.0.1:1"]) == 1
    assert "needs a session's token" in capsys.readouterr().err
    assert bench.main(["storm", "--url", "http://127.0.0.1:1", "--token", TOKEN]) == 1
    assert "storm can only be measured on a server of the bench's own" in capsys.readouterr().err


@pytest.fixture
def stranger() -> Iterator[str]:
    """A web server that is not ours."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.RequestHandlerClass.log_message = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_an_address_where_somebody_else_is_is_said(stranger: str) -> None:
    with pytest.raises(ExceptionGroup) as refused:
        await afar.run("store", stranger, Secret(TOKEN), 1.0)
    assert [str(each).partition(":")[0] for each in leaves(refused.value) if isinstance(each, Unanswered)] == ["what answers at ws"]


async def test_a_token_that_nobody_has_is_said() -> None:
    async with running() as house:
        with pytest.raises(ExceptionGroup) as refused:
            await afar.run("store", house.url, Secret(TOKEN), 1.0)
    (lacking,) = [each for each in leaves(refused.value) if isinstance(each, Lacking)]
    assert TOKEN not in str(lacking)


def test_all_looks_together_take_a_minute_at_most() -> None:
    for named, each_s in (([], 20.0), (["store"], 60.0)):
        said = options.parser().parse_args([*named, "--url", "https://chat.example", "--seconds", "86400"])
        looks = chosen(said.scenarios, full=False, peers=False, afar=True)
        assert options.how_long(said, scenarios=len(looks)) == each_s


async def test_a_look_that_is_cut_short_leaves_no_room_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afar, "PAUSE_S", 0.05)
    async with running() as house, anyio.create_task_group() as tasks:
        token, course = Secret(house.cookie.partition("=")[2]), Course("store", 1, 1)
        with followed(course), anyio.CancelScope() as look:
            tasks.start_soon(cut_short, course, look)
            await afar.run("store", house.url, token, 60.0)
        assert look.cancelled_caught
        assert (await house.admin.ask(RoomList())).rooms == []


async def cut_short(course: Course, look: anyio.CancelScope) -> None:
    """As soon as something was measured."""
    while not (course.so_far and course.so_far().table.rows):  # noqa: ASYNC110
        await anyio.sleep(0.01)
    look.cancel()


@pytest.mark.parametrize("scenario", ["store", "fan-out", "relay"])
async def test_a_look_at_a_running_server_is_slow_and_leaves_no_room_behind(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afar, "PAUSE_S", 0.1)
    async with running() as house:
        token = Secret(house.cookie.partition("=")[2])
        found = await afar.run(scenario, house.url, token, 0.35)
        rooms = (await house.admin.ask(RoomList())).rooms
        with pytest.raises(Fault, match="NOT_FOUND"):
            await house.admin.ask(MsgList("r_nowhere"))
    assert rooms == []
    messages = int(found.table.rows[0][0]) // (afar.SOCKETS if scenario == "fan-out" else 1)
    assert 1 <= messages <= (2 if scenario == "relay" else 4)

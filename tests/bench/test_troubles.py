"""Whatever goes wrong is one clear line, leaves no process behind, and what there is by then is marked as partial."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import anyio
import pytest
from anyio.abc import Process

import bench
from bench import machine, store
from bench.client import CLOSED, Client, Died, Fault, leaves
from bench.fan_out import Crowd
from bench.house import House, running, served
from bench.wire import Lacking, Unanswered
from bus.protocol.session import Ping

pytestmark = pytest.mark.usefixtures("idle_machine")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The load knows asyncio only."""
    return "asyncio", {"use_uvloop": False}


def test_what_fails_is_a_line_and_the_next_scenario_has_its_turn(
    pretending: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for does, says in ((pretending.fail, "somebody heard a message twice"), (pretending.lack, "there is no such thing here")):
        monkeypatch.setattr(pretending, "does", does)
        assert bench.main(["pretend"]) == 1
        said = capsys.readouterr()
        assert said.err == f"devchitchat bench: pretend: {says}\n"
        assert "## Pretend (partial: it was cut short)" in said.out
        assert f"These results are partial (pretend: {says})." in said.out


@pytest.mark.parametrize("how", ["interrupt", "end"])
def test_a_bench_that_is_stopped_prints_what_it_has_as_partial(
    how: str, pretending: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pretending, "does", getattr(pretending, how))
    before = signal.getsignal(signal.SIGTERM)
    assert bench.main(["pretend"]) == 130
    said = capsys.readouterr()
    assert "cut short" in said.err
    assert "## Pretend (partial: it was cut short)" in said.out and "These results are partial" in said.out
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_mistake_of_ours_is_not_hidden(pretending: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pretending, "does", break_off)
    with pytest.raises(ExceptionGroup) as broken:
        bench.main(["pretend"])
    assert isinstance(next(leaves(broken.value)), ZeroDivisionError)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_bench_that_is_stopped_leaves_no_process_behind(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "devchitchat", "bench", "store", "--beside", str(tmp_path), "--seconds", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environment()) as process:
        server = child(process)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"cut short" in said and b"Traceback" not in said
    gone(server)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not machine.TETHER, reason="this system has no setpriv")
def test_a_bench_that_is_killed_outright_takes_its_server_along(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "devchitchat", "bench", "store", "--beside", str(tmp_path), "--seconds", "60"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment()) as process:
        server = child(process)
        listening(server, tmp_path)
        process.kill()
    gone(server)


async def test_a_server_that_was_not_wanted_any_more_while_it_was_started_is_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[Process] = []
    open_process = anyio.open_process

    async def open_and_note(*command: Any, **more: Any) -> Process:
        tasks.cancel_scope.cancel()
        opened.append(process := await open_process(*command, **more))
        return process

    monkeypatch.setattr(anyio, "open_process", open_and_note)
    async with anyio.create_task_group() as tasks, served(tmp_path, "b" * 32):
        pass
    assert [each.returncode is None for each in opened] == [False]


def listening(server: int, beside: Path) -> None:
    """Waits until it has made its database: it is itself, and no wrapper any more."""
    while not list(beside.glob("*/*.db")):
        assert Path(f"/proc/{server}").exists()


def gone(server: int) -> None:
    deadline = monotonic() + 30
    while Path(f"/proc/{server}").exists():
        assert monotonic() < deadline


def child(process: subprocess.Popen[bytes]) -> int:
    """The server that a bench has started, as soon as it is."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (found := children.read_text().split()):
        assert process.poll() is None
    return int(found[0])


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def test_a_server_that_dies_between_rounds_ends_the_scenario_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "SETTINGS", (1,))
    monkeypatch.setattr(store, "memory_place", lambda: None)
    measure = store.Setting.measure

    async def measure_and_kill(self: store.Setting, seconds: float, at_s: float) -> None:
        await measure(self, seconds, at_s)
        os.kill(pid(self._house), signal.SIGKILL)  # pyright: ignore[reportPrivateUsage]

    monkeypatch.setattr(store.Setting, "measure", measure_and_kill)
    assert bench.main(["store", "--seconds", "0.4"]) == 1
    said = capsys.readouterr()
    assert said.err == "devchitchat bench: store: the server died in the middle of the bench, by signal 9\n"
    assert "## Store (partial: it was cut short)" in said.out and "| disk |       1 |" in said.out


async def test_a_server_that_dies_while_all_wait_is_noticed() -> None:
    with pytest.raises(ExceptionGroup) as died:
        async with running() as house:
            os.kill(pid(house), signal.SIGKILL)
            await anyio.sleep_forever()
    assert any(isinstance(each, Died) for each in leaves(died.value))


def pid(house: House) -> int:
    return house.pid


async def test_who_asks_on_a_socket_that_was_closed_does_not_wait_for_ever() -> None:
    async with running() as house:
        client, _ = await house.newcomer()
        parted = anyio.Event()
        client.parted = parted.set
        await client._wire.send(b"not json")  # pyright: ignore[reportPrivateUsage]
        await client.close()
        await parted.wait()
        with pytest.raises(Fault, match=CLOSED):
            await client.ask(Ping())


async def test_a_crowd_that_lost_somebody_does_not_wait_for_them() -> None:
    async with running() as house:
        room_id, people = await house.room(3)
        crowd = Crowd(people, room_id)
        await crowd.tell_all()
        await people[2].close()
        with pytest.raises(Fault, match=CLOSED):
            await crowd.tell_all()


def test_too_few_open_files_are_raised_to_what_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(1_024, 4_096)]

    def now(which: int) -> tuple[int, int]:
        return limits[-1]

    def become(which: int, given: tuple[int, int]) -> None:
        limits.append(given)

    monkeypatch.setattr(resource, "getrlimit", now)
    monkeypatch.setattr(resource, "setrlimit", become)
    machine.open_files(500)
    assert limits == [(1_024, 4_096)]
    machine.open_files(2_000)
    assert limits[-1] == (4_096, 4_096)
    with pytest.raises(Lacking, match="needs 5,100 open files and the system allows 4,096"):
        machine.open_files(5_000)


def test_every_scenario_says_so_before_it_begins_when_there_are_too_few_open_files() -> None:
    bench_it = f"ulimit -n 64; exec {sys.executable} -P -m devchitchat bench store join --quick"
    done = subprocess.run(["sh", "-c", bench_it], capture_output=True, text=True, cwd=ROOT, env=environment(), check=False)
    assert done.returncode == 1
    for name in ("store", "join"):
        assert f"devchitchat bench: {name}: this needs 300 open files and the system allows 64: raise it" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("missing", "says"), [(("hdrh",), "a bench needs hdrhistogram"), (("picows", "websockets"), "a bench needs picows")]
)
def test_a_package_that_is_not_installed_is_a_line_and_not_a_traceback(missing: tuple[str, ...], says: str) -> None:
    program = f"import sys; sys.modules.update(dict.fromkeys({missing!r})); import bench; sys.exit(bench.main(['fan-out', '--quick']))"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, cwd=ROOT, env=environment(), check=False)
    assert done.returncode == 1
    assert f"devchitchat bench: {says}" in done.stderr and "Traceback" not in done.stderr


async def test_a_client_that_cannot_connect_says_where() -> None:
    async with anyio.create_task_group() as tasks:
        with pytest.raises(Unanswered, match="nothing answers at ws://127"):
            await Client.greet("ws://127.0.0.1:1/ws", tasks)

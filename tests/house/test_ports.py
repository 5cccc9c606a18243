"""Ports that others have: the house says so in one line, its own machine chats all the same, and every command knows where."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from devchitchat import app, outside
from devchitchat.config import Config
from tests.conftest import ASYNCIO, UVLOOP, Loop
from tests.house.server import PATIENCE, Server, free_port
from tests.house.talk import chats

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=[pytest.param(ASYNCIO, id="asyncio"), pytest.param(UVLOOP, id="uvloop")])
def anyio_backend(request: pytest.FixtureRequest) -> Loop:
    """Granian knows asyncio only."""
    return request.param


class Unnamed(Server):
    """A server that nobody told a port of plain HTTP."""

    @property
    def options(self) -> list[str]:
        return ["--data", str(self.data), *self._tls]

    def start(self, *options: str) -> list[str]:
        lines = super().start(*options)
        found = re.search(r"http://127\.0\.0\.1:(\d+)", lines[0])
        assert found
        self.port = int(found[1])
        return lines


@pytest.fixture
def unnamed(tmp_path: Path) -> Iterator[Unnamed]:
    server = Unnamed(tmp_path / "data", tmp_path / "log", "--host", "127.0.0.1", "--https-port", str(free_port()))
    yield server
    server.kill()


@pytest.fixture
def usual() -> Iterator[int]:
    """The usual port, which somebody has: we, or else another program of this machine."""
    with closing(socket.socket()) as door:
        with suppress(OSError):
            door.bind(("127.0.0.1", 8080))
            door.listen()
        yield 8080


def test_with_the_usual_port_taken_every_command_knows_the_one_that_is_taken_instead(unnamed: Unnamed, usual: int) -> None:
    lines = unnamed.start()
    assert unnamed.port != usual
    assert lines[1] == f"Port {usual} is in use by another program, so this is port {unnamed.port} (--http-port chooses another)"
    assert lines[2].startswith(f"You are its first admin. Open: http://127.0.0.1:{unnamed.port}/#invite=")
    assert unnamed.command("health").stdout == "ready\n"
    assert unnamed.command("invite").stdout.startswith(f"http://127.0.0.1:{unnamed.port}/#invite=")
    again = unnamed.command("serve")
    assert (again.returncode, "already running" in again.stderr) == (1, True)
    assert unnamed.stop() == 0
    assert not (unnamed.data / "ports.json").exists(), "the usual port holds again"


def test_a_port_that_was_asked_for_by_name_ends_the_start_in_one_line(unnamed: Unnamed, usual: int) -> None:
    refused = unnamed.command("serve", "--http-port", str(usual), "--log-level", "error")
    why = f"cannot listen on 127.0.0.1 port {usual}: Address already in use"
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [f"devchitchat: {why} (--http-port and --https-port choose others)"]


async def test_with_the_port_of_https_taken_this_machine_chats_over_plain_http(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = Server(tmp_path / "data", tmp_path / "log", "--https-port", str(port), "--no-mdns")
        try:
            lines = server.start()
            why = f"port {port} is in use by another program: stop that, or choose another with --https-port PORT"
            assert f"TLS: off, since {why} (it looks again every minute)" in lines
            assert "Only this machine can reach it; nobody else is let in without TLS" in lines
            invite = next(line for line in lines if "#invite=" in line).partition("#invite=")[2]
            await chats(server, server.enter("ada", invite))
            assert server.command("invite").stdout.startswith(f"http://127.0.0.1:{server.port}/#invite=")
        finally:
            server.kill()


class Printed:
    """What the house told a program, start by start."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    async def start(self, number: int) -> dict[str, Any]:
        with anyio.fail_after(PATIENCE):
            while self._text.count("\n") < number:
                await anyio.sleep(0.01)
                self._text += self._capsys.readouterr().out
        return json.loads(self._text.splitlines()[number - 1])


async def test_when_the_port_of_https_is_free_again_others_are_let_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "LOOK_AGAIN_S", 0.05)
    printed = Printed(capsys)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = Config(data=tmp_path / "data", host="127.0.0.1", http_port=free_port(), https_port=port)
        config.data.mkdir(mode=0o700)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(app.live, config, True)
            before = await printed.start(1)
            assert (before["https_port"], str(port) in before["trouble"]) == (None, True)
            async with connect(f"ws://127.0.0.1:{config.http_port}/ws") as wire:
                taken.close()
                with anyio.fail_after(PATIENCE), pytest.raises(ConnectionClosed) as end:
                    await wire.recv()
            assert end.value.rcvd and end.value.rcvd.code == 1012
            after = await printed.start(2)
            assert (after["https_port"], after["trouble"], after["http_port"]) == (port, None, config.http_port)
            trusting = ssl.create_default_context(cafile=str(config.data / "tls" / "authority.crt"))
            async with httpx.AsyncClient(verify=trusting) as browser:
                assert (await browser.get(f"https://localhost:{port}/healthz")).status_code == 200
            signal.raise_signal(signal.SIGTERM)
    assert not (config.data / "ports.json").exists()

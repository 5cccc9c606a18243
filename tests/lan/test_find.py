"""`devchitchat find` lists whom it found, opens one, and says what to check when there was nobody."""

from __future__ import annotations

import json
import sys
import webbrowser
from contextlib import ExitStack

import pytest

from devchitchat.lan import find
from devchitchat.lan.found import Server
from tests.lan.conftest import Serve
from tests.lan.network import Machine, Network, eventually
from tests.lan.states import named

ONE = Server("chat", "devchitchat.local", ("10.0.0.1",), 8443, "1", "ab12", True, True, "https://devchitchat.local:8443/")
TWO = Server("den", "devchitchat-2.local", ("10.0.0.2",), 8443, "1", None, True, False, "https://10.0.0.2:8443/")
SILENT = Server("mute", "mute.local", ("10.0.0.3",), 8443, "1", None)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser was told to open."""
    urls: list[str] = []
    monkeypatch.setattr(webbrowser, "open", urls.append)
    return urls


def finds(monkeypatch: pytest.MonkeyPatch, *servers: Server, typed: str | None = None) -> None:
    def look(seconds: float) -> list[Server]:
        return [*servers]

    def asked(text: str) -> str:
        return typed or ""

    monkeypatch.setattr(find, "look", look)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: typed is not None, raising=False)
    monkeypatch.setattr("builtins.input", asked)


def test_the_one_there_is_is_opened(monkeypatch: pytest.MonkeyPatch, opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch, ONE)
    assert find.run(seconds=1, opens=True, as_json=False) == 0
    assert opened == [ONE.url]
    assert "chat: https://devchitchat.local:8443/" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "url"), [("2", TWO.url), ("3", None), ("0", None), ("", None), ("x", None), ("4", None), (None, None)])
def test_of_several_the_one_whose_number_is_typed(
    monkeypatch: pytest.MonkeyPatch, opened: list[str], typed: str | None, url: str | None
) -> None:
    finds(monkeypatch, ONE, TWO, SILENT, typed=typed)
    assert find.run(seconds=1, opens=True, as_json=False) == 0
    assert opened == ([url] if url else [])


def test_a_list_opens_nothing(monkeypatch: pytest.MonkeyPatch, opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch, ONE)
    assert find.run(seconds=1, opens=False, as_json=False) == 0
    assert find.run(seconds=1, opens=True, as_json=True) == 0
    assert opened == []
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["url"] == ONE.url


def test_with_nobody_it_says_what_to_check(monkeypatch: pytest.MonkeyPatch, opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    finds(monkeypatch)
    assert find.run(seconds=1, opens=True, as_json=False) == 1
    said = capsys.readouterr().err
    assert all(hint in said for hint in ("same network", "5353", "--no-mdns", "client isolation"))


def listed(machine: Machine) -> list[dict[str, object]]:
    done = machine.run(sys.executable, "-m", "devchitchat", "find", "--seconds", "1", "--json", within=30.0)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_guest_lists_the_servers_of_its_network(ends: ExitStack, home: Network, serve: Serve) -> None:
    house, visitor = Machine(ends), Machine(ends)
    address = home.plug(house, 10)
    home.plug(visitor, 11)
    assert listed(visitor) == []
    server = serve(house)
    assert named(server) == "devchitchat.local"
    (found,) = eventually(lambda: listed(visitor), bool)
    assert (found["host"], found["port"], found["fingerprint"], found["version"]) == ("devchitchat.local", 8443, "ab12", "1.2.3")
    assert address in str(found["addresses"])
    assert (found["reachable"], found["url"]) == (False, None)


def test_lies_on_the_network_neither_end_it_nor_fill_the_screen(ends: ExitStack, home: Network, serve: Serve) -> None:
    house, visitor, rascal = Machine(ends), Machine(ends), Machine(ends)
    for number, machine in enumerate((house, visitor, rascal), 10):
        home.plug(machine, number)
    host = named(serve(house))
    looking = visitor.start(sys.executable, "-m", "devchitchat", "find", "--seconds", "3", "--list")
    lying = rascal.run(sys.executable, "-m", "tests.lan.wire", "flood", "40000", host, within=60.0)
    assert lying.returncode == 0, lying.stderr
    looking.expect(lambda line: "devchitchat on" in line or "No server found" in line, 30.0)
    assert looking.process.wait(20.0) in {0, 1}

"""Where a house listens, as other commands on its data directory learn it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from devchitchat import config, ports
from devchitchat.ports import Ports

THERE = Ports("127.0.0.1", 8083, 8444)


def told(data: Path, **flags: object) -> tuple[str, int, int]:
    """Host and ports, as a command takes them that was called with these flags."""
    found = ports.as_running(config.load({"data": str(data), **flags}, {}))
    return found.listens_on, found.http_port, found.https_port


def test_commands_take_the_ports_that_the_server_really_has(tmp_path: Path) -> None:
    ports.note(tmp_path, THERE)
    assert told(tmp_path) == ("127.0.0.1", 8083, 8444)
    assert told(tmp_path, http_port="0", https_port="0") == ("127.0.0.1", 8083, 8444)
    ports.note(tmp_path, Ports("127.0.0.1", 8083))
    assert told(tmp_path) == ("127.0.0.1", 8083, 8443)


def test_who_names_another_port_means_that_one(tmp_path: Path) -> None:
    ports.note(tmp_path, THERE)
    assert told(tmp_path, http_port="8080", host="10.0.0.1") == ("10.0.0.1", 8080, 8443)


@pytest.mark.parametrize("left", [None, b"", b"\xff", b"[]", b'{"host":"127.0.0.1"}', b'{"host":"::","http":"x"}'])
def test_without_a_server_or_with_nonsense_there_the_configuration_holds(tmp_path: Path, left: bytes | None) -> None:
    if left is not None:
        (tmp_path / ports.FILE).write_bytes(left)
    assert told(tmp_path, host="127.0.0.1") == ("127.0.0.1", 8080, 8443)


def test_what_has_ended_is_forgotten_and_a_disk_that_takes_nothing_ends_nothing(tmp_path: Path) -> None:
    ports.note(tmp_path, THERE)
    ports.forget(tmp_path)
    ports.forget(tmp_path)
    assert ports.noted(tmp_path) is None
    (tmp_path / "file").touch()
    ports.note(tmp_path / "file", THERE)
    ports.forget(tmp_path / "file")


def test_a_port_is_taken_only_where_somebody_else_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        assert ports.is_taken("127.0.0.1", port) and ports.is_taken("0.0.0.0", port)
    assert not ports.is_taken("127.0.0.1", port)
    assert not ports.is_taken("192.0.2.1", port), "an address that is not ours is the gateway's to refuse"

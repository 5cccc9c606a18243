"""`devchitchat health` against real sockets: it says `ready` for a server that is, and else in one line why not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from devchitchat import health
from devchitchat.cli import main
from devchitchat.config import Config
from devchitchat.errors import FAILED, Stop

OURS = b'{"status":"ready"}'


def http(code: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s" % (code, len(body), body)


@contextmanager
def listening(host: str, answer: bytes | None) -> Generator[Config]:
    """One that gives everybody the same answer, or keeps silent; the configuration names it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    over = threading.Event()
    with socket.create_server((host, 0), family=family) as door:

        def serve() -> None:
            caller, _ = door.accept()
            with caller:
                caller.recv(4096)
                if answer is None:
                    over.wait(60)
                else:
                    caller.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield Config(host=host, http_port=door.getsockname()[1])
        finally:
            over.set()
            thread.join(60)


def nobody() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_server_that_is_ready_is_ready(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(host, http(200, OURS)) as config:
        assert health.run(config) == 0
    assert capsys.readouterr().out == "ready\n"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6 here")
def test_a_server_that_hears_only_ipv6_is_found_too() -> None:
    with listening("::", http(200, OURS)) as config:
        assert health.run(config) == 0


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http(503, b'{"status":"draining"}'), "is stopping"),
        (http(200, b"<html>It works!</html>"), "something else listens .* answers 200"),
        (http(200, b'{"status":"\xff"}'), "something else listens"),
        (http(200, b'["ready"]'), "something else listens"),
        (http(404, b""), "something else listens .* answers 404"),
        (http(503, b"Service Unavailable"), "something else listens .* answers 503"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
        (b"", "does not speak HTTP"),
    ],
)
def test_whatever_else_answers_is_told_by_what_it_says(answer: bytes, says: str) -> None:
    with listening("127.0.0.1", answer) as config, pytest.raises(Stop, match=says) as stopped:
        health.run(config)
    assert stopped.value.code == FAILED


def test_who_keeps_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMEOUT_S", 0.05)
    with listening("127.0.0.1", None) as config, pytest.raises(Stop, match=r"nothing answers on 127.0.0.1:\d+ within 0.05 s"):
        health.run(config)


def test_where_nobody_listens_it_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "--host", "127.0.0.1", "--http-port", str(nobody())]) == FAILED
    told = capsys.readouterr()
    assert told.out == "" and "nobody listens on 127.0.0.1:" in told.err and len(told.err.splitlines()) == 1


def test_a_port_that_nobody_knows_is_asked_for() -> None:
    with pytest.raises(Stop, match="say --http-port"):
        health.run(Config(http_port=0))

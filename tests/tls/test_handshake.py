"""A real handshake over loopback: who trusts the house reaches it by its name and by its address, in TLS 1.3."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from socket import create_connection, create_server, socket
from threading import Thread

import pytest

from devchitchat.tls.authority import make_authority
from devchitchat.tls.keeping import Keeper

NAMES, ADDRESSES = ("devchitchat.local", "localhost"), (ip_address("127.0.0.1"),)
PATIENCE = 10


def today() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "tls", today)


@pytest.fixture
def port(keeper: Keeper) -> Iterator[int]:
    """A server with the certificate of the house, that greets one guest."""
    kept = keeper.serve(NAMES, ADDRESSES)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(kept.certificate, kept.key)
    with create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        greeter = Thread(target=greet, args=(listener, context))
        greeter.start()
        yield listener.getsockname()[1]
        greeter.join()


def greet(listener: socket, context: ssl.SSLContext) -> None:
    guest, _ = listener.accept()
    guest.settimeout(PATIENCE)
    with guest, suppress(ssl.SSLError, ConnectionError), context.wrap_socket(guest, server_side=True) as stream:
        stream.sendall(b"hello")


def visit(port: int, name: str, trusted: bytes) -> bytes:
    context = ssl.create_default_context(cadata=trusted.decode())
    with (
        create_connection(("127.0.0.1", port), PATIENCE) as line,
        context.wrap_socket(line, server_hostname=name) as stream,
    ):
        assert stream.version() == "TLSv1.3"
        return stream.recv(5)


@pytest.mark.parametrize("name", ["devchitchat.local", "localhost", "127.0.0.1"])
def test_who_trusts_the_house_reaches_it(name: str, port: int, keeper: Keeper) -> None:
    assert visit(port, name, keeper.authority().certificate) == b"hello"


@pytest.mark.parametrize("name", ["another.local", "127.0.0.2"])
def test_it_cannot_pass_for_another(name: str, port: int, keeper: Keeper) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        visit(port, name, keeper.authority().certificate)


def test_who_trusts_another_house_does_not_reach_it(port: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        visit(port, "localhost", make_authority(today()).certificate)

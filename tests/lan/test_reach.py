"""Whether a server that was found answers, and whether this machine trusts it: with real TLS, on this machine alone."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from devchitchat.lan import reach
from devchitchat.lan.found import Server

HOST = "devchitchat.local"
Listen = Callable[[bytes, ssl.SSLContext | None], Server]


def certificate(folder: Path, host: str) -> Path:
    """Its own authority, with its key in the same file."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    signed = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / host).write_bytes(signed.public_bytes(kind) + key.private_bytes(kind, form, serialization.NoEncryption()))
    return folder / host


def speaking(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts a server that says always the same."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:

        def start(says: bytes, tls: ssl.SSLContext | None) -> Server:
            threading.Thread(target=serve, args=(door, says, tls), daemon=True).start()
            return Server("chat", HOST, ("127.0.0.1",), door.getsockname()[1], "1", None)

        yield start


def serve(door: socket.socket, says: bytes, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            plain, _ = door.accept()
        except OSError:
            return
        try:
            with tls.wrap_socket(plain, server_side=True) if tls else plain as stream:
                stream.recv(1000)
                stream.sendall(says)
        except OSError:
            plain.close()


HEALTHY = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


def test_a_certificate_that_the_system_vouches_for_is_trusted(listen: Listen, tmp_path: Path) -> None:
    file = certificate(tmp_path, HOST)
    found = listen(HEALTHY, speaking(file))
    asked = reach.reached(found, ssl.create_default_context(cafile=str(file)))
    assert (asked.reachable, asked.trusted) == (True, True)
    assert asked.url in {f"https://{HOST}:{found.port}/", f"https://127.0.0.1:{found.port}/"}


@pytest.mark.skipif("sys.platform == 'darwin'", reason="there Python cannot tell")
def test_one_that_it_does_not_vouch_for_or_of_another_name_is_not(listen: Listen, tmp_path: Path) -> None:
    file = certificate(tmp_path, "other.local")
    found = listen(HEALTHY, speaking(file))
    assert reach.reached(found).trusted is False
    asked = reach.reached(found, ssl.create_default_context(cafile=str(file)))
    assert (asked.reachable, asked.trusted) == (True, False)


@pytest.mark.skipif("sys.platform == 'darwin'", reason="there Python cannot tell")
def test_of_a_server_that_this_machine_does_not_trust_the_page_for_guests_is_opened(listen: Listen, tmp_path: Path) -> None:
    file = certificate(tmp_path, HOST)
    found = listen(HEALTHY, speaking(file))
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        plain = door.getsockname()[1]
        threading.Thread(target=serve, args=(door, HEALTHY, None), daemon=True).start()
        server = replace(found, http_port=plain)
        assert opened(reach.reached(server)) == f"http://HOST:{plain}/join"
        assert opened(reach.reached(server, ssl.create_default_context(cafile=str(file)))) == f"https://HOST:{found.port}/"
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        gone = replace(found, http_port=door.getsockname()[1])
    assert opened(reach.reached(gone)) == f"https://HOST:{found.port}/", "where nobody answers, nobody is sent"


def opened(server: Server) -> str:
    """Whether this system finds the name or not."""
    return (server.url or "").replace(HOST, "HOST").replace("127.0.0.1", "HOST")


def test_a_server_without_tls_answers_without(listen: Listen) -> None:
    asked = reach.reached(listen(HEALTHY, None))
    assert (asked.reachable, asked.trusted) == (True, None)
    assert asked.url and asked.url.startswith("http://")


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 503 no\r\n\r\n", b"\0" * 64, b"HTTP/1.1 2000"])
def test_whatever_else_answers_is_not_reachable(listen: Listen, says: bytes) -> None:
    asked = reach.reached(listen(says, None))
    assert (asked.reachable, asked.url) == (False, None)


def test_a_port_where_nobody_is_is_not_reachable(listen: Listen) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    asked = reach.reached(Server("chat", HOST, ("127.0.0.1",), port, "1", None))
    assert not asked.reachable


def test_an_address_of_ipv6_stands_in_brackets_and_without_its_zone() -> None:
    assert reach.bracketed("fe80::1%eth0") == "[fe80::1]"
    assert reach.bracketed("10.0.0.1") == "10.0.0.1"

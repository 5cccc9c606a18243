"""HTTPS of the running house: with an authority of its own, or with the operator's certificate."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from cryptography.x509 import load_pem_x509_certificate
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from devchitchat.tls.authority import make_authority, make_leaf
from tests.house.server import BOOTSTRAP, PATIENCE, Server, free_port

pytestmark = pytest.mark.anyio
HELLO = json.dumps({"v": 1, "t": "hello", "id": "1", "ts": 0, "body": {"client": {"name": "t", "ver": "0", "platform": "t"}}})


class Safe(Server):
    """One that speaks HTTPS too, on this machine alone."""

    def __init__(self, data: Path, log: Path, *tls: str) -> None:
        self.https_port = free_port()
        super().__init__(data, log, "--host", "127.0.0.1", "--https-port", str(self.https_port), *tls)

    @property
    def authority(self) -> Path:
        return self.data / "tls" / "authority.crt"

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def shown(self, trusting: ssl.SSLContext | None = None) -> bytes:
        """The certificate that it shows now, whole."""
        with (
            socket.create_connection(("127.0.0.1", self.https_port), PATIENCE) as wire,
            (trusting or self.trusting()).wrap_socket(wire, server_hostname="localhost") as safe,
        ):
            return safe.getpeercert(binary_form=True) or b""

    def socket(self, name: str = "localhost", **options: Any) -> connect:
        return connect(f"wss://{name}:{self.https_port}/ws", ssl=self.trusting(), compression=None, **options)

    async def sign_up(self, handle: str) -> str:  # type: ignore[override]
        """The cookie, as a browser keeps it."""
        body = {"invite_token": BOOTSTRAP, "profile": {"handle": handle, "display_name": handle}}
        async with httpx.AsyncClient(verify=self.trusting()) as browser:
            answer = await browser.post(f"https://localhost:{self.https_port}/session", json=body)
        return answer.headers["set-cookie"]


@pytest.fixture
def safe(tmp_path: Path) -> Iterator[Safe]:
    server = Safe(tmp_path / "data", tmp_path / "log")
    yield server
    server.kill()


async def greeted(wire: ClientConnection) -> dict[str, Any]:
    await wire.send(HELLO)
    return json.loads(await wire.recv())["body"]["session"]


async def test_who_trusts_the_authority_talks_by_name_and_by_address(safe: Safe) -> None:
    safe.start("--bootstrap-token", BOOTSTRAP)
    for name in ("localhost", "127.0.0.1"):
        async with safe.socket(name) as wire:
            assert not (await greeted(wire))["authenticated"]
    with pytest.raises(ssl.SSLCertVerificationError):
        safe.shown(ssl.create_default_context())


async def test_the_cookie_is_bound_to_this_host_and_signs_the_socket_in(safe: Safe) -> None:
    safe.start("--bootstrap-token", BOOTSTRAP)
    cookie = await safe.sign_up("ada")
    assert cookie.startswith("__Host-dcc_session=")
    assert "; Secure" in cookie and "HttpOnly" in cookie and "Domain" not in cookie
    origin = f"https://localhost:{safe.https_port}"
    async with safe.socket(origin=origin, additional_headers={"Cookie": cookie.partition(";")[0]}) as wire:
        assert (await greeted(wire))["user"]["handle"] == "ada"


def test_a_guest_is_told_how_long_the_certificate_is_believed(safe: Safe) -> None:
    safe.start()
    told = httpx.get(f"http://localhost:{safe.port}/join.json").json()
    (leaf, authority) = (load_pem_x509_certificate(path.read_bytes()) for path in (safe.data / "tls" / "server.crt", safe.authority))
    begins = max(leaf.not_valid_before_utc, authority.not_valid_before_utc)
    assert (told["valid_from"], told["valid_until"]) == (begins.timestamp() * 1000, leaf.not_valid_after_utc.timestamp() * 1000)


def test_a_later_start_shows_the_same_authority_and_certificate(safe: Safe) -> None:
    safe.start()
    before = safe.shown(), safe.authority.read_bytes()
    safe.stop()
    safe.start()
    assert (safe.shown(), safe.authority.read_bytes()) == before


async def test_a_new_certificate_restarts_the_gateway_alone_and_clients_come_back(safe: Safe) -> None:
    safe.start()
    before = safe.shown()
    pid = safe.process and safe.process.pid
    async with safe.socket() as wire:
        await greeted(wire)
        (safe.data / "tls" / "server.crt").unlink()
        with anyio.fail_after(PATIENCE), pytest.raises(ConnectionClosed) as end:
            await wire.recv()
        assert end.value.rcvd and end.value.rcvd.code == 1012
    async for wire in safe.socket():
        await greeted(wire)
        await wire.close()
        break
    assert safe.shown() != before
    assert safe.process and (safe.process.pid, safe.process.poll()) == (pid, None)


@pytest.mark.skipif(os.name != "posix", reason="there are no file modes to look at")
@pytest.mark.parametrize("name", ["authority.key", "server.key"])
def test_a_key_that_others_can_read_stops_the_start(safe: Safe, name: str) -> None:
    safe.start()
    safe.stop()
    key = safe.data / "tls" / name
    key.chmod(0o644)
    refused = safe.command("serve")
    assert refused.returncode == 78
    said = refused.stderr.splitlines()[-1]
    assert str(key) in said and "PRIVATE" not in refused.stderr


def test_the_operators_own_certificate_is_served_as_it_is(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority = make_authority(now)
    leaf = make_leaf(authority, ["localhost"], [ip_address("127.0.0.1")], now)
    files = tmp_path / "own.crt", tmp_path / "own.key"
    files[0].write_bytes(leaf.certificate)
    files[1].touch(mode=0o600)
    files[1].write_bytes(leaf.key)
    server = Safe(tmp_path / "data", tmp_path / "log", "--tls", *map(str, files))
    server.start()
    try:
        server.authority.parent.mkdir()
        server.authority.write_bytes(authority.certificate)
        assert ssl.DER_cert_to_PEM_cert(server.shown()).encode() == leaf.certificate
    finally:
        server.stop()


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl here")
@pytest.mark.parametrize("check", [("-verify_hostname", "localhost"), ("-verify_ip", "127.0.0.1")])
def test_openssl_agrees_strictly(safe: Safe, check: tuple[str, str]) -> None:
    safe.start()
    leaf = str(safe.data / "tls" / "server.crt")
    asked = ["openssl", "verify", "-x509_strict", "-CAfile", str(safe.authority), *check, leaf]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout.strip()) == (0, f"{leaf}: OK")

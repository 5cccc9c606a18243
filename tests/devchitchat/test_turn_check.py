"""`devchitchat turn-check` against a real coturn: what works is said, and of what does not, why and what to do."""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import anyio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bus.protocol.rtc import IceServers
from devchitchat import turn_check
from devchitchat.cli import main
from tests.coturn import SECRET, Coturn
from tests.house.server import ROOT, free_port

WRONG = "another-secret-of-the-turn-tests"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVCHITCHAT_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "turn test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return paths


@pytest.fixture(scope="module")
def coturn(turnserver: str, certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with Coturn(turnserver, tmp_path_factory.mktemp("coturn"), certificate=certificate[0], key=certificate[1]) as found:
        yield found


def told(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    """The exit code and the lines; whatever was said, no secret was."""
    code = main(["turn-check", *options])
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    return code, said.out.splitlines() + said.err.splitlines()


def test_without_servers_there_is_nothing_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys) == (0, [turn_check.NOTHING])


def test_every_way_that_works_is_said_so(coturn: Coturn, capsys: pytest.CaptureFixture[str]) -> None:
    stun = f"stun:127.0.0.1:{coturn.port}"
    code, lines = told(capsys, "--stun-urls", stun, "--turn-urls", ",".join(coturn.urls()), "--turn-secret", SECRET)
    relays = [f"{url}  works: it relays at 127.0.0.1" for url in coturn.urls()]
    assert (code, lines) == (0, [f"{stun}  works: it sees this machine at 127.0.0.1", *relays])


def test_tls_is_tried_with_its_certificate(
    coturn: Coturn, certificate: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [f"stuns:127.0.0.1:{coturn.tls_port}", f"turns:127.0.0.1:{coturn.tls_port}?transport=tcp"]
    options = ["--stun-urls", urls[0], "--turn-urls", urls[1], "--turn-secret", SECRET]
    code, lines = told(capsys, *options)
    assert code == 1
    assert all("FAILS: its certificate is not good for 127.0.0.1: self" in line for line in lines)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    code, lines = told(capsys, *options)
    assert code == 0, lines


def test_a_wrong_secret_is_said_so(coturn: Coturn, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = told(capsys, "--turn-urls", ",".join(coturn.urls()), "--turn-secret", WRONG)
    assert code == 1
    assert [("(401)" in line, "turn_secret" in line, WRONG in line) for line in lines] == [(True, True, False)] * 2


def test_a_name_that_the_server_does_not_know_is_said_so(coturn: Coturn, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = told(capsys, "--turn-urls", coturn.urls()[0], "--turn-username", "all", "--turn-credential", WRONG)
    assert (code, "(401)" in lines[0], WRONG in lines[0]) == (1, True, False)


def test_one_that_fails_does_not_hide_the_others(coturn: Coturn, capsys: pytest.CaptureFixture[str]) -> None:
    dead = f"turn:127.0.0.1:{free_port()}?transport=tcp"
    code, lines = told(capsys, "--turn-urls", f"{dead},{coturn.urls()[0]}", "--turn-secret", SECRET)
    assert code == 1
    assert "nothing listens on TCP port" in lines[0]
    assert "works" in lines[1]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("stun:127.0.0.1:{port}", "UDP port"),
        ("turn:nowhere.invalid", "nobody knows the name nowhere.invalid"),
        ("turns:127.0.0.1:{port}?transport=udp", "leave ?transport=udp out"),
        ("stuns:127.0.0.1:{port}", "nothing listens on TCP port"),
    ],
)
def test_what_is_not_there_is_named_with_what_to_do(
    url: str, why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_check, "WITHIN_S", 0.5)
    url = url.format(port=free_port())
    options = ["--stun-urls", url] if url.startswith("stun") else ["--turn-urls", url, "--turn-secret", SECRET]
    code, lines = told(capsys, *options)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"{url}  FAILS: ") and why in lines[0]


class Chatter(StreamRequestHandler):
    """Speaks plain text to whoever comes."""

    def handle(self) -> None:
        self.wfile.write(b"220 welcome\r\n" * 10)
        self.rfile.read(1)


@pytest.mark.parametrize(
    ("scheme", "why"), [("turns", "it does not speak TLS"), ("stuns", "it does not speak TLS"), ("stun", "no STUN server")]
)
def test_what_is_another_kind_of_server_is_said_so(scheme: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadingTCPServer(("127.0.0.1", 0), Chatter) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"{scheme}:127.0.0.1:{server.server_address[1]}"
        check = turn_check.Server(url, "stun", scheme == "stuns", "127.0.0.1", server.server_address[1], "tcp")
        if scheme == "stun":
            anyio.run(turn_check.check, check, IceServers([], []))
            line = capsys.readouterr().out
        else:
            option = "--turn-urls" if scheme == "turns" else "--stun-urls"
            code, (line,) = told(capsys, option, url, "--turn-secret", SECRET)
            assert code == 1
        server.shutdown()
    assert f"{url}  FAILS: " in line and why in line


def test_turn_without_a_way_to_sign_in_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--turn-urls", "turn:a.example"], ["--turn-urls", "turn:a.example", "--turn-username", "all"]):
        code, lines = told(capsys, *options)
        assert code == 2
        assert "turn_urls needs turn_secret" in lines[0]
    both = ["--turn-urls", "turn:a.example", "--turn-secret", SECRET, "--turn-username", "all"]
    assert told(capsys, *both)[0] == 2


def test_the_file_of_the_operations_page_is_good(turnserver: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    written = page.partition("`/etc/turnserver.conf`:\n\n```\n")[2].partition("```")[0]
    assert "static-auth-secret=" in written
    (tmp_path / "turnserver.conf").write_text(written, encoding="utf-8")
    with Coturn(turnserver, tmp_path, file=tmp_path / "turnserver.conf") as found:
        code, _ = told(capsys, "--turn-urls", ",".join(found.urls()), "--turn-secret", SECRET)
        assert code == 0
        assert [line for line in found.lines if re.search(r"unknown|bad config|wrong|illegal", line, re.IGNORECASE)] == []

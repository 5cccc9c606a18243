"""What the house shows to the network, and what it says of it at the start."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import anyio
import pytest

from bus.protocol.admin import AdminInvite
from bus.secret import Secret
from devchitchat import addresses, welcome
from devchitchat import outside as outside_module
from devchitchat.certificates import Certificates
from devchitchat.config import Config
from devchitchat.options import OFF
from devchitchat.outside import Outside

NOW = datetime(2026, 11, 28, tzinfo=UTC)
INVITE = AdminInvite(Secret("t" * 43), "i_1", 0, 1)


def at(now: datetime) -> partial[Certificates]:
    return partial(Certificates, now=lambda: now)


def made(config: Config, now: datetime = NOW, *, taken: Container[int] = (), moves: bool = False) -> Outside:
    """On a machine where others have these ports."""
    return Outside(config, at(now), moves=moves, is_taken=lambda host, port: port in taken)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(addresses, "on_the_network", lambda: [ip_address("192.168.1.7")])
    return tmp_path


def test_the_start_says_where_to_go_and_what_is_on(data: Path) -> None:
    outside = made(Config(data=data, host="0.0.0.0"))
    assert welcome.lines(outside, INVITE) == [
        "devchitchat 0.1.0 is ready at http://localhost:8080 (Ctrl+C stops it)",
        f"You are its first admin. Open: http://localhost:8080/#invite={'t' * 43}",
        "Friends on your network begin at http://192.168.1.7:8080/join",
        "  by address  https://192.168.1.7:8443",
        f"TLS: on, the authority's fingerprint is {outside.fingerprint}",
        "mDNS: on",
        "TURN: off",
        f"Data: {data}",
    ]


@pytest.mark.parametrize(("now", "says"), [("1999-01-01", "is valid from"), ("2999-01-01", "was valid until")])
def test_with_a_clock_off_by_years_the_house_says_so_and_serves_its_own_machine_alone(data: Path, now: str, says: str) -> None:
    config = Config(data=data, host="0.0.0.0")
    made(config)
    outside = made(config, datetime.fromisoformat(f"{now}T00:00:00+00:00"))
    assert (outside.config.tls, outside.config.listens_on, outside.config.is_found) == (OFF, "127.0.0.1", False)
    said = welcome.lines(outside, None)
    assert said[0].startswith("devchitchat 0.1.0 is ready at http://127.0.0.1:8080")
    assert said[2] == "Only this machine can reach it; nobody else is let in without TLS"
    (tls,) = [line for line in said if line.startswith("TLS: ")]
    assert tls.startswith("TLS: off, since the certificate of this house") and says in tls and now in tls


def test_with_the_port_of_https_taken_the_house_says_so_and_serves_its_own_machine_alone(data: Path) -> None:
    outside = made(Config(data=data), taken=[8443])
    assert (outside.config.tls, outside.config.listens_on, outside.config.is_found) == (OFF, "127.0.0.1", False)
    why = "port 8443 is in use by another program: stop that, or choose another with --https-port PORT"
    assert f"TLS: off, since {why} (it looks again every minute)" in welcome.lines(outside, None)
    assert not (data / "tls").exists(), "a house that has no port needs no authority yet"
    assert made(Config(data=data, tls=OFF), taken=[8443]).trouble is None


def test_a_name_without_a_certificate_is_said_to_have_none(data: Path) -> None:
    said = welcome.lines(made(Config(data=data, host="0.0.0.0", hosts=("chat.example.org", "chat.home.arpa"))), None)
    why = "an authority of a house speaks for home names only (--tls CERT KEY takes your own)"
    assert f"No certificate for chat.example.org: {why}" in said
    assert [line for line in said if "https://" in line] == [
        "  by name     https://chat.home.arpa:8443",
        "  by address  https://192.168.1.7:8443",
    ]


def test_with_the_usual_port_taken_it_is_at_the_next_one_and_says_so(data: Path) -> None:
    outside = made(Config(data=data, host="0.0.0.0"), taken=[8080, 8081], moves=True)
    assert welcome.lines(outside, None)[:2] == [
        "devchitchat 0.1.0 is ready at http://localhost:8082 (Ctrl+C stops it)",
        "Port 8080 is in use by another program, so this is port 8082 (--http-port chooses another)",
    ]
    assert outside.links().join == "http://192.168.1.7:8082/join"


def test_it_never_moves_to_the_port_of_https_and_takes_any_when_those_nearby_are_taken(data: Path) -> None:
    config = Config(data=data, https_port=8081)
    assert made(config, taken=[8080], moves=True).config.http_port == 8082
    assert made(config, taken=range(8082, 8090), moves=True).config.http_port == 8080
    assert made(config, taken=[8080, *range(8082, 8090)], moves=True).config.http_port == 0
    assert made(Config(data=data, http_port=65535), taken=[65535], moves=True).config.http_port == 0


def test_what_was_asked_for_by_name_and_what_a_proxy_was_told_does_not_move(data: Path) -> None:
    assert made(Config(data=data), taken=[8080]).config.http_port == 8080
    behind = Config(data=data, tls=OFF, trusted_proxy="127.0.0.1")
    assert made(behind, taken=[8080], moves=True).config.http_port == 8080


@pytest.mark.anyio
async def test_a_trouble_is_looked_at_again_until_it_has_ended(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside_module, "LOOK_AGAIN_S", 0.001)
    taken, looks = {8443}, list[int]()

    def is_taken(host: str, port: int) -> bool:
        looks.append(port)
        if len(looks) == 4:
            taken.clear()
        return port in taken

    outside = Outside(Config(data=data), at(NOW), is_taken=is_taken)
    assert outside.trouble
    with anyio.fail_after(10):
        await outside.until_mended()
    assert len(looks) == 4
    assert Outside(Config(data=data), at(NOW), is_taken=is_taken).trouble is None


@pytest.mark.anyio
async def test_a_clock_that_is_set_lets_others_in(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without a battery, which learns the time from the network some seconds after it has begun."""
    monkeypatch.setattr(outside_module, "LOOK_AGAIN_S", 0.001)
    clock = iter([datetime(1970, 1, 1, tzinfo=UTC)] * 4)
    make = partial(Certificates, now=lambda: next(clock, NOW))
    outside = Outside(Config(data=data, host="0.0.0.0"), make, is_taken=lambda host, port: False)
    assert outside.trouble and "set its clock" in outside.trouble
    with anyio.fail_after(10):
        await outside.until_mended()
    again = Outside(Config(data=data, host="0.0.0.0"), make, is_taken=lambda host, port: False)
    assert (again.trouble, again.config.host) == (None, "0.0.0.0")


def test_a_code_for_the_camera_is_drawn_in_half_blocks() -> None:
    drawn = welcome.code("http://192.168.1.7:8080/join").splitlines()
    assert len(drawn) in range(12, 22)
    assert set("".join(drawn)) >= {" ", "\u2580", "\u2584"}

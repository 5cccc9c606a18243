"""What the house shows to the network, and what it says of it at the start."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import pytest

from bus.protocol.admin import AdminInvite
from bus.secret import Secret
from devchitchat import addresses, welcome
from devchitchat.certificates import Certificates
from devchitchat.config import Config
from devchitchat.options import OFF
from devchitchat.outside import Outside

NOW = datetime(2026, 11, 28, tzinfo=UTC)
INVITE = AdminInvite(Secret("t" * 43), "i_1", 0, 1)


def at(now: datetime) -> partial[Certificates]:
    return partial(Certificates, now=lambda: now)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(addresses, "on_the_network", lambda: [ip_address("192.168.1.7")])
    return tmp_path


def test_the_start_says_where_to_go_and_what_is_on(data: Path) -> None:
    outside = Outside(Config(data=data, host="0.0.0.0"), at(NOW))
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
    Outside(config, at(NOW))
    outside = Outside(config, at(datetime.fromisoformat(f"{now}T00:00:00+00:00")))
    assert (outside.config.tls, outside.config.listens_on, outside.config.is_found) == (OFF, "127.0.0.1", False)
    said = welcome.lines(outside, None)
    assert said[0].startswith("devchitchat 0.1.0 is ready at http://127.0.0.1:8080")
    assert said[2] == "Only this machine can reach it; nobody else is let in without TLS"
    (tls,) = [line for line in said if line.startswith("TLS: ")]
    assert tls.startswith("TLS: off, since the certificate of this house") and says in tls and now in tls


def test_a_code_for_the_camera_is_drawn_in_half_blocks() -> None:
    drawn = welcome.code("http://192.168.1.7:8080/join").splitlines()
    assert len(drawn) in range(12, 22)
    assert set("".join(drawn)) >= {" ", "\u2580", "\u2584"}

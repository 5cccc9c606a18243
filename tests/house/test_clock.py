"""The whole program with a clock that is off by years: it says so, its own machine chats all the same, and the right time heals it.

The clock is shifted by libfaketime, in that process alone; the monotonic one, by which loops wait, is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tests.conftest import missing
from tests.everything import find_faketime
from tests.house.server import Server
from tests.house.talk import chats

pytestmark = pytest.mark.anyio
YEAR_D = 365


class Shifted(Server):
    """A server with HTTPS whose next start may be in another year."""

    def __init__(self, folder: Path, library: str) -> None:
        super().__init__(folder / "data", folder / "log", "--https-port", "0", "--no-mdns")
        self._library = library

    def start_in(self, years: int) -> list[str]:
        """What it prints, so many years from now."""
        shift = {"LD_PRELOAD": self._library, "FAKETIME": f"{years * YEAR_D:+d}d"}
        self.env = shift | {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"} if years else {}
        return self.start()

    @property
    def leaf(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.data / "tls" / "server.crt").read_bytes())

    def tls(self) -> str:
        """Its one line on TLS."""
        (line,) = [line for line in self.lines if line.startswith("TLS: ")]
        return line

    async def is_this_machines_alone(self) -> None:
        """Over plain HTTP, for real: somebody signs up, makes a room, says something and is heard."""
        assert "Only this machine can reach it; nobody else is let in without TLS" in self.lines
        assert self.lines[0].startswith(f"devchitchat 0.1.0 is ready at http://127.0.0.1:{self.port} ")
        invite = next(line for line in self.lines if "#invite=" in line).partition("#invite=")[2]
        await chats(self, self.enter("ada", invite))


@pytest.fixture
def shifted(tmp_path: Path) -> Iterator[Shifted]:
    library = find_faketime() or missing("NOT CHECKED: there is no libfaketime to shift a clock with (Debian: apt install libfaketime)")
    server = Shifted(tmp_path, library)
    server.start_in(0)
    assert server.tls().startswith("TLS: on")
    server.stop()
    yield server
    server.kill()


async def test_years_too_early_the_house_says_so_and_is_well_once_the_clock_is(shifted: Shifted) -> None:
    before = shifted.leaf
    shifted.start_in(-3)
    assert shifted.tls().startswith("TLS: off, since the certificate of this house is valid from ")
    assert f"and this machine says it is {datetime.now(UTC) - timedelta(3 * YEAR_D):%Y-%m}" in shifted.tls()
    assert ": set its clock if that is wrong, or delete " in shifted.tls()
    await shifted.is_this_machines_alone()
    assert shifted.stop() == 0
    shifted.start_in(0)
    assert shifted.tls().startswith("TLS: on")
    assert shifted.leaf == before


def test_years_too_late_there_is_a_new_certificate_and_with_the_right_time_another_of_the_same_authority(shifted: Shifted) -> None:
    authority = (shifted.data / "tls" / "authority.crt").read_bytes()
    shifted.start_in(3)
    assert shifted.tls().startswith("TLS: on")
    assert shifted.leaf.not_valid_before_utc > datetime.now(UTC) + timedelta(2 * YEAR_D)
    assert shifted.stop() == 0
    shifted.start_in(0)
    assert shifted.tls().startswith("TLS: on")
    assert shifted.leaf.not_valid_before_utc <= datetime.now(UTC)
    assert (shifted.data / "tls" / "authority.crt").read_bytes() == authority


async def test_when_the_authority_is_over_by_this_clock_it_says_so_and_makes_none_anew(shifted: Shifted) -> None:
    authority = (shifted.data / "tls" / "authority.crt").read_bytes()
    shifted.start_in(11)
    assert shifted.tls().startswith("TLS: off, since the certificate of this house was valid until ")
    assert ": set its clock if that is wrong, or delete " in shifted.tls()
    await shifted.is_this_machines_alone()
    assert (shifted.data / "tls" / "authority.crt").read_bytes() == authority

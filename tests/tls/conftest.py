"""The tools that judge what we make; without one its tests are left out, but in CI they fail."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devchitchat.tls.authority import Pair
from devchitchat.tls.keeping import Keeper
from tests.conftest import missing

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
Verify = Callable[..., "subprocess.CompletedProcess[str]"]


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def openssl() -> str:
    return shutil.which("openssl") or missing("there is no openssl: install it (Debian: apt install openssl)")


@pytest.fixture(scope="session")
def certutil() -> str:
    return shutil.which("certutil") or missing("there is no certutil of NSS: install it (Debian: apt install libnss3-tools)")


@pytest.fixture
def verify(openssl: str, tmp_path: Path) -> Verify:
    """`openssl verify` of a leaf, strictly, on the day of `NOW`."""

    def verified(authority: Pair, leaf: Pair, *options: str) -> subprocess.CompletedProcess[str]:
        root, file = tmp_path / "root.pem", tmp_path / "leaf.pem"
        root.write_bytes(authority.certificate)
        file.write_bytes(leaf.certificate)
        command = [openssl, "verify", "-x509_strict", "-purpose", "sslserver", "-attime", str(int(NOW.timestamp())), "-CAfile", root]
        return subprocess.run([*command, *options, file], capture_output=True, text=True, check=False)

    return verified


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tls"


@pytest.fixture
def keeper(folder: Path, clock: Clock) -> Keeper:
    return Keeper(folder, clock)

"""Networks for the tests of being found: made of namespaces, removed after each test; and Avahi, taken from Debian where it may be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.everything import NEIGHBOURS, find_neighbours
from tests.lan.avahi import Avahi
from tests.lan.network import Machine, Network, Program, why_not

Serve = Callable[..., Program]
Guest = Callable[..., Avahi]


@pytest.fixture(scope="session")
def _namespaces() -> None:
    if reason := why_not():
        missing(f"no network of one's own: {reason}")


@pytest.fixture(scope="session")
def _avahi() -> None:
    if not find_neighbours():
        missing(f"there is no Avahi, or not all that it needs (Debian: apt install {' '.join(NEIGHBOURS)})")


@pytest.fixture
def ends(_namespaces: None) -> Iterator[ExitStack]:
    with ExitStack() as ends:
        yield ends


@pytest.fixture
def home(ends: ExitStack) -> Network:
    """The network at home."""
    return Network("192.168.7", ends)


@pytest.fixture
def guest(_avahi: None, ends: ExitStack, tmp_path: Path) -> Guest:
    """A machine with Avahi."""

    def start(machine: Machine, name: str = "guest") -> Avahi:
        return Avahi(machine, tmp_path / machine.namespace, name)

    return start


@pytest.fixture
def serve() -> Serve:
    """Starts a server on a machine."""

    def start(machine: Machine, port: int = 8443, fingerprint: str = "ab12", *more: str) -> Program:
        return machine.start(sys.executable, "-m", "tests.lan.server", "devchitchat", str(port), fingerprint, *more)

    return start

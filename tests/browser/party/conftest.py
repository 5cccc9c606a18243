"""A party: one machine that serves, others at the same switch; none of it is this machine's own network."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.party.guests import Guest
from tests.conftest import missing
from tests.everything import NEIGHBOURS, find_neighbours
from tests.lan.network import Machine, Network, why_not

ADDRESS = "192.168.7.1"


class House:
    """The server on its machine. `said` is what it told a program at its start."""

    def __init__(self, home: Network, data: Path, ends: ExitStack) -> None:
        self.machine = Machine(ends)
        home.plug(self.machine, 1)
        self.authority = data / "tls" / "authority.crt"
        serve = [sys.executable, "-P", "-m", "devchitchat", "serve", "--json", "--data", str(data), "--rate-limits", "false"]
        program = self.machine.start(*serve)
        self.said: dict[str, Any] = json.loads(program.expect(lambda line: line.startswith('{"version"'), 30)[1])

    @property
    def invite(self) -> str:
        return self.said["first_invite"]


@pytest.fixture(scope="module")
def ends() -> Iterator[ExitStack]:
    if reason := why_not():
        missing(f"no network of one's own: {reason}")
    if not find_neighbours():
        missing(f"guests need more than there is here (Debian: apt install {' '.join(NEIGHBOURS)})")
    with ExitStack() as ends:
        yield ends


@pytest.fixture(scope="module")
def home(ends: ExitStack) -> Network:
    return Network("192.168.7", ends)


@pytest.fixture(scope="module")
def house(home: Network, ends: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(home, tmp_path_factory.mktemp("house") / "data", ends)


MakeGuest = Callable[..., Guest]
Launch = Callable[[Guest], Browser]


@pytest.fixture(scope="module")
def guest(home: Network, house: House, ends: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> MakeGuest:
    """Somebody's machine; `trusting` has the authority in its store."""

    def make(*, trusting: bool = True) -> Guest:
        made = Guest(home, tmp_path_factory.mktemp("guest"), ends)
        if trusting:
            made.trusts(house.authority)
        return made

    return make


@pytest.fixture(scope="module")
def launch(playwright: Playwright, chromium: str) -> Iterator[Launch]:
    """A Chromium on a guest's machine."""
    with ExitStack() as browsers:
        yield lambda guest: browsers.enter_context(guest.browser(playwright, chromium))

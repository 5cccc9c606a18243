"""From nothing to a voice: a fresh copy, an empty home, `./run`, an authority to trust, two guests by HTTPS.

What it takes is printed, and is less than a minute.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.calls.callers import Caller, hears_all, in_call
from tests.browser.calls.conftest import DEVICES, NETWORK, SOUND
from tests.browser.conftest import FLAGS
from tests.browser.party.guests import opened, trusts
from tests.browser.serving import ROOT, free_port
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow]
A_MINUTE = 60.0
NOT_OF_A_CLONE = (".venv", ".tools", ".git", ".*_cache", ".hypothesis", "__pycache__", "node_modules")


@contextmanager
def running(copy: Path, home: Path) -> Generator[dict[str, Any]]:
    """What `./run` says to a program, once it serves. It keeps to loopback, as all traffic of tests does."""
    ports = [f"--{kind}-port={free_port()}" for kind in ("http", "https")]
    command = [sys.executable, copy / "run", "serve", "--json", "--host", "127.0.0.1", *ports]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DEVCHITCHAT_", "XDG_"))}
    env |= {"HOME": str(home), "USERPROFILE": str(home)}
    with subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def trusted(url: str, home: Path) -> dict[str, str | float | bool]:
    """As a guest does it: takes the authority from the page for guests, and puts it into the browser's store. What that browser runs in."""
    if not shutil.which("certutil"):
        missing("there is no certutil of NSS: install it (Debian: apt install libnss3-tools)")
    with urlopen(f"{url}/authority.crt", timeout=10) as answer:  # noqa: S310 - our own address
        (home / "authority.crt").write_bytes(answer.read())
    trusts(home, home / "authority.crt")
    return {**os.environ, "HOME": str(home)}


def came_safely(page: Page) -> bool:
    """By HTTPS and WSS, each with the certificate, and with what browsers allow to such pages only."""
    sockets: list[str] = page.evaluate("probed.lines.map(({ url }) => url)")
    safe: bool = page.evaluate("isSecureContext && location.protocol === 'https:'")
    return safe and bool(sockets) and all(url.startswith("wss://localhost:") for url in sockets)


def test_from_a_fresh_copy_to_the_first_voice_takes_less_than_a_minute(
    playwright: Playwright, chromium: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, home, guests = (tmp_path / name for name in ("copy", "home", "guests"))
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_OF_A_CLONE))
    home.mkdir()
    guests.mkdir()
    began = time.monotonic()
    with running(copy, home) as said:
        served = time.monotonic()
        env = trusted(said["here"], guests)
        known = time.monotonic()
        with playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *DEVICES, *NETWORK, *SOUND], env=env) as browser:
            safe = f"https://localhost:{said['https_port']}"
            ada = Caller(opened(browser, f"{safe}/#invite={said['first_invite']}"))
            ada.sign_up("ada", "Ada")
            ada.makes_room("general")
            bob = Caller(opened(browser, f"{safe}/#{ada.invites_to_server().partition('#')[2]}"))
            bob.sign_up("bob", "Bob")
            bob.joins("general")
            in_call([ada, bob])
            hears_all(bob)
            took = time.monotonic() - began
            assert came_safely(ada.page) and came_safely(bob.page)
    with capsys.disabled():
        steps = f"serving after {served - began:.1f} s, trusted after {known - began:.1f} s"
        print(f"\nparty: set up and {steps}, the first voice over HTTPS after {took:.1f} s")
    assert took < A_MINUTE

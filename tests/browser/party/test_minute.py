"""From nothing to a voice: a fresh copy, an empty home, `./run`, two guests. What it takes is printed, and is less than a minute."""

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

import pytest
from playwright.sync_api import Playwright

from tests.browser.calls.callers import Caller, hears_all, in_call
from tests.browser.calls.conftest import DEVICES, NETWORK, SOUND
from tests.browser.conftest import FLAGS
from tests.browser.party.guests import opened
from tests.browser.serving import ROOT, free_port

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


def test_from_a_fresh_copy_to_the_first_voice_takes_less_than_a_minute(
    playwright: Playwright, chromium: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, home = tmp_path / "copy", tmp_path / "home"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_OF_A_CLONE))
    home.mkdir()
    with playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *DEVICES, *NETWORK, *SOUND]) as browser:
        began = time.monotonic()
        with running(copy, home) as said:
            served = time.monotonic()
            ada = Caller(opened(browser, f"{said['here']}/#invite={said['first_invite']}"))
            ada.sign_up("ada", "Ada")
            ada.makes_room("general")
            bob = Caller(opened(browser, ada.invites_to_server()))
            bob.sign_up("bob", "Bob")
            bob.joins("general")
            in_call([ada, bob])
            hears_all(bob)
            took = time.monotonic() - began
    with capsys.disabled():
        print(f"\nparty: set up and serving after {served - began:.1f} s, the first voice after {took:.1f} s")
    assert took < A_MINUTE

"""A guest's machine: a namespace with Avahi for names, a home of its own, and a Chromium that trusts what that home trusts."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser.calls.conftest import DEVICES, PROBE, SOUND
from tests.browser.conftest import FLAGS, TIMEOUT_MS
from tests.lan.avahi import Avahi
from tests.lan.network import Machine, Network, eventually

NAMES = "passwd: files\ngroup: files\nhosts: files mdns4_minimal [NOTFOUND=return]\n"
NO_WORLD = "nameserver 127.0.0.1\n"
"""Refused at once: the resolver asks whether somebody else serves .local, and would wait six seconds for the machine's own."""

NUMBERS = count(20)


class Guest:
    """One more machine at home; everything in it ends with `ends`."""

    def __init__(self, home: Network, folder: Path, ends: ExitStack) -> None:
        self.machine = Machine(ends)
        self.home = folder / self.machine.namespace
        self.home.mkdir()
        self._ends = ends
        self._names_by_mdns()
        self.address = home.plug(self.machine, next(NUMBERS))
        # A browser that may not know the networks of its machine is given the one to the world outside.
        self.machine.run("ip", "route", "add", "default", "dev", "eth0")
        self._avahi = Avahi(self.machine, self.home / "avahi", self.machine.namespace)

    def finds(self, name: str, address: str) -> None:
        """By multicast, as every program on this machine would."""
        eventually(lambda: self._avahi.resolve(name), address.__eq__, 30)

    def trusts(self, authority: Path) -> None:
        trusts(self.home, authority)

    def browser(self, playwright: Playwright, chromium: str) -> Browser:
        """Without any flag that would make it trust or resolve more than another one."""
        wrapper = self.home / "chromium"
        wrapper.write_text(f'#!/bin/sh\nexec nsenter --target {self._avahi_pid()} --net --mount -- {chromium} "$@"\n')
        wrapper.chmod(0o700)
        environment: dict[str, str | float | bool] = {**os.environ, "HOME": str(self.home)}
        return playwright.chromium.launch(executable_path=wrapper, args=[*FLAGS, *DEVICES, *SOUND], env=environment)

    def _names_by_mdns(self) -> None:
        """Whatever `ip netns exec` starts sees these files in the place of the machine's own."""
        folder = Path("/etc/netns") / self.machine.namespace
        folder.mkdir(parents=True)
        self._ends.callback(shutil.rmtree, folder, ignore_errors=True)
        (folder / "nsswitch.conf").write_text(NAMES)
        (folder / "resolv.conf").write_text(NO_WORLD)

    def _avahi_pid(self) -> int:
        """In its view of the file system names are looked up by it."""
        pids = subprocess.run(["ip", "netns", "pids", self.machine.namespace], check=True, capture_output=True, text=True).stdout.split()
        (found,) = [int(pid) for pid in pids if Path(f"/proc/{pid}/comm").read_text().strip() == "avahi-daemon"]
        return found


def trusts(home: Path, authority: Path) -> None:
    """Chromium asks this store; a certificate in it may be PEM or DER."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for words in (["-N", "--empty-password"], ["-A", "-n", "the house", "-t", "C,,", "-i", str(authority)]):
        subprocess.run(["certutil", "-d", f"sql:{store}", *words], check=True, capture_output=True)


def opened(browser: Browser, url: str) -> Page:
    """A page of somebody new."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(TIMEOUT_MS)
    context.add_init_script(PROBE)
    page = context.new_page()
    page.goto(url)
    return page

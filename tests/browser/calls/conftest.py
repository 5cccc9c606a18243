"""What tests of calls share: a Chromium with fake devices and a network of its own, and a probe that sees every connection of a page.

The probe is put in by the test before the page's own code: nothing in the product knows of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from gateway.asgi import COOKIE
from tests.browser.calls.alone import alone
from tests.browser.calls.callers import Caller, Gather
from tests.browser.conftest import FLAGS, TIMEOUT_MS, Watch
from tests.browser.serving import Server

DEVICES = ["--use-fake-device-for-media-stream=fps=5", "--use-fake-ui-for-media-stream", "--mute-audio"]
"""Five pictures a second: each is encoded once for everybody who looks, and all of them live on this one machine."""
NETWORK = ["--allow-loopback-in-peer-connection"]
SOUND = ["--autoplay-policy=no-user-gesture-required"]
log = logging.getLogger(__name__)
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def network() -> Iterator[bool]:
    """Everything that a file starts, it starts in there."""
    with alone() as made:
        if not made:
            log.warning("no network namespace can be made here: peers meet on this machine's own network")
        yield made


@pytest.fixture(scope="module")
def playwright(network: bool) -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *DEVICES, *NETWORK, *SOUND])
    yield browser
    browser.close()


@pytest.fixture
def gather(browser: Browser, server: Server) -> Iterator[Gather]:
    """People in a room of their own, each with a profile, and no call yet. No page may let anything slip."""
    watch = Watch(server.url)
    contexts: list[BrowserContext] = []

    def enter(url: str, session: str) -> Caller:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(PROBE)
        context.add_cookies([{"name": COOKIE, "value": session, "url": server.url}])
        watch.follow(context)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return Caller(page)

    yield Gather(server, enter)
    for context in contexts:
        context.close()
    assert watch.faults == []

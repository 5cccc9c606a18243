"""What every browser test shares: a real server, a real Chromium, and people in it, each in a profile of their own.

Whatever a test does, no page may ask another origin for anything, break the content security policy or throw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.browser.serving import Server

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
TIMEOUT_MS = 60_000
"""Longer than the longest pause before a page tries the server again, and than a busy machine takes."""
expect.set_options(timeout=TIMEOUT_MS)
UNLIMITED = ("--rate-limits", "false")
Arrive = Callable[..., Page]


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """With the limits that people meet, unless a test is marked `unlimited`: where much is said, and it is the page that is tried."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    unlimited = request.node.get_closest_marker("unlimited")
    server = Server(data, tmp_path / "server.log", *(UNLIMITED if unlimited else ()))
    server.start()
    yield server
    server.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Of one file only: while it lives, its loop runs in this thread, and no other test could run one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser
    browser.close()


class Watch:
    """Listens to all that a page lets slip."""

    def __init__(self, origin: str) -> None:
        self.faults: list[str] = []
        self._origin = origin

    def follow(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"thrown: {error.error}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((self._origin, "blob:", "data:")):
            self.faults.append(f"asked for {url}")

    def _said(self, message: ConsoleMessage) -> None:
        expected = ("net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "WebSocket connection", "status of 401")
        if message.type == "error" and not any(part in message.text for part in expected):
            self.faults.append(f"console: {message.text}")


@pytest.fixture
def arrive(browser: Browser, server: Server) -> Iterator[Arrive]:
    """Opens an address as somebody new, with a profile of their own; options are those of a browser context."""
    watch = Watch(server.url)
    contexts: list[BrowserContext] = []

    def arrive(url: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(TIMEOUT_MS)
        watch.follow(context)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert watch.faults == []

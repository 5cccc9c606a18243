"""The page for guests where it is secure: every tick is tried for real, UDP to the server and back too, and it opens the chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TIMEOUT_MS, Watch
from tests.browser.people import Person
from tests.browser.serving import BOOTSTRAP, Server
from tests.browser.test_access import violations

pytestmark = pytest.mark.browser
DUMB = """
    const real = RTCPeerConnection.prototype.setRemoteDescription
    RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
      return real.call(this, { type, sdp: sdp.replace(/^a=candidate.*\\r\\n/gm, '') })
    }
"""
"""A network in which nothing that the server offers can be reached."""


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    watch = Watch(server.url)
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.set_default_timeout(TIMEOUT_MS)
    watch.follow(context)
    yield context.new_page()
    context.close()
    assert watch.faults == []


def states(page: Page, *expected: str) -> None:
    ticks = page.get_by_role("listitem")
    expect(ticks).to_have_count(len(expected))
    for tick, state in zip(ticks.all(), expected, strict=True):
        expect(tick).to_have_attribute("data-state", state)


def test_a_guest_sees_all_that_works_and_comes_in_with_the_invite(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/join#invite={BOOTSTRAP}")
    states(page, "good", "good", "good", "ask", "good")
    faults = {}
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        faults[theme] = violations(page)
    assert faults == {"light": [], "dark": []}
    page.get_by_role("button", name="Try the microphone").click()
    states(page, "good", "good", "good", "good", "good")
    expect(page.get_by_role("status")).to_contain_text("Your microphone works")
    page.get_by_role("link", name="Open the chat").click()
    Person(page).sign_up("ada", "Ada")


@pytest.mark.slow
def test_a_network_that_keeps_devices_apart_is_seen_and_said(page: Page, server: Server) -> None:
    page.add_init_script(DUMB)
    page.goto(f"{server.url}/join")
    states(page, "good", "good", "good", "ask", "bad")
    expect(page.get_by_role("list")).to_contain_text("Nothing got through between this device and the server's computer")
    expect(page.get_by_role("link", name="Open the chat")).to_be_visible()

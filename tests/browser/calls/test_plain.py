"""A call by plain http from the network of the house, where browsers give a page no microphone: one listens, watches, and is told why."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from gateway.asgi import COOKIE
from tests.browser.calls.callers import Caller, Gather, frames_grow, hears_all, in_call
from tests.browser.calls.conftest import PROBE
from tests.browser.calls.playing import PLAYERS, plays
from tests.browser.conftest import TIMEOUT_MS, Watch
from tests.browser.serving import Server

HOUSE = "10.99.0.1"
HOUSE_NETWORK = (
    "link add house type veth peer name wall",
    "link set house addrgenmode none",
    "link set wall addrgenmode none",
    f"address add {HOUSE}/24 dev house",
    "link set house up",
    "link set wall up",
    "route add default dev house",
)
"""A cable that ends at a wall, without IPv6: an address that comes a second later is a change of network, and ends all that a page
loads. Whoever may not know the networks of a machine is given the one to the world outside, and never loopback."""
NO_MATTER = "The Cross-Origin-Opener-Policy header has been ignored"


@pytest.fixture(scope="module")
def house(network: bool) -> None:
    """An address as one has it on a Wi-Fi."""
    if not network:
        pytest.skip("no network namespace can be made here, and another address would be this machine's own")
    for line in HOUSE_NETWORK:
        subprocess.run(["ip", *line.split()], check=True)


@pytest.fixture
def server(house: None, tmp_path: Path) -> Iterator[Server]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    server = Server(data, tmp_path / "server.log", "--host", "0.0.0.0", "--no-mdns")
    server.start()
    yield server
    server.kill()


Move = Callable[[Caller], Caller]


@pytest.fixture
def from_the_house(browser: Browser, server: Server) -> Iterator[Move]:
    """The same person with the same session, by the address of the house."""
    url = f"http://{HOUSE}:{server.port}"
    watch = Watch(url)
    contexts: list[BrowserContext] = []

    def move(caller: Caller) -> Caller:
        [session] = [cookie.get("value", "") for cookie in caller.page.context.cookies() if cookie.get("name") == COOKIE]
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(PROBE + PLAYERS)
        context.add_cookies([{"name": COOKIE, "value": session, "url": url}])
        watch.follow(context)
        contexts.append(context)
        page = context.new_page()
        page.goto(caller.page.url.replace(server.url, url))
        caller.page.close()
        return Caller(page)

    yield move
    for context in contexts:
        context.close()
    assert [fault for fault in watch.faults if NO_MATTER not in fault] == []


def test_by_plain_http_one_hears_and_sees_the_others(gather: Gather, from_the_house: Move) -> None:
    ada, bob = gather("Ada", "Bob")
    bob = from_the_house(bob)
    assert bob.page.evaluate("[isSecureContext, typeof navigator.mediaDevices]") == [False, "undefined"]
    in_call([ada, bob])
    ada.turns_camera_on()
    bob.sees_tile("Ada: camera")
    frames_grow(bob, pictures=1)
    hears_all(bob)
    plays(bob)
    ada.sees_in_call(["Ada", "Bob"])
    in_ada = ada.stage.get_by_role("list", name="In the call").get_by_role("listitem").filter(has_text="Bob")
    expect(in_ada.get_by_text("muted")).to_be_attached()


def test_the_page_says_why_there_is_no_microphone_and_what_to_do(gather: Gather, from_the_house: Move, server: Server) -> None:
    [ada] = gather("Ada")
    ada = from_the_house(ada)
    ada.starts_call()
    why = f"only to pages opened by https:// or on the same computer as the server, and this page is open at http://{HOUSE}:{server.port}."
    way_out = f"To talk, open https://{HOUSE} (if the server has HTTPS), or http://localhost:{server.port} on the server's own computer."
    note = ada.stage.get_by_role("status").filter(has_text="Browsers give a microphone")
    expect(note).to_contain_text(why)
    expect(note).to_contain_text("You can listen and watch.")
    expect(note).to_contain_text(way_out)
    ada.page.keyboard.press("Control+Shift+M")
    expect(ada.page.get_by_role("status").filter(has_text=way_out)).to_have_count(2)  # who asks for it hears it once more


def test_no_button_pretends_that_there_could_be_a_microphone(gather: Gather, from_the_house: Move) -> None:
    [ada] = gather("Ada")
    ada = from_the_house(ada)
    ada.starts_call()
    expect(ada.stage.get_by_role("button", name="Dismiss")).to_be_visible()
    assert labels(ada.stage) == {"Dismiss", "Ada (you)", "Deafen", "Call quality", "Call settings", "Leave call"}
    ada.stage.get_by_role("button", name="Call settings").click()
    dialog = ada.page.get_by_role("dialog", name="Call settings")
    expect(dialog.get_by_role("status").filter(has_text="Browsers give a microphone")).to_be_visible()
    for name in ("Microphone", "Camera", "Push to talk", "Suppress noise"):
        expect(dialog.get_by_label(name)).to_be_hidden()
    expect(dialog.get_by_role("button", name="Test microphone")).to_be_hidden()
    expect(dialog.get_by_label("Upload limit")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    ada.makes_room("elsewhere")
    bar = ada.page.get_by_role("region", name="Call in general")
    expect(bar).to_be_visible()
    assert labels(bar) == {"general", "Deafen", "Leave call"}


def labels(where: Locator) -> set[str]:
    """Of all buttons that are there to press."""
    names = "each => each.map((one) => one.ariaLabel ?? one.querySelector('.name')?.textContent ?? one.textContent)"
    return {*where.get_by_role("button").filter(visible=True).evaluate_all(names)}

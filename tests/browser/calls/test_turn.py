"""Calls by a relay: a real coturn, with the names and passwords that our server makes, and what the page says where it refuses them."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.calls.callers import LOOK_EVERY_MS, UP_WITHIN_MS, Caller, Gather, hears_all, in_call
from tests.browser.serving import Server
from tests.coturn import SECRET, Coturn

WRONG = "another-secret-of-the-turn-tests"
LONG_AGO = "1:u"
REFUSED = "refused you, its credentials are wrong or expired."
PAIR = "async pair => { const links = await probed.links(); return links.length > 0 && links.every((link) => link.pair === pair) }"


@pytest.fixture(scope="module")
def coturn(network: bool, turnserver: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with Coturn(turnserver, tmp_path_factory.mktemp("coturn")) as found:
        yield found


@pytest.fixture
def server(request: pytest.FixtureRequest, coturn: Coturn, tmp_path: Path) -> Iterator[Server]:
    """One that knows the relay; by which transports, and with what to sign in, is the test's parameter."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    transports, login = request.param
    server = Server(data, tmp_path / "server.log", "--turn-urls", ",".join(coturn.urls(*transports)), *login)
    server.start()
    yield server
    server.kill()
    assert "candidate:" not in (tmp_path / "server.log").read_text(encoding="utf-8")


def by_secret(*transports: str, secret: str = SECRET) -> tuple[Sequence[str], Sequence[str]]:
    return transports, ("--turn-secret", secret)


def by_name(*transports: str, name: str) -> tuple[Sequence[str], Sequence[str]]:
    """With the password that goes with it, so that its time is all that can be wrong."""
    signed = hmac.digest(SECRET.encode(), name.encode(), "sha1")
    return transports, ("--turn-username", name, "--turn-credential", base64.b64encode(signed).decode())


def hides(caller: Caller) -> None:
    """Before any call: whoever hides was never seen."""
    caller.page.get_by_role("button", name="My profile and devices").click()
    caller.page.get_by_role("button", name="Call settings").click()
    dialog = caller.page.get_by_role("dialog", name="Call settings")
    dialog.get_by_label("Hide my address").check()
    dialog.get_by_role("button", name="Close").click()
    caller.page.get_by_role("dialog").get_by_role("button", name="Close").click()


def is_linked_by(caller: Caller, pair: str) -> None:
    caller.page.wait_for_function(PAIR, arg=pair, polling=LOOK_EVERY_MS, timeout=UP_WITHIN_MS)


def reads_in_panel(caller: Caller, text: str | re.Pattern[str]) -> None:
    caller.stage.get_by_role("button", name="Call quality").click()
    panel = caller.page.get_by_role("dialog", name="Call quality")
    expect(panel.get_by_role("table")).to_contain_text(text, timeout=UP_WITHIN_MS)
    panel.get_by_role("button", name="Close").click()


@pytest.mark.parametrize(
    ("server", "route"),
    [(by_secret("udp"), re.compile(r"Relay\s+\d+ ms")), (by_secret("tcp"), re.compile(r"Relay, TCP\s+\d+ ms"))],
    indirect=["server"],
    ids=["udp", "tcp"],
)
def test_two_who_hide_hear_one_another_by_the_relay_alone(gather: Gather, route: re.Pattern[str]) -> None:
    callers = gather("Ada", "Bob")
    for caller in callers:
        hides(caller)
    in_call(callers)
    for caller in callers:
        is_linked_by(caller, "relay/relay")
        hears_all(caller)
        reads_in_panel(caller, route)


@pytest.mark.parametrize("server", [by_secret("udp")], indirect=True)
def test_one_who_hides_in_the_call_is_reached_by_the_relay_from_then_on(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    is_linked_by(ada, "host/host")
    ada.stage.get_by_role("button", name="Call settings").click()
    ada.page.get_by_label("Hide my address").check()
    is_linked_by(ada, "relay/host")
    is_linked_by(bob, "host/relay")
    for caller in callers:
        hears_all(caller)


@pytest.mark.parametrize(
    "server",
    [by_secret("udp", "tcp", secret=WRONG), by_name("udp", "tcp", name=LONG_AGO)],
    indirect=True,
    ids=["wrong secret", "expired"],
)
def test_credentials_that_the_relay_refuses_are_said_to_be_wrong_or_expired(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    hides(ada)
    ada.starts_call()
    bob.joins_call()
    reads_in_panel(ada, REFUSED)
    reads_in_panel(bob, REFUSED)
    assert [link.connection == "connected" for link in [*ada.links(), *bob.links()]] == [False, False]

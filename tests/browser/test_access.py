"""Everybody can use every screen: axe-core finds no serious violation, in both themes, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import ROOT, Server

AXE = ROOT / "tests" / "public" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def violations(page: Page) -> list[str]:
    """What axe-core holds against what is to be seen now, the serious and the critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document)).violations")
    return [f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] in GRAVE for node in one["nodes"]]


def menu(person: Person) -> None:
    person.page.get_by_role("button", name="New room").click()


def settings(person: Person) -> None:
    person.page.get_by_role("button", name="Room settings").click()


def members(person: Person) -> None:
    person.page.get_by_role("button", name="Members").click()
    expect(person.page.get_by_role("complementary", name="Members")).to_be_visible()


def found(person: Person) -> None:
    expect(person.searches("hello")).to_have_count(1)


def me(person: Person) -> None:
    person.page.get_by_role("region", name="You").get_by_role("button").first.click()
    expect(person.page.get_by_role("dialog")).to_be_visible()


def shortcuts(person: Person) -> None:
    person.page.get_by_role("region", name="Conversation").focus()
    person.page.keyboard.press("?")
    expect(person.page.get_by_role("dialog")).to_be_visible()


def palette(person: Person) -> None:
    person.page.keyboard.press("Control+k")
    expect(person.page.get_by_role("dialog")).to_be_visible()


def connection(person: Person) -> None:
    person.page.locator("connection-chip summary").click()


SCREENS: dict[str, Callable[[Person], None]] = {
    "a new room": menu,
    "room settings": settings,
    "members": members,
    "search": found,
    "me": me,
    "shortcuts": shortcuts,
    "palette": palette,
    "connection": connection,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_screen_has_a_serious_violation(server: Server, arrive: Arrive, theme: str) -> None:
    ada = Person(arrive(server.invite, color_scheme=theme, viewport=DESK, reduced_motion="reduce"))
    faults = {"sign in": violations(ada.page)}
    ada.sign_up("ada", "Ada")
    faults["first steps"] = violations(ada.page)
    ada.makes_room("general", topic="all and nothing")
    ada.says("hello **friends**, `code` and ||spoiler||\n> quoted\n- one\n- two\nhttps://example.org")
    faults["a room"] = violations(ada.page)
    for name, show in SCREENS.items():
        show(ada)
        faults[name] = violations(ada.page)
        ada.page.reload()
        ada.sees_live()
    assert {screen: found for screen, found in faults.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_pane_of_a_phone_has_a_serious_violation(server: Server, arrive: Arrive, theme: str) -> None:
    ada = Person(arrive(server.invite, color_scheme=theme, viewport=PHONE, has_touch=True, is_mobile=True))
    ada.sign_up("ada", "Ada")
    faults = {"rooms": violations(ada.page)}
    ada.makes_room("general")
    ada.says("hello")
    faults["a room"] = violations(ada.page)
    members(ada)
    faults["members"] = violations(ada.page)
    assert {screen: found for screen, found in faults.items() if found} == {}


def test_the_check_can_fail(arrive: Arrive, server: Server) -> None:
    page = arrive(server.invite)
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(one.startswith("button-name") for one in violations(page))

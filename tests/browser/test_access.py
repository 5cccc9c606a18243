"""Everybody can use every screen: axe-core finds no serious violation, in both themes, on a desk and on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import ROOT, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = ROOT / "tests" / "public" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
COPY = [
    {"kind": "room", "room_id": "r_1", "name": "Old times", "topic": "", "exported_at": 1},
    {"kind": "msg", "seq": 1, "ts": 1, "user_id": "u_1", "user_handle": "ada", "text": "hello from **then**", "msg_id": "m_1"},
]
Faults = dict[str, list[str]]


def violations(page: Page) -> list[str]:
    """What axe-core holds against what is to be seen now, the serious and the critical."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
    return [f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] in GRAVE for node in one["nodes"]]


def look(faults: Faults, screen: str, page: Page) -> None:
    """At the same screen in both themes."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        if found := violations(page):
            faults[f"{screen}, {theme}"] = found


def press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).first.click()


def see(person: Person, dialog: str) -> Locator:
    found = person.page.get_by_role("dialog", name=dialog)
    expect(found).to_be_visible()
    return found


def new_room(person: Person) -> None:
    press(person.page, "New room")
    see(person, "New room")


def settings(person: Person) -> None:
    press(person.page, "Room settings")
    expect(person.page.get_by_role("complementary", name="Room settings")).to_be_visible()


def members(person: Person) -> None:
    person.page.get_by_role("button", name="Members").click()
    expect(person.page.get_by_role("complementary", name="Members")).to_be_visible()


def found(person: Person) -> None:
    expect(person.searches("hello")).to_have_count(1)


def me(person: Person) -> None:
    person.page.get_by_role("region", name="You").get_by_role("button").first.click()
    see(person, "You")


def house(person: Person) -> None:
    press(person.page, "Server")
    dialog = see(person, "Server")
    expect(dialog.get_by_role("list", name="Accounts").get_by_role("listitem")).to_have_count(2)


def shortcuts(person: Person) -> None:
    person.page.get_by_role("region", name="Conversation").focus()
    person.page.keyboard.press("?")
    see(person, "Keys and commands")


def palette(person: Person) -> None:
    person.page.keyboard.press("Control+k")
    see(person, "Go to")


def connection(person: Person) -> None:
    person.page.locator("connection-chip summary").click()


def emoji(person: Person) -> None:
    press(person.page, "Emoji")
    expect(person.page.locator(".emoji-picker")).to_be_visible()


def suggestions(person: Person) -> None:
    person.composer.fill("/")
    expect(person.page.get_by_role("listbox", name="Suggestions")).to_be_visible()


def message_menu(person: Person) -> None:
    person.page.get_by_role("log", name="Messages").locator("li.message").first.focus()
    person.page.keyboard.press("ContextMenu")
    expect(person.page.get_by_role("menu")).to_be_visible()


def editing(person: Person) -> None:
    person.composer.fill("")
    person.composer.press("ArrowUp")
    expect(person.page.get_by_text("Enter saves, Escape cancels")).to_be_visible()


def question(person: Person) -> None:
    settings(person)
    press(person.page, "Delete the room")
    expect(person.page.get_by_role("alertdialog")).to_be_visible()


def invite(person: Person) -> None:
    press(person.page, "Invite to server")
    expect(see(person, "Invite").get_by_role("img", name="QR code of the link")).to_be_visible()


SCREENS: dict[str, Callable[[Person], None]] = {
    "a new room": new_room,
    "room settings": settings,
    "members": members,
    "search": found,
    "me": me,
    "server": house,
    "an invite": invite,
    "shortcuts": shortcuts,
    "palette": palette,
    "connection": connection,
    "emoji": emoji,
    "suggestions": suggestions,
    "a message's menu": message_menu,
    "a message being edited": editing,
    "a question": question,
}


def first_steps(faults: Faults, ada: Person) -> None:
    steps = ada.page.get_by_role("region", name="First steps")
    look(faults, "the first step", ada.page)
    press(steps, "That is me")
    look(faults, "the second step", ada.page)
    ada.makes_room("general", topic="all and nothing")
    expect(steps.get_by_role("button", name="Get the link")).to_be_visible()
    look(faults, "the third step", ada.page)


def a_copy(faults: Faults, ada: Person, file: Path) -> None:
    file.write_text("\n".join(json.dumps(line) for line in COPY), encoding="utf-8")
    me(ada)
    ada.page.get_by_label("File to read").set_input_files(file)
    look(faults, "a file being read", ada.page)
    press(see(ada, "You"), "Close")
    ada.page.get_by_role("list", name="Read from a file").get_by_role("button").first.click()
    look(faults, "a copy", ada.page)


def a_message_that_waits(faults: Faults, ada: Person, server: Server) -> None:
    ada.page.reload()
    ada.sees_live()
    server.kill()
    ada.says("> quoted\nhttps://example.org")
    expect(ada.page.locator("li.pending")).to_be_visible()
    look(faults, "a message that waits", ada.page)


def test_no_screen_has_a_serious_violation_in_either_theme(server: Server, arrive: Arrive, tmp_path: Path) -> None:
    """One visit: coming in costs more than looking."""
    faults: Faults = {}
    ada = Person(arrive(server.invite, viewport=DESK))
    look(faults, "sign in", ada.page)
    ada.sign_up("ada", "Ada")
    first_steps(faults, ada)
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    ada.says("hello **friends**, `code` and ||spoiler||\n> quoted\n- one\n- two\nhttps://example.org")
    look(faults, "a room", ada.page)
    for name, show in SCREENS.items():
        show(ada)
        look(faults, name, ada.page)
        ada.page.reload()
        ada.sees_live()
    a_copy(faults, ada, tmp_path / "copy.jsonl")
    a_message_that_waits(faults, ada, server)
    assert faults == {}


def test_no_pane_of_a_phone_has_a_serious_violation(server: Server, arrive: Arrive) -> None:
    faults: Faults = {}
    ada = Person(arrive(server.invite, viewport=PHONE, has_touch=True, is_mobile=True))
    ada.sign_up("ada", "Ada")
    look(faults, "rooms", ada.page)
    ada.makes_room("general")
    ada.says("hello")
    look(faults, "a room", ada.page)
    for show in (members, settings):
        show(ada)
        look(faults, show.__name__, ada.page)
        press(ada.page, "Close")
    press(ada.page, "Back to rooms")
    look(faults, "rooms over a room", ada.page)
    me(ada)
    look(faults, "me", ada.page)
    assert faults == {}


def test_the_check_can_fail(arrive: Arrive, server: Server) -> None:
    page = arrive(server.invite)
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(one.startswith("button-name") for one in violations(page))

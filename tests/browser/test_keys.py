"""Each key of the sheet does what the sheet says. A key that is added there has to be pressed here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PRESSED = [
    "Ctrl K", "Ctrl Shift F", "Alt ↑", "Alt ↓", "Alt Shift ↑", "Alt Shift ↓", "Esc", "Shift Esc",
    "Ctrl Shift M", "Ctrl Shift D", "Ctrl Shift L", "?", "Enter", "Shift Enter", "↑", "Tab",
]  # fmt: skip
"""Those of calls are pressed in calls/test_tiles.py, where there is a microphone."""


def test_every_key_of_the_sheet_works(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    for name in ("alpha", "beta", "gamma", "delta"):
        ada.makes_room(name)
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    the_sheet_tells_what_is_pressed_here(ada)
    rooms_by_alt(ada)
    reading_by_escape(ada, bob)
    writing(ada)
    finding(ada)


def the_sheet_tells_what_is_pressed_here(ada: Person) -> None:
    page = ada.page
    page.get_by_role("region", name="Conversation").focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys and commands")
    rows = sheet.locator("dl").first.locator("dt").all()
    assert [" ".join(row.locator("kbd").all_text_contents()) for row in rows] == PRESSED
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def rooms_by_alt(ada: Person) -> None:
    """In the list they stand by name: alpha, beta, delta, gamma."""
    for key, room in (("ArrowUp", "beta"), ("ArrowDown", "delta"), ("ArrowDown", "gamma"), ("ArrowDown", "alpha")):
        ada.page.keyboard.press(f"Alt+{key}")
        ada.sees_room(room)


def reading_by_escape(ada: Person, bob: Person) -> None:
    page = ada.page
    new = page.get_by_role("log").get_by_text("New", exact=True)
    for count, room in enumerate(("beta", "gamma"), start=1):
        bob.joins(room)
        bob.says(f"hello {room}")
        waits(ada, count)
    page.keyboard.press("Alt+Shift+ArrowUp")
    ada.sees_room("gamma")
    waits(ada, 1)
    page.keyboard.press("Alt+Shift+ArrowDown")
    ada.sees_room("beta")
    waits(ada, 0)
    ada.opens("alpha")
    for count, room in enumerate(("gamma", "beta"), start=1):
        bob.opens(room)
        bob.says(f"again {room}")
        waits(ada, count)
    ada.opens("beta")
    expect(new).to_be_visible()
    page.get_by_role("button", name="Members").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Members")).to_be_hidden()
    expect(new).to_be_visible()
    page.keyboard.press("Escape")
    expect(new).to_have_count(0)
    waits(ada, 1)
    page.keyboard.press("Shift+Escape")
    waits(ada, 0)


def waits(ada: Person, count: int) -> None:
    expect(ada.page).to_have_title(re.compile(rf"^\({count}\)" if count else r"^\w"))


def writing(ada: Person) -> None:
    ada.opens("alpha")
    ada.composer.fill("one")
    ada.composer.press("Shift+Enter")
    ada.page.keyboard.type("two")
    expect(ada.composer).to_have_value("one\ntwo")
    ada.composer.press("Enter")
    ada.sees_exactly(["one\ntwo"])
    ada.composer.press("ArrowUp")
    editor = ada.page.get_by_role("log").get_by_role("textbox")
    expect(editor).to_be_focused()
    editor.fill("three")
    editor.press("Enter")
    expect(ada.texts).to_have_text(["three"])
    for typed, taken in (("@ad", "@ada "), (":thumbsu", "👍 "), ("/shr", "/shrug ")):
        ada.composer.fill("")
        ada.composer.press_sequentially(typed)
        ada.composer.press("Tab")
        expect(ada.composer).to_have_value(taken)
        expect(ada.composer).to_be_focused()
    ada.composer.fill("")


def finding(ada: Person) -> None:
    ada.page.keyboard.press("Control+k")
    field = ada.page.get_by_role("combobox", name="Go to")
    expect(field).to_be_focused()
    field.fill("delta")
    field.press("Enter")
    ada.sees_room("delta")
    ada.page.keyboard.press("Control+Shift+F")
    expect(ada.page.get_by_role("searchbox", name="Search messages")).to_be_focused()


def test_a_new_house_is_set_up_and_a_room_entered_without_losing_the_focus(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    ada.page.get_by_label("What others call you").press("Enter")
    expect(ada.page.get_by_role("button", name="Make a room")).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_label("Room name")).to_be_focused()
    ada.page.keyboard.type("lobby")
    ada.page.keyboard.press("Enter")
    ada.sees_room("lobby")
    expect(ada.composer).to_be_focused()
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    bob.page.get_by_role("list", name="Public rooms").get_by_role("button", name="lobby").press("Enter")
    outside = bob.page.get_by_text("Join this room to read what is said here")
    expect(outside).to_be_visible()
    bob.page.get_by_role("button", name="Join", exact=True).press("Enter")
    expect(outside).to_be_hidden()
    expect(bob.composer).to_be_focused()

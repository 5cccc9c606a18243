"""Finding one's way: search by keys, the palette, the keys that work everywhere, and being called when one looks elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import last_said, much_is_said

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WATCH_NOTIFICATIONS = """
  globalThis.called = []
  globalThis.Notification = class {
    static permission = 'default'
    static async requestPermission() { return (this.permission = 'granted') }
    constructor() { throw new TypeError('phones leave it to the service worker') }
  }
  const standing = new Map()
  ServiceWorkerRegistration.prototype.showNotification = async (title, { tag, data, body }) => {
    called.push({ title, body })
    standing.set(tag, { tag, data, close: () => standing.delete(tag) && called.push('closed') })
  }
  ServiceWorkerRegistration.prototype.getNotifications = async ({ tag } = {}) =>
    [...standing.values()].filter((one) => !tag || one.tag === tag)
"""


def ada_in(server: Server, arrive: Arrive, *rooms: str) -> Person:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    for name in rooms:
        ada.makes_room(name)
    return ada


def found(person: Person) -> Locator:
    return person.page.get_by_role("list", name="Messages found").get_by_role("button")


def test_a_search_goes_by_keys_from_the_field_to_a_message_where_it_was_said(server: Server, arrive: Arrive) -> None:
    ada = ada_in(server, arrive, "alpha")
    for text in ("a needle here", "nothing", "another needle"):
        ada.says(text)
    ada.sees_all_told()
    ada.makes_room("beta")
    ada.says("the third needle")
    ada.sees_exactly(["the third needle"])
    ada.page.keyboard.press("Control+Shift+F")
    field = ada.page.get_by_role("searchbox", name="Search messages")
    expect(field).to_be_focused()
    field.fill("needle")
    field.press("Enter")
    expect(found(ada)).to_have_count(3)
    expect(found(ada).locator("mark")).to_have_text(["needle"] * 3)
    field.press("ArrowDown")
    expect(found(ada).nth(0)).to_be_focused()
    ada.page.keyboard.press("ArrowDown")
    ada.page.keyboard.press("ArrowDown")
    ada.page.keyboard.press("Enter")
    ada.sees_room("alpha")
    expect(found(ada).nth(2)).to_be_focused()
    expect(found(ada).nth(2)).to_have_attribute("aria-current", "true")
    expect(ada.page.get_by_role("log").locator(".shown")).to_contain_text("a needle here")
    ada.page.get_by_label("Where to search").select_option("This room")
    expect(found(ada)).to_have_count(2)
    ada.page.keyboard.press("Escape")
    expect(ada.page.get_by_role("complementary", name="Search results")).to_be_hidden()


@pytest.mark.unlimited
def test_one_room_gives_page_after_page(server: Server, arrive: Arrive) -> None:
    ada = ada_in(server, arrive, "alpha")
    much_is_said(server, ada, (f"needle {i}" for i in range(30)))
    last_said(ada, "needle 29")
    ada.page.get_by_label("Where to search").select_option("This room")
    ada.searches("needle")
    expect(found(ada)).to_have_count(25)
    ada.page.get_by_role("button", name="Older ones").click()
    expect(found(ada)).to_have_count(30)
    expect(ada.page.get_by_text("30 found in alpha.")).to_be_visible()
    server.kill()
    ada.sees_down()
    ada.searches("needle")
    expect(ada.page.get_by_role("button", name="Try again")).to_be_visible()
    server.start()
    ada.sees_live()
    ada.page.get_by_role("button", name="Try again").click()
    expect(found(ada)).to_have_count(25)


def test_the_palette_leads_to_rooms_people_and_commands(server: Server, arrive: Arrive) -> None:
    ada = ada_in(server, arrive, "alpha", "beta")
    ada.composer.press("Control+k")
    field = ada.page.get_by_role("combobox", name="Go to")
    field.fill("alp")
    field.press("Enter")
    ada.sees_room("alpha")
    ada.page.keyboard.press("Control+k")
    field.fill("@ad")
    expect(ada.page.get_by_role("listbox", name="Places").get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(ada.composer).to_have_value("@ada ")
    ada.composer.fill("")
    ada.page.keyboard.press("Control+k")
    field.fill("/top")
    field.press("Enter")
    expect(ada.composer).to_have_value("/topic ")
    expect(ada.composer).to_be_focused()
    ada.page.keyboard.press("Control+k")
    field.fill("nowhere at all")
    expect(ada.page.get_by_text("Nothing of that name.")).to_be_visible()
    ada.page.keyboard.press("Escape")
    expect(field).to_have_count(0)


def test_keys_move_between_rooms_mark_as_read_and_tell_of_themselves(server: Server, arrive: Arrive) -> None:
    ada = ada_in(server, arrive, "alpha", "beta", "gamma")
    ada.page.keyboard.press("Alt+ArrowUp")
    ada.sees_room("beta")
    ada.page.keyboard.press("Alt+ArrowDown")
    ada.page.keyboard.press("Alt+ArrowDown")
    ada.sees_room("alpha")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    for room in ("beta", "gamma"):
        bob.joins(room)
        bob.says(f"hello {room}")
    rooms = ada.page.get_by_role("list", name="My rooms")
    expect(rooms.get_by_role("button", name="gamma")).to_contain_text("unread")
    expect(ada.page).to_have_title(re.compile(r"^\(2\) alpha"))
    ada.page.keyboard.press("Shift+Escape")
    expect(rooms.get_by_role("button", name="gamma")).not_to_contain_text("1")
    expect(ada.page).to_have_title(re.compile(r"^alpha"))
    bob.says("again")
    expect(ada.page).to_have_title(re.compile(r"^\(1\) alpha"))
    ada.page.keyboard.press("Alt+Shift+ArrowDown")
    ada.sees_room("gamma")
    ada.composer.press("?")
    expect(ada.composer).to_have_value("?")
    ada.composer.fill("")
    ada.page.get_by_role("region", name="Conversation").focus()
    ada.page.keyboard.press("?")
    expect(ada.page.get_by_role("dialog", name="Keys and commands")).to_be_visible()
    ada.page.keyboard.press("Escape")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    ada.page.get_by_role("region", name="Conversation").focus()
    ada.page.keyboard.type("straight in")
    expect(ada.composer).to_have_value("straight in")


def test_a_mention_calls_once_over_all_tabs_and_never_for_what_is_on_screen(server: Server, arrive: Arrive) -> None:
    ada = ada_in(server, arrive, "alpha", "beta")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    bob.joins("alpha")
    other = Person(ada.page.context.new_page())
    ada.page.context.add_init_script(WATCH_NOTIFICATIONS)
    ada.page.reload()
    other.page.goto(server.url)
    for tab in (ada, other):
        tab.opens("beta")
        tab.sees_live()
        tab.page.get_by_role("button", name="My profile and devices").click()
        tab.page.get_by_label("On the desktop").check()
        tab.page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()
    bob.says("nobody in particular")
    bob.says("hey @ada, a ||secret||")
    for tab in (ada, other):
        expect(tab.page).to_have_title(re.compile(r"^\(1@\) beta"))
        expect(tab.page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("^data:image/svg"))
    calls = [call for tab in (ada, other) for call in tab.page.evaluate("called")]
    assert [(call["title"], call["body"]) for call in calls] == [("Bob in alpha", "hey @ada, a (hidden)")]

    other.opens("alpha")
    for tab in (ada, other):
        expect(tab.page).to_have_title(re.compile(r"^(alpha|beta)"))
    bob.says("you see this, @ada")
    expect(other.texts.last).to_have_text("you see this, @ada")
    calls = [call for tab in (ada, other) for call in tab.page.evaluate("called")]
    assert [call for call in calls if call != "closed"] == calls[:1]
    assert calls.count("closed") == 1
    expect(ada.page).to_have_title(re.compile("^beta"))  # it was read over there

    other.page.close()
    ada.composer.fill("/dnd")
    ada.composer.press("Enter")
    expect(ada.page.get_by_text("Nothing disturbs you now.")).to_be_visible()
    bob.says("and this not, @ada")
    expect(ada.page).to_have_title(re.compile(r"^\(1@\)"))
    assert len([call for call in ada.page.evaluate("called") if call != "closed"]) <= 1


def test_a_silenced_room_adds_nothing_to_the_title(server: Server, arrive: Arrive) -> None:
    ada = ada_in(server, arrive, "alpha")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    bob.joins("alpha")
    ada.page.get_by_role("button", name="Room settings").click()
    ada.page.get_by_label("Tell me of").select_option("Nothing")
    ada.makes_room("beta")
    bob.says("psst, @ada")
    expect(ada.page.get_by_role("list", name="My rooms").get_by_role("button", name="alpha")).to_contain_text("mention")
    expect(ada.page).to_have_title(re.compile("^beta"))
    ada.page.reload()
    ada.sees_live()
    expect(ada.page).to_have_title(re.compile("^beta"))

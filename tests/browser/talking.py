"""Two people in a room, and what the browser tests of messages do there again and again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.crowd import guest
from tests.browser.people import Person
from tests.browser.serving import Server


def two_in_a_room(server: Server, arrive: Arrive) -> tuple[Person, Person]:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    ada.makes_room("general")
    bob.joins("general")
    return ada, bob


def much_is_said(server: Server, host: Person, texts: Iterable[str]) -> None:
    """By somebody without a browser, in the room that the host looks at: quicker than any page could be watched."""
    invite = host.invites_to_server().partition("=")[2]
    [room_id] = re.findall(r"room=(\w+)", host.page.url)
    with guest(server, invite, "cid", "Cid") as cid:
        cid.ask("room.join", room_id=room_id)
        for text in texts:
            cid.ask("msg.send", room_id=room_id, text=text)


def row(person: Person, text: str) -> Locator:
    return person.page.get_by_role("log", name="Messages").locator("li.message").filter(has_text=text)


def does(person: Person, text: str, deed: str) -> None:
    """From the menu, by keyboard alone. What is still on its way has no menu, and its row gives way to the message's own."""
    row(person, text).and_(person.page.locator(":not(.pending)")).focus()
    person.page.keyboard.press("ContextMenu")
    person.page.get_by_role("menuitem", name=deed).press("Enter")


def last_said(person: Person, said: str) -> None:
    expect(person.texts.last).to_have_text(said)


def wheel_up(page: Page, pixels: int) -> None:
    page.get_by_role("region", name="Conversation").hover()
    page.mouse.wheel(0, -pixels)

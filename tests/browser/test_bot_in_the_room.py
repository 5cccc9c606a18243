"""The bot that comes with the house, one evening long: two people, its scripts as the first start lists them, and the page alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import two_in_a_room
from tests.browser.test_people import agree, button, choose

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFF = re.compile(r"^# (\[scripts\.(?:spam|moderation)\])\n# (can = .*)$", re.MULTILINE)
FLOOD, WITHIN_S = 5, 120
"""A busy machine takes its time for a flood, too."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """As its operator starts it, stops it, takes the # away in `scripts.toml`, and starts it again."""
    data = tmp_path / "data"
    server = Server(data, tmp_path / "server.log")
    server.start()
    server.kill()
    listing = data / "scripts" / "scripts.toml"
    text, count = OFF.subn(r"\1\n\2", listing.read_text(encoding="utf-8"))
    assert count == 2
    text = text.replace("[scripts.spam]", f"[scripts.spam]\nconfig = {{ messages = {FLOOD}, seconds = {WITHIN_S} }}")
    listing.write_text(text, encoding="utf-8")
    server.start()
    yield server
    server.kill()


def test_friends_have_the_bot_in_and_it_helps_counts_plans_and_keeps_order(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    the_bot_is_added_and_made_a_moderator_by_the_page(ada.page)
    it_says_what_it_can_to_whom_it_is_for(ada, bob)
    a_poll_is_asked_by_keys_voted_and_counted(ada, bob)
    a_raid_is_planned_and_its_roster_shows_who_comes(ada, bob)
    whoever_floods_is_warned_and_then_muted(ada, bob)
    a_moderator_lets_them_write_again(ada, bob)
    a_purge_asks_first_and_takes_back_on_both_screens(ada, bob)


def members(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Members")


def offered(person: Person) -> Locator:
    return person.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def gives(person: Person, command: str) -> None:
    """A command: gone from the composer once it was taken, and no message, so that the spam guard does not count it."""
    person.says(command)


def hears(people: tuple[Person, Person], text: str | re.Pattern[str]) -> None:
    """As the last that was said, on both screens."""
    for person in people:
        expect(person.texts.last).to_contain_text(text)


def the_bot_is_added_and_made_a_moderator_by_the_page(page: Page) -> None:
    hint = page.get_by_role("region", name="Conversation").get_by_text("Under Members you can add a bot")
    expect(hint).to_be_visible()
    button(page, "Members", exact=False).click()
    button(members(page), "Add a bot…").click()
    page.get_by_role("menuitem", name="hubot").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Say “hubot help”")
    agree(page, "Add the bot")
    expect(hint).to_be_hidden()
    line = members(page).get_by_role("listitem").filter(has_text="hubot")
    expect(line.get_by_text("bot", exact=True)).to_be_visible()
    expect(line.get_by_text("online")).to_be_attached()
    choose(page, "hubot", "Make moderator")
    agree(page, "Make moderator")
    expect(line.get_by_text("moderator")).to_be_visible()


def it_says_what_it_can_to_whom_it_is_for(ada: Person, bob: Person) -> None:
    ada.composer.press_sequentially("/hubot hel")
    expect(offered(ada)).to_have_count(1)
    ada.composer.press("Tab")
    expect(ada.composer).to_have_value("/hubot help ")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("")
    hears((ada, bob), "moderation: mute")
    gives(bob, "/hubot help")
    hears((ada, bob), "polls: poll, poll close, vote")
    for person in (ada, bob):
        expect(person.texts.last).not_to_contain_text("moderation")
    gives(bob, "/purge 2")
    hears((ada, bob), "@bob sorry, purge is for this room's moderators")


def a_poll_is_asked_by_keys_voted_and_counted(ada: Person, bob: Person) -> None:
    ada.composer.press_sequentially("/po")
    expect(offered(ada)).to_have_text([re.compile("poll .question. Ask the room"), re.compile("poll close")])
    ada.composer.press("ArrowDown")
    expect(offered(ada).nth(1)).to_have_attribute("aria-selected", "true")
    ada.composer.press("ArrowUp")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("/poll ")
    ada.composer.press_sequentially("Pizza tonight? | yes | no")
    ada.composer.press("Enter")
    hears((ada, bob), "Pizza tonight?")
    for person, choice, told in ((ada, "1", "ada is for yes."), (bob, "1", "bob is for yes."), (bob, "no", "bob is for no.")):
        gives(person, f"/vote {choice}")
        hears((ada, bob), told)
    gives(ada, "/poll close")
    hears((ada, bob), "The poll is over.")
    for person in (ada, bob):
        expect(person.texts.last.get_by_role("listitem")).to_have_text(["yes: 1", "no: 1"])


def a_raid_is_planned_and_its_roster_shows_who_comes(ada: Person, bob: Person) -> None:
    gives(ada, "/raid Molten Core tomorrow 20:00")
    hears((ada, bob), "hubot sign up as healer")
    gives(bob, "/signup healer")
    hears((ada, bob), "bob (healer)")
    ada.says("hubot roster")
    expect(ada.texts.nth(-2)).to_have_text("hubot roster")
    hears((ada, bob), re.compile(r"^Molten Core, .*20:00: bob \(healer\)$"))


def whoever_floods_is_warned_and_then_muted(ada: Person, bob: Person) -> None:
    for told in ("@bob too many messages at once: please slow down", "bob is muted for 5 min: too many messages at once."):
        for count in range(FLOOD):
            bob.says(f"buy this {count}")
        hears((ada, bob), told)
    expect(bob.page.get_by_text("You are muted here until")).to_be_visible()
    expect(mark(ada.page)).to_be_visible()
    bob.composer.fill("let me speak")
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("let me speak")


def mark(page: Page) -> Locator:
    return members(page).get_by_role("listitem").filter(has_text="Bob").get_by_text("muted until")


def a_moderator_lets_them_write_again(ada: Person, bob: Person) -> None:
    choose(ada.page, "Bob", "Unmute")
    agree(ada.page, "Unmute")
    expect(mark(ada.page)).to_be_hidden()
    expect(bob.page.get_by_text("You are muted here until")).to_be_hidden()
    bob.composer.press("Enter")
    hears((ada, bob), "let me speak")


def a_purge_asks_first_and_takes_back_on_both_screens(ada: Person, bob: Person) -> None:
    bob.says("taken back")
    hears((ada, bob), "taken back")
    gives(ada, "/purge 2")
    hears((ada, bob), "@ada purge 2: are you sure?")
    expect(bob.texts.filter(has_text="taken back")).to_have_count(1)
    ada.says("hubot yes")
    hears((ada, bob), "Deleting 2 messages.")
    for person in (ada, bob):
        expect(person.page.get_by_role("log").get_by_text("This message was deleted.")).to_have_count(2)
        for gone in ("taken back", "let me speak"):
            expect(person.texts.filter(has_text=gone)).to_have_count(0)

"""Writing: drafts, names, emoji, commands and texts that are too long, as a person presses them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import does

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def two_in_general(server: Server, arrive: Arrive) -> tuple[Person, Person]:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general", topic="before")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob Byron")
    bob.joins("general")
    return ada, bob


def suggested(person: Person) -> Locator:
    return person.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_a_name_is_completed_by_keys_and_calls_whom_it_names(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_general(server, arrive)
    bob.makes_room("elsewhere")
    ada.composer.press_sequentially("look @by")
    expect(suggested(ada)).to_have_count(1)
    expect(suggested(ada)).to_contain_text("Bob Byron")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("look @bob ")
    expect(suggested(ada)).to_have_count(0)
    ada.composer.press("Enter")
    ada.sees_exactly(["look @bob "])
    expect(bob.page.get_by_role("list", name="My rooms").get_by_role("button", name="general")).to_contain_text("mention")
    ada.composer.press_sequentially("@")
    ada.composer.press("ArrowDown")
    expect(suggested(ada).nth(1)).to_have_attribute("aria-selected", "true")
    ada.composer.press("Escape")
    expect(suggested(ada)).to_have_count(0)
    expect(ada.composer).to_have_value("@")


def test_emoji_by_colon_by_name_and_by_the_picker(server: Server, arrive: Arrive) -> None:
    ada, _ = two_in_general(server, arrive)
    ada.composer.press_sequentially("well done :tad")
    expect(suggested(ada).first).to_contain_text(":tada:")
    ada.composer.press("Tab")
    expect(ada.composer).to_have_value("well done 🎉 ")
    ada.composer.press_sequentially(":+1: at 10:30:45")
    expect(ada.composer).to_have_value("well done 🎉 👍 at 10:30:45")
    ada.page.get_by_role("button", name="Emoji", exact=True).click()
    picker = ada.page.get_by_role("dialog", name="Emoji")
    picker.get_by_role("searchbox", name="Find an emoji").fill("rocket")
    picker.get_by_role("searchbox").press("ArrowDown")
    expect(picker.get_by_role("button", name="rocket")).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(ada.composer).to_have_value("well done 🎉 👍 at 10:30:45🚀")
    expect(ada.composer).to_be_focused()
    ada.composer.fill("pasted :wave: but `:wave:`")
    ada.composer.press("Enter")
    ada.sees_exactly(["pasted 👋 but :wave:"])
    ada.page.get_by_role("button", name="Emoji", exact=True).click()
    expect(ada.page.get_by_role("region", name="Used last").get_by_role("button")).to_have_count(1)


def test_commands_are_offered_and_done_and_what_fails_stays_where_it_was(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_general(server, arrive)
    ada.composer.press_sequentially("/to")
    expect(suggested(ada)).to_have_count(1)
    ada.composer.press("Tab")
    ada.composer.press_sequentially("after all")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("")
    expect(bob.page.get_by_role("main").get_by_text("after all")).to_be_visible()
    bob.composer.fill("/topic mine")
    bob.composer.press("Enter")
    expect(bob.page.get_by_role("main").get_by_role("alert").filter(has_text="moderator")).to_be_visible()
    expect(bob.composer).to_have_value("/topic mine")
    bob.composer.fill("/nothing here")
    bob.composer.press("Enter")
    expect(bob.page.get_by_text("There is no command /nothing.")).to_be_visible()
    bob.composer.fill("//nothing here")
    bob.composer.press("Enter")
    bob.says("/shrug")
    bob.says("/me laughs")
    bob.sees_exactly(["/nothing here", "¯\\_(ツ)_/¯", "Bob Byron laughs"])
    ada.sees_exactly(["/nothing here", "¯\\_(ツ)_/¯", "Bob Byron laughs"])
    server.kill()
    bob.sees_down()
    bob.composer.fill("/nick Robert")
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("/nick Robert")
    server.start()
    bob.sees_live()
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("")
    expect(bob.page.get_by_role("region", name="You")).to_contain_text("Robert")


def test_each_room_keeps_its_draft_over_a_reload(server: Server, arrive: Arrive) -> None:
    ada, _ = two_in_general(server, arrive)
    ada.composer.fill("half a thought")
    ada.makes_room("second")
    expect(ada.composer).to_have_value("")
    ada.composer.fill("another")
    ada.opens("general")
    expect(ada.composer).to_have_value("half a thought")
    ada.page.reload()
    ada.sees_room("general")
    expect(ada.composer).to_have_value("half a thought")
    ada.opens("second")
    expect(ada.composer).to_have_value("another")
    ada.says("the question")
    ada.sees_exactly(["the question"])
    does(ada, "the question", "Reply")
    ada.composer.fill("the answer")
    ada.page.reload()
    expect(ada.page.get_by_role("region", name="Your answer")).to_contain_text("the question")
    ada.composer.press("Enter")
    expect(ada.page.get_by_role("button", name="In reply to Ada the question")).to_be_visible()
    expect(ada.page.get_by_role("region", name="Your answer")).to_have_count(0)


def test_a_text_that_is_too_long_is_counted_and_can_be_sent_in_portions(server: Server, arrive: Arrive) -> None:
    ada, _ = two_in_general(server, arrive)
    line = "grüße " * 20 + "\n"
    ada.composer.fill(line * 45)
    expect(ada.page.get_by_text("bytes left")).to_be_visible()
    ada.composer.fill(line * 130)
    expect(ada.page.get_by_text("Too long by")).to_be_visible()
    ada.composer.press("Enter")
    expect(ada.composer).not_to_have_value("")
    ada.page.get_by_role("button", name="Send as 3 messages").click()
    expect(ada.composer).to_have_value("")
    expect(ada.texts).to_have_count(3)

"""Handling messages: marks in the text, edits, deletions, reactions, and what waits to be sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import does, row, two_in_a_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_what_is_written_in_markdown_is_shown_and_nothing_of_it_is_lost(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    ada.says("**bold** *slanted* ~~gone~~ `x*y` https://example.org/a_(b), ||the end||")
    message = row(ada, "slanted")
    expect(message.get_by_role("strong")).to_have_text("bold")
    expect(message.get_by_role("emphasis")).to_have_text("slanted")
    expect(message.get_by_role("deletion")).to_have_text("gone")
    expect(message.get_by_role("code")).to_have_text("x*y")
    link = message.get_by_role("link", name="https://example.org/a_(b)", exact=True)
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")
    ada.sees_all_told()
    message.get_by_role("button", name="Spoiler: press to show").press("Enter")
    expect(message.get_by_role("button", name="Spoiler")).to_have_count(0)
    ada.composer.fill("> asked\n- one\n- two\n```py\n<b>*x*</b>\n```")
    ada.composer.press("Enter")
    expect(row(ada, "asked").get_by_role("blockquote")).to_have_text("asked")
    expect(row(ada, "asked").get_by_role("listitem")).to_have_text(["one", "two"])
    expect(row(ada, "asked").get_by_role("region", name="Code, py")).to_have_text("<b>*x*</b>")


def test_a_link_with_words_tells_where_it_leads_and_lists_lie_in_lists(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    ada.says("[the *docs*](https://docs.example.org/a?b=c) [bank.example](https://evil.example/x) [x](javascript:alert(1))")
    message = row(ada, "docs")
    link = message.get_by_role("link", name="the docs", exact=True)
    expect(link).to_have_attribute("href", "https://docs.example.org/a?b=c")
    expect(link).to_have_attribute("title", "https://docs.example.org/a?b=c")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")
    expect(message.get_by_role("link", name="bank.example (evil.example)", exact=True)).to_be_visible()
    expect(message.get_by_role("link")).to_have_count(2)
    expect(message).to_contain_text("[x](javascript:alert(1))")
    ada.composer.fill("- fruit\n  1. apple\n  2. pear\n     - green\n- bread")
    ada.composer.press("Enter")
    fruit = row(ada, "fruit").get_by_role("listitem").first
    expect(fruit.get_by_role("list").first.get_by_role("listitem")).to_have_text(["apple", "peargreen", "green"])
    expect(fruit.get_by_role("list").get_by_role("list").get_by_role("listitem")).to_have_text(["green"])
    expect(row(ada, "fruit").get_by_role("listitem")).to_have_count(5)


def test_my_last_message_is_edited_from_the_empty_composer_and_all_see_it(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("frist")
    bob.sees_exactly(["frist"])
    bob.says("what?")
    ada.sees_exactly(["frist", "what?"])
    ada.composer.press("ArrowUp")
    field = ada.page.get_by_role("textbox", name="Edit message")
    expect(field).to_have_value("frist")
    expect(field).to_be_focused()
    field.fill("nonsense")
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(ada.composer).to_be_focused()
    ada.page.keyboard.press("ArrowUp")
    field.fill("first")
    field.press("Enter")
    expect(ada.composer).to_be_focused()
    for person in (ada, bob):
        person.sees_exactly(["first", "what?"])
        expect(row(person, "first").get_by_text("(edited)")).to_be_visible()


def test_an_edit_without_a_server_keeps_what_was_written_and_goes_through_later(server: Server, arrive: Arrive) -> None:
    ada, _ = two_in_a_room(server, arrive)
    ada.says("frist")
    ada.sees_exactly(["frist"])
    server.kill()
    ada.sees_down()
    ada.composer.press("ArrowUp")
    field = ada.page.get_by_role("textbox", name="Edit message")
    field.fill("first")
    field.press("Enter")
    expect(row(ada, "Save").get_by_role("alert")).not_to_be_empty()
    expect(field).to_have_value("first")
    server.start()
    ada.sees_live()
    field.press("Enter")
    ada.sees_exactly(["first"])


def test_a_message_is_deleted_after_a_question_and_gone_for_all(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("never mind")
    bob.sees_exactly(["never mind"])
    row(bob, "never mind").focus()
    bob.page.keyboard.press("ContextMenu")
    expect(bob.page.get_by_role("menuitem", name="Copy text")).to_be_visible()
    expect(bob.page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    bob.page.keyboard.press("Escape")
    does(ada, "never mind", "Delete")
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    ada.sees_exactly(["never mind"])
    does(ada, "never mind", "Delete")
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    for person in (ada, bob):
        person.sees_exactly(["This message was deleted."])


def test_reactions_come_from_the_bar_or_the_picker_and_go_by_a_press(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("cake?")
    bob.sees_exactly(["cake?"])
    row(bob, "cake?").hover()
    bob.page.get_by_role("toolbar", name="Message actions").get_by_role("button", name="React with 👍").click()
    ada.page.get_by_role("button", name="👍 1: Bob").click()
    both = bob.page.get_by_role("button", name="👍 2: Bob, Ada")
    expect(both).to_have_attribute("aria-pressed", "true")
    both.click()
    expect(ada.page.get_by_role("button", name="👍 1: Ada")).to_be_visible()
    does(bob, "cake?", "Add a reaction")
    picker = bob.page.get_by_role("dialog", name="Add a reaction")
    picker.get_by_label("Find an emoji").fill("🍰")
    picker.get_by_label("Find an emoji").press("Enter")
    expect(ada.page.get_by_role("button", name="🍰 1: Bob")).to_be_visible()


def test_the_bar_goes_when_the_picker_closes_that_a_mouse_opened_and_when_the_focus_leaves_its_row(server: Server, arrive: Arrive) -> None:
    ada, _ = two_in_a_room(server, arrive)
    page, bar = ada.page, ada.page.get_by_role("toolbar", name="Message actions")
    for text in ("cake?", "tea?"):
        ada.says(text)
    ada.sees_all_told()
    row(ada, "cake?").hover()
    bar.get_by_role("button", name="Add a reaction").click()
    page.keyboard.type("tada")
    expect(page.get_by_role("dialog", name="Add a reaction").get_by_role("button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(row(ada, "cake?").get_by_role("button", name="🎉 1: Ada")).to_be_visible()
    expect(bar).to_have_count(0)
    page.keyboard.type("yes")
    expect(ada.composer).to_have_value("yes")
    row(ada, "cake?").hover(position={"x": 2, "y": 2})
    expect(bar).to_be_visible()  # the mouse has moved
    page.mouse.move(1, 1)
    expect(bar).to_have_count(0)
    does(ada, "tea?", "Add a reaction")
    page.keyboard.type("tada")
    page.keyboard.press("Enter")
    expect(row(ada, "tea?").get_by_role("button", name="🎉 1: Ada")).to_be_visible()
    expect(row(ada, "tea?")).to_be_focused()
    page.mouse.move(1, 1)
    page.keyboard.press("Tab")
    expect(row(ada, "tea?").get_by_role("button", name="🎉 1: Ada")).to_be_focused()
    for key in ("Tab", "Tab", "Shift+Tab"):
        page.keyboard.press(key)
        expect(bar.locator(":focus")).to_have_count(1)
    ada.composer.focus()
    expect(bar).to_have_count(0)


def test_what_waits_to_be_sent_can_be_written_otherwise_or_taken_back(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    server.kill()
    ada.sees_down()
    ada.says("frist")
    ada.says("nonsense")
    row(ada, "frist").get_by_role("button", name="Edit").click()
    field = ada.page.get_by_role("textbox", name="Edit message")
    field.fill("first")
    field.press("Enter")
    row(ada, "nonsense").get_by_role("button", name="Cancel sending").click()
    server.start()
    for person in (ada, bob):
        person.sees_live()
        person.sees_exactly(["first"])

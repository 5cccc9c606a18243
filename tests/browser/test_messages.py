"""Reading and handling messages: what stands together, what is new, edits, answers, reactions, links, and a long room."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def two_in_a_room(server: Server, arrive: Arrive) -> tuple[Person, Person]:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    ada.makes_room("general")
    bob.joins("general")
    return ada, bob


def row(person: Person, text: str) -> Locator:
    return person.page.get_by_role("log", name="Messages").locator("li.message").filter(has_text=text)


def does(person: Person, text: str, deed: str) -> None:
    """From the menu, by keyboard alone."""
    row(person, text).focus()
    person.page.keyboard.press("ContextMenu")
    person.page.get_by_role("menuitem", name=deed).press("Enter")


def last_said(person: Person, said: str) -> None:
    expect(person.texts.last).to_have_text(said)


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
    message.get_by_role("button", name="Spoiler: press to show").press("Enter")
    expect(message.get_by_role("button", name="Spoiler")).to_have_count(0)
    ada.composer.fill("> asked\n- one\n- two\n```py\n<b>*x*</b>\n```")
    ada.composer.press("Enter")
    expect(row(ada, "asked").get_by_role("blockquote")).to_have_text("asked")
    expect(row(ada, "asked").get_by_role("listitem")).to_have_text(["one", "two"])
    expect(row(ada, "asked").get_by_role("region", name="Code, py")).to_have_text("<b>*x*</b>")


def test_messages_of_one_breath_stand_together_under_the_day(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    for text in ("one", "two"):
        ada.says(text)
    bob.sees_exactly(["one", "two"])
    bob.says("three")
    ada.sees_exactly(["one", "two", "three"])
    expect(ada.page.get_by_role("log").get_by_role("heading")).to_have_text("Today")
    expect(ada.page.get_by_role("log").get_by_text("Ada", exact=True)).to_have_count(2)
    expect(ada.page.get_by_role("log").get_by_text("Ada", exact=True).filter(visible=True)).to_have_count(1)
    expect(row(bob, "three").get_by_text("Read by Ada")).to_be_visible()


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
    ada.composer.press("ArrowUp")
    field.fill("first")
    field.press("Enter")
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


def test_an_answer_shows_what_it_answers_and_leads_there(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("the question")
    for i in range(30):
        ada.says(f"noise {i}\nand more")
    last_said(bob, "noise 29\nand more")
    does(ada, "the question", "Reply")
    expect(ada.composer).to_be_focused()
    expect(ada.page.get_by_role("region", name="Your answer")).to_contain_text("Replying to Ada the question")
    ada.says("the answer")
    expect(ada.page.get_by_role("region", name="Your answer")).to_be_hidden()
    last_said(bob, "the answer")
    expect(row(bob, "the question").first).not_to_be_in_viewport()
    bob.page.get_by_role("button", name="In reply to Ada the question").click()
    expect(row(bob, "the question").first).to_be_in_viewport()
    bob.page.get_by_role("button", name="Newest messages").click()
    expect(row(bob, "the answer")).to_be_in_viewport()


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
    picker.get_by_label("Another emoji").fill("🍰")
    picker.get_by_label("Another emoji").press("Enter")
    expect(ada.page.get_by_role("button", name="🍰 1: Bob")).to_be_visible()


def test_what_came_while_i_was_elsewhere_is_marked_and_i_am_taken_there(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("seen")
    bob.sees_exactly(["seen"])
    bob.makes_room("elsewhere")
    for i in range(40):
        ada.says(f"unseen {i}\nsecond line")
    last_said(ada, "unseen 39\nsecond line")
    bob.opens("general")
    expect(bob.page.get_by_role("log").get_by_text("New", exact=True)).to_be_in_viewport()
    expect(row(bob, "unseen 0")).to_be_in_viewport()
    bob.page.get_by_role("button", name=re.compile(r"^\d+ new ↓")).click()
    expect(row(bob, "unseen 39")).to_be_in_viewport()
    expect(bob.page.get_by_role("button", name=re.compile("new ↓|Newest"))).to_be_hidden()


def test_whoever_reads_further_up_is_not_moved_and_is_told_of_what_is_new(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    for i in range(40):
        ada.says(f"line {i}\nsecond")
    last_said(bob, "line 39\nsecond")
    wheel_up(bob.page, 600)
    expect(bob.page.get_by_role("button", name="Newest messages")).to_be_visible()
    stays = row(bob, "line 26")
    expect(stays).to_be_in_viewport()
    before = stays.bounding_box()
    for i in range(3):
        ada.says(f"more {i}")
    expect(bob.page.get_by_role("button", name="3 new ↓")).to_be_visible()
    assert stays.bounding_box() == before
    bob.page.get_by_role("button", name="3 new ↓").click()
    expect(row(bob, "more 2")).to_be_in_viewport()


def test_a_link_opens_its_message_in_context_and_older_pages_load_by_scrolling(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    bob.makes_room("elsewhere")
    for i in range(130):
        ada.says(f"line {i}.")
    last_said(ada, "line 129.")
    link = re.sub(r"&seq.*", "", ada.page.url) + "&seq=20"
    bob.page.goto(link)
    expect(row(bob, "line 19.")).to_be_in_viewport()
    expect(row(bob, "line 19.")).to_have_class(re.compile("shown"))
    expect(row(bob, "line 129.")).to_have_count(0)
    third = Person(bob.page.context.new_page())
    third.page.goto(link.split("&")[0])
    last_said(third, "line 129.")
    for _ in range(8):
        wheel_up(third.page, 3000)
    expect(row(third, "line 0.")).to_be_in_viewport()


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


def test_on_a_phone_a_long_press_opens_what_can_be_done(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite, **PHONE))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    ada.says("hold me")
    ada.sees_exactly(["hold me"])
    touch = {"pointerType": "touch", "bubbles": True, "isPrimary": True}
    row(ada, "hold me").dispatch_event("pointerdown", touch)
    expect(ada.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    row(ada, "hold me").dispatch_event("pointerup", touch)
    ada.page.get_by_role("menuitem", name="Reply").click()
    expect(ada.page.get_by_role("region", name="Your answer")).to_contain_text("hold me")


def wheel_up(page: Page, pixels: int) -> None:
    page.get_by_role("region", name="Conversation").hover()
    page.mouse.wheel(0, -pixels)

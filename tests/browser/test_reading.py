"""Reading: what stands together, what is new, where an answer and a link lead, and the place that is kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import does, last_said, much_is_said, row, two_in_a_room, wheel_up

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.unlimited]


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


def test_an_answer_shows_what_it_answers_and_leads_there(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("the question")
    much_is_said(server, ada, (f"noise {i}\nand more" for i in range(30)))
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


def test_what_came_while_i_was_elsewhere_is_marked_and_i_am_taken_there(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("seen")
    bob.sees_exactly(["seen"])
    bob.makes_room("elsewhere")
    much_is_said(server, ada, (f"unseen {i}\nsecond line" for i in range(40)))
    last_said(ada, "unseen 39\nsecond line")
    bob.opens("general")
    expect(bob.page.get_by_role("log").get_by_text("New", exact=True)).to_be_in_viewport()
    expect(row(bob, "unseen 0")).to_be_in_viewport()
    bob.page.get_by_role("button", name=re.compile(r"^\d+ new ↓")).click()
    expect(row(bob, "unseen 39")).to_be_in_viewport()
    expect(bob.page.get_by_role("button", name=re.compile("new ↓|Newest"))).to_be_hidden()


def test_whoever_reads_further_up_is_not_moved_and_is_told_of_what_is_new(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    much_is_said(server, ada, (f"line {i}\nsecond" for i in range(40)))
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


def test_whoever_writes_further_up_is_taken_to_what_they_wrote_and_it_is_not_new_to_them(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    much_is_said(server, ada, (f"line {i}\nsecond" for i in range(40)))
    last_said(bob, "line 39\nsecond")
    wheel_up(bob.page, 600)
    expect(bob.page.get_by_role("button", name="Newest messages")).to_be_visible()
    bob.says("my own")
    expect(row(bob, "my own")).to_be_in_viewport()
    expect(row(ada, "my own")).to_be_visible()
    bob.sees_all_told()
    expect(bob.page.get_by_role("log").get_by_text("New", exact=True)).to_have_count(0)
    expect(bob.page.get_by_role("button", name=re.compile("new ↓|Newest"))).to_be_hidden()


def test_a_link_opens_its_message_in_context_and_older_pages_load_by_scrolling(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    bob.makes_room("elsewhere")
    much_is_said(server, ada, (f"line {i}." for i in range(90)))
    last_said(ada, "line 89.")
    link = re.sub(r"&seq.*", "", ada.page.url) + "&seq=6"
    bob.page.goto(link)
    expect(row(bob, "line 5.")).to_be_in_viewport()
    expect(row(bob, "line 5.")).to_have_class(re.compile("shown"))
    expect(row(bob, "line 89.")).to_have_count(0)
    bob.page.get_by_role("button", name=re.compile(r"^\d+ new ↓")).click()
    expect(row(ada, "line 89.").get_by_text("Read by Bob")).to_be_visible()
    third = Person(bob.page.context.new_page())
    third.page.goto(link.split("&")[0])
    last_said(third, "line 89.")
    third.page.get_by_role("region", name="Conversation").focus()
    for _ in range(100):
        third.page.keyboard.press("Home")
        third.page.evaluate("() => new Promise(requestAnimationFrame)")
        if row(third, "line 0.").is_visible():
            break
    third.page.keyboard.press("Home")
    expect(row(third, "line 0.")).to_be_in_viewport()

"""Two people, two browsers, one server that dies: a first evening on devchitchat."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def two_people(server: Server, arrive: Arrive) -> tuple[Person, Person]:
    """Ada, who came with the first link and is admin, and Bob, whom she invited."""
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    return ada, bob


def test_two_people_chat_and_every_message_outlives_a_killed_server(server: Server, arrive: Arrive) -> None:
    ada, bob = two_people(server, arrive)
    ada.makes_room("general", topic="all and nothing")
    bob.joins("general")
    ada.says("hello Bob")
    bob.sees_exactly(["hello Bob"])
    bob.says("hello Ada\nwith a second line")
    said = ["hello Bob", "hello Ada\nwith a second line"]
    ada.sees_exactly(said)

    ada.makes_room("friends", group=True)
    invite = ada.invites_to_room()
    ada.says("only for us")
    expect(bob.page.get_by_role("button", name="friends")).to_have_count(0)
    bob.page.goto(invite)
    bob.sees_room("friends")
    bob.sees_exactly(["only for us"])
    bob.says("I am in")
    ada.sees_exactly(["only for us", "I am in"])

    ada.page.reload()
    ada.sees_room("friends")
    ada.sees_exactly(["only for us", "I am in"])

    ada.opens("general")
    bob.opens("general")
    for i in range(6):
        (ada, bob)[i % 2].says(f"message {i}")
        said.append(f"message {i}")
        ada.sees_exactly(said)
        bob.sees_exactly(said)
    server.kill()
    ada.sees_down()
    ada.says("written while it was down")
    said.append("written while it was down")
    expect(ada.texts).to_have_text(said)
    expect(ada.page.get_by_text("1 queued")).to_be_visible()
    bob.sees_exactly(said[:-1])

    server.start()
    for person in (ada, bob):
        person.sees_live()
        person.sees_exactly(said)
    bob.says("and on we go")
    said.append("and on we go")
    for person in (ada, bob):
        person.sees_exactly(said)
        person.page.reload()
        person.sees_room("general")
        person.sees_exactly(said)
        person.opens("friends")
        person.sees_exactly(["only for us", "I am in"])


def test_a_server_killed_in_the_middle_of_a_flood_of_messages_loses_and_doubles_none(server: Server, arrive: Arrive) -> None:
    ada, bob = two_people(server, arrive)
    ada.makes_room("general")
    bob.joins("general")
    said = [f"message {i}" for i in range(15)]
    for text in said:
        ada.says(text)
        if text == "message 7":
            server.kill()
    server.start()
    ada.sees_live()
    ada.sees_exactly(said)
    bob.sees_live()
    bob.sees_exactly(said)


AT_ONCE = """texts => {
  const field = document.querySelector("message-composer textarea")
  for (const text of texts) {
    field.value = text
    field.dispatchEvent(new Event("input", { bubbles: true }))
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }))
  }
}"""
"""Faster than a test could press: on a busy machine that is no faster than one may talk."""


def test_who_talks_faster_than_they_may_loses_and_doubles_nothing(server: Server, arrive: Arrive) -> None:
    ada, bob = two_people(server, arrive)
    ada.makes_room("general")
    bob.joins("general")
    said = [f"burst {i}" for i in range(30)]
    ada.page.evaluate(AT_ONCE, said)
    expect(ada.page.get_by_text(re.compile("^Sending…$")).first).to_be_visible()
    for person in (ada, bob):
        person.sees_exactly(said)


def test_two_tabs_write_while_the_server_is_away_and_a_third_finds_it_all(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    other = Person(ada.page.context.new_page())
    other.page.goto(ada.page.url)
    other.sees_live()
    server.kill()
    said: list[str] = []
    for i in range(6):
        tab = (ada, other)[i % 2]
        said.append(f"message {i}")
        tab.says(said[-1])
        for each in (ada, other):
            expect(each.texts).to_have_text(said)
    other.page.close()
    server.start()
    ada.sees_live()
    ada.sees_exactly(said)
    third = Person(ada.page.context.new_page())
    third.page.goto(ada.page.url)
    third.sees_exactly(said)


def test_what_somebody_names_or_writes_is_text_everywhere(server: Server, arrive: Arrive) -> None:
    """The page's own watch fails this test when anything runs, is asked for elsewhere, or breaks the policy."""
    payload = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "<b onclick=alert(1)>Ada</b>")
    ada.makes_room("<iframe src=//evil.test>", topic=payload)
    texts = [f"needle {payload}", "javascript:alert(1) \"'`{{7*7}}${7*7}", "<svg/onload=alert(1)>", "__proto__"]
    for text in texts:
        ada.says(text)
    ada.sees_exactly(texts)
    hits = ada.searches("needle")
    expect(hits).to_have_count(1)
    expect(hits).to_contain_text("<img src=x onerror=alert(1)>")
    hits.get_by_role("button").click()
    ada.sees_exactly(texts)
    for any_text in ('"', "NEAR(", "-", "*", "col:x"):
        ada.searches(any_text)
        expect(ada.page.get_by_role("complementary", name="Search results").get_by_role("status")).not_to_have_text("Searching…")
    ada.page.get_by_role("button", name="Members").click()
    expect(ada.page.get_by_role("complementary", name="Members")).to_contain_text("<b onclick=alert(1)>Ada</b>")


def test_logging_out_leaves_nothing_in_the_browser(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    ada.says("a secret")
    ada.sees_exactly(["a secret"])
    ada.page.get_by_role("button", name="Log out").click()
    expect(ada.page.get_by_text("You are signed out on this device.")).to_be_visible()
    assert ada.page.evaluate("Object.keys(localStorage)") == []
    assert ada.page.context.cookies() == []
    ada.page.reload()
    expect(ada.page.get_by_role("textbox", name="Invite link")).to_be_visible()


def test_an_admin_sees_the_house_and_nobody_else_learns_that_there_is_such_a_page(server: Server, arrive: Arrive) -> None:
    ada, bob = two_people(server, arrive)
    ada.page.get_by_role("link", name="Diagnostics").click()
    for heading in ("services", "store", "presence", "connections"):
        expect(ada.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(bob.page.get_by_role("link", name="Diagnostics")).to_have_count(0)
    answer = bob.page.context.request.get(f"{server.url}/diag")
    assert answer.status == 404


def test_a_phone_shows_one_pane_at_a_time(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite, **PHONE))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    ada.composer.fill("from a phone")
    ada.page.get_by_role("button", name="Send").click()
    ada.sees_exactly(["from a phone"])
    ada.page.get_by_role("button", name="Members").click()
    expect(ada.composer).to_be_hidden()
    ada.page.get_by_role("button", name="Close").click()
    ada.page.get_by_role("button", name="Back to rooms").click()
    expect(ada.page.get_by_role("list", name="My rooms")).to_be_visible()
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= 390

"""Bots by the page: an admin makes one and takes its token away, and whoever keeps order in a room puts it in."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.crowd import Guest, program
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import row
from tests.browser.test_people import agree, button, choose


def test_a_bot_is_made_put_into_a_room_heard_and_cut_off(arrive: Arrive, server: Server) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    bob.makes_room("Kitchen", group=True)
    first = a_token_is_shown_once_and_a_taken_handle_is_said(ada.page)
    with program(server, first) as helper:
        the_owner_puts_the_bot_in_by_keys_and_everybody_sees_what_it_is(bob, helper)
        second = a_new_token_ends_the_old_one(ada.page)
        assert helper.ended() == 4001
    with program(server, second) as helper:
        choose(ada.page, "helper", "Revoke the token")
        agree(ada.page, "Revoke it")
        assert helper.ended() == 4001
        expect(bots(ada.page)).to_contain_text("No token.")
    choose(bob.page, "helper", "Put out of the room")
    agree(bob.page, "Put out")
    expect(members(bob.page).get_by_text("helper", exact=True)).to_have_count(0)


def bots(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Server").get_by_role("list", name="Bots")


def members(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Members")


def taken(page: Page, title: str) -> str:
    """The token that stands there, until the dialog is closed."""
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_contain_text("it is shown only now")
    expect(dialog.get_by_label("Token")).to_be_focused()
    button(dialog, "Copy").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied.")
    token = dialog.get_by_label("Token").input_value()
    button(dialog, "Close").click()
    expect(page.locator("dialog").filter(has_text=title)).to_have_count(0)
    assert token not in page.content()
    return token


def a_token_is_shown_once_and_a_taken_handle_is_said(page: Page) -> str:
    button(page, "Server").click()
    dialog = page.get_by_role("dialog", name="Server")
    handle = dialog.get_by_label("Handle")
    handle.fill("ada")
    button(dialog, "New bot").click()
    expect(dialog.get_by_role("alert")).to_have_text("this handle is taken; choose another")
    handle.fill("helper")
    handle.press("Enter")
    token = taken(page, "The token of helper")
    expect(bots(page)).to_contain_text("Never used, token until")
    expect(dialog.get_by_text("this handle is taken", exact=False)).to_have_count(0)
    expect(dialog.get_by_role("list", name="Accounts")).not_to_contain_text("helper")
    return token


def the_owner_puts_the_bot_in_by_keys_and_everybody_sees_what_it_is(bob: Person, helper: Guest) -> None:
    page = bob.page
    button(page, "Members", exact=False).click()
    button(members(page), "Add a bot…").press("Enter")
    expect(page.get_by_role("menuitem", name="hubot @hubot")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="helper @helper")).to_be_focused()
    page.keyboard.press("Enter")
    question = page.get_by_role("alertdialog", name="Add helper to Kitchen?")
    expect(question).to_contain_text("it can read all that is said here")
    agree(page, "Add the bot")
    joined = helper.hear("room.member_event")
    assert joined["kind"] == "join"
    line = members(page).get_by_role("listitem").filter(has_text="helper")
    expect(line.get_by_text("bot", exact=True)).to_be_visible()
    button(members(page), "Add a bot…").click()
    expect(page.get_by_role("menuitem", name="helper")).to_have_count(0)
    page.get_by_role("menuitem", name="hubot @hubot").click()
    agree(page, "Add the bot")
    expect(members(page).get_by_role("listitem").filter(has_text="hubot")).to_be_visible()
    button(members(page), "Add a bot…").click()
    expect(page.get_by_text("There is no other bot.", exact=False)).to_be_visible()
    bob.says("hello, helper")
    assert helper.hear("msg.event")["msg"]["text"] == "hello, helper"
    helper.ask("msg.send", room_id=joined["room_id"], text="at your service")
    expect(row(bob, "at your service").get_by_text("bot", exact=True)).to_be_visible()


def a_new_token_ends_the_old_one(page: Page) -> str:
    choose(page, "helper", "New token")
    agree(page, "Make a new token")
    token = taken(page, "The new token of helper")
    expect(bots(page)).to_contain_text("Never used, token until")
    return token

"""People among themselves: the first evening's steps, names and moods, order in a room, devices, and a copy to keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def button(where: Page | Locator, name: str, *, exact: bool = True) -> Locator:
    return where.get_by_role("button", name=name, exact=exact)


def agree(page: Page, deed: str, reason: str = "") -> None:
    question = page.get_by_role("alertdialog")
    if reason:
        question.get_by_label("Reason").fill(reason)
    button(question, deed).click()
    expect(question).to_have_count(0)


def choose(page: Page, whom: str, item: str) -> None:
    button(page, f"Actions for {whom}").click()
    page.get_by_role("menuitem", name=item).click()


def test_friends_come_in_get_names_and_keep_order(arrive: Arrive, server: Server) -> None:
    """One house for the whole story: starting one for each of its parts takes longer than all of them."""
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    bob = three_steps_lead_to_an_invited_friend(arrive, ada)
    button(ada.page, "Members", exact=False).click()
    order_is_kept_from_a_menu_with_a_reason_and_can_be_undone(ada, bob)
    names_and_moods_are_seen_by_everybody_at_once(ada, bob)
    a_room_is_changed_and_its_invites_are_made_and_revoked_in_its_panel(ada, bob)


def test_devices_accounts_and_copies_are_in_their_owners_hands(arrive: Arrive, server: Server, tmp_path: Path) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    nowhere = "You are in no room yet. Make one"
    expect(ada.page.get_by_text(nowhere)).to_have_text(f"{nowhere}.", use_inner_text=True)
    a_second_device_comes_in_by_a_link_and_is_signed_out_from_the_first(arrive, ada)
    button(ada.page.get_by_role("dialog", name="You"), "Close").click()
    ada.makes_room("Kitchen", topic="tea")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    expect(bob.page.get_by_text(nowhere)).to_have_text(f"{nowhere}, or join one below.", use_inner_text=True)
    bob.joins("Kitchen")
    an_admin_bans_from_the_server_and_lifts_it(ada, bob)
    button(ada.page.get_by_role("dialog", name="Server"), "Close").click()
    my_rooms_are_saved_as_a_file_and_read_again_without_the_server(ada, bob, server, tmp_path)


def three_steps_lead_to_an_invited_friend(arrive: Arrive, ada: Person) -> Person:
    page = ada.page
    steps = page.get_by_role("region", name="First steps")
    steps.get_by_label("What others call you").fill("Ada Lovelace")
    button(steps, "That is me").click()
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    button(steps, "Make a room").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Room name").fill("Kitchen")
    button(dialog, "Create").click()
    button(steps, "Get the link").click()
    expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()
    link = dialog.get_by_label("Invite link").input_value()
    button(dialog, "Close").click()
    expect(steps).to_have_count(0)
    bob = Person(arrive(link))
    bob.sign_up("bob", "Bob")
    bob.joins("Kitchen")
    expect(bob.page.get_by_role("region", name="First steps")).to_have_count(0)
    page.reload()
    ada.sees_live()
    expect(steps).to_have_count(0)
    return bob


def names_and_moods_are_seen_by_everybody_at_once(ada: Person, bob: Person) -> None:
    button(bob.page, "Bob", exact=False).click()
    you = bob.page.get_by_role("dialog", name="You")
    you.get_by_label("Name others see").fill("Robert")
    you.get_by_label("Busy").check()
    you.get_by_label("In a few words").fill("in a tunnel")
    button(you, "Save").click()
    expect(you.get_by_text("Saved.")).to_be_visible()
    button(ada.page, "Members", exact=False).click()
    row = ada.page.get_by_role("complementary", name="Members").get_by_role("listitem").filter(has_text="Robert")
    expect(row).to_contain_text("in a tunnel")
    expect(row).to_contain_text("busy")


def order_is_kept_from_a_menu_with_a_reason_and_can_be_undone(ada: Person, bob: Person) -> None:
    members = ada.page.get_by_role("complementary", name="Members")
    choose(ada.page, "Bob", "Make moderator")
    agree(ada.page, "Make moderator")
    expect(members.get_by_text("moderator")).to_be_visible()
    button(ada.page, "Actions for Bob").press("Enter")
    ada.page.keyboard.press("End")
    expect(ada.page.get_by_role("menuitem", name="Ban")).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(button(ada.page, "Actions for Bob")).to_be_focused()
    whoever_is_muted_reads_until_when_and_keeps_what_they_wrote(ada, bob)
    choose(ada.page, "Bob", "Ban from the room")
    agree(ada.page, "Ban", reason="too loud")
    expect(bob.page.get_by_role("status").filter(has_text="You were banned from Kitchen.")).to_be_visible()
    expect(bob.composer).to_have_count(0)
    expect(members.get_by_text("Bob")).to_have_count(0)
    button(ada.page, "Room settings").click()
    banned = ada.page.get_by_role("list", name="Banned from this room")
    expect(banned).to_contain_text("too loud")
    button(banned, "Let Bob back in").click()
    agree(ada.page, "Lift the ban")
    expect(banned).to_have_count(0)
    bob.joins("Kitchen")


def whoever_is_muted_reads_until_when_and_keeps_what_they_wrote(ada: Person, bob: Person) -> None:
    members = ada.page.get_by_role("complementary", name="Members")
    mark = members.get_by_role("listitem").filter(has_text="Bob").get_by_text("muted until")
    choose(ada.page, "Bob", "Mute for an hour")
    agree(ada.page, "Mute", reason="too loud")
    expect(mark).to_be_visible()
    expect(bob.page.get_by_text("You are muted here until")).to_be_visible()
    bob.composer.fill("let me speak")
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("let me speak")
    choose(ada.page, "Bob", "Unmute")
    agree(ada.page, "Unmute")
    expect(bob.page.get_by_text("You are muted here until")).to_be_hidden()
    expect(mark).to_be_hidden()
    bob.composer.press("Enter")
    expect(ada.page.get_by_role("log").get_by_text("let me speak")).to_be_visible()


def a_room_is_changed_and_its_invites_are_made_and_revoked_in_its_panel(ada: Person, bob: Person) -> None:
    button(ada.page, "Room settings").click()
    panel = ada.page.get_by_role("complementary", name="Room settings")
    panel.get_by_label("Name").fill("Pantry")
    button(panel, "Save").click()
    bob.sees_room("Pantry")
    button(panel, "Make a link").click()
    box = ada.page.get_by_role("dialog", name="Invite into Pantry")
    expect(box.get_by_role("img", name="QR code of the link")).to_be_visible()
    button(box, "Close").click()
    invites = panel.get_by_role("list", name="Open invites").get_by_role("listitem")
    expect(invites).to_have_count(1)
    button(invites, "Revoke the invite", exact=False).click()
    agree(ada.page, "Revoke it")
    expect(invites).to_have_count(0)
    button(panel, "Delete the room").click()
    agree(ada.page, "Delete for everybody")
    expect(bob.page.get_by_role("button", name="Pantry")).to_have_count(0)


def a_second_device_comes_in_by_a_link_and_is_signed_out_from_the_first(arrive: Arrive, ada: Person) -> None:
    button(ada.page, "Ada", exact=False).click()
    you = ada.page.get_by_role("dialog", name="You")
    button(you, "Sign in on another device").click()
    box = ada.page.get_by_role("dialog", name="Sign in on another device")
    expect(box.get_by_role("img", name="QR code of the link")).to_be_visible()
    phone = Person(arrive(box.get_by_label("Sign-in link").input_value()))
    button(phone.page, "Sign in on this device").click()
    phone.sees_live()
    button(phone.page, "Ada", exact=False).click()
    button(box, "Close").click()
    button(you, "Close").click()
    button(ada.page, "Ada", exact=False).click()
    sessions = you.get_by_role("list", name="My sessions").get_by_role("listitem")
    expect(sessions).to_have_count(2)
    button(sessions, "Sign out", exact=False).click()
    agree(ada.page, "Sign it out")
    expect(sessions).to_have_count(1)
    expect(phone.page.get_by_text("You are signed out on this device.")).to_be_visible()
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    assert phone.page.evaluate("Object.keys(localStorage).filter(key => key.includes('u_'))") == []


def an_admin_bans_from_the_server_and_lifts_it(ada: Person, bob: Person) -> None:
    button(ada.page, "Server").click()
    people = ada.page.get_by_role("dialog", name="Server").get_by_role("list", name="Accounts")
    button(people, "Actions for Bob").click()
    ada.page.get_by_role("menuitem", name="Ban").click()
    agree(ada.page, "Ban")
    expect(people.get_by_text("banned")).to_be_visible()
    expect(bob.page.get_by_text("You are banned from this server.")).to_be_visible()
    button(people, "Actions for Bob").click()
    ada.page.get_by_role("menuitem", name="Lift the ban").click()
    agree(ada.page, "Lift the ban")
    expect(people.get_by_text("banned")).to_have_count(0)
    bob.page.reload()
    bob.sees_live()
    bob.opens("Kitchen")


def my_rooms_are_saved_as_a_file_and_read_again_without_the_server(ada: Person, bob: Person, server: Server, tmp_path: Path) -> None:
    for text in ("one", "two", "three"):
        bob.says(text)
    ada.sees_exactly(["one", "two", "three"])
    button(ada.page, "Ada", exact=False).click()
    you = ada.page.get_by_role("dialog", name="You")
    with ada.page.expect_download() as download:
        button(you, "Save all my rooms as a file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4
    server.kill()
    you.get_by_label("File to read").set_input_files(file)
    button(you, "Close").click()
    button(ada.page.get_by_role("list", name="Read from a file"), "Kitchen").click()
    copy = ada.page.get_by_role("dialog", name="Kitchen")
    expect(copy.get_by_role("listitem").locator(".text")).to_have_text(["one", "two", "three"])
    button(copy, "Close").click()
    button(ada.page, "Forget Kitchen").click()
    expect(ada.page.get_by_role("list", name="Read from a file")).to_have_count(0)

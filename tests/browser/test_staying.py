"""What outlives the page that showed it: how far others have read, how far I have, and the way to a message that is not here."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import does, last_said, much_is_said, row, two_in_a_room

BEFORE_A_PING_MS = 18_000
"""One goes out 20 s after the page came in, and is waited for."""
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.unlimited]


def test_how_far_others_have_read_is_still_known_after_a_reload(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("read me")
    bob.sees_exactly(["read me"])
    expect(row(ada, "read me").get_by_text("Read by Bob")).to_be_visible()
    ada.page.reload()
    expect(row(ada, "read me").get_by_text("Read by Bob")).to_be_visible()


def test_a_network_that_goes_is_noticed_at_once_and_what_was_written_goes_when_it_is_back(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.page.reload()
    ada.sees_live()
    ada.page.context.set_offline(True)
    expect(ada.page.get_by_role("status").filter(has_text="Offline")).to_be_visible(timeout=BEFORE_A_PING_MS)
    ada.says("written without a network")
    expect(row(ada, "written without a network")).to_contain_text("Waiting to be sent")
    ada.page.context.set_offline(False)
    ada.sees_live()
    bob.sees_exactly(["written without a network"])
    ada.sees_all_told()


LEAVES_AT_A_GLANCE = """() => {
  const seen = new MutationObserver(() => {
    if (!document.querySelector("[role=log]").textContent.includes("only a glance")) return
    seen.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => location.replace("about:blank")))
  })
  seen.observe(document.body, { subtree: true, childList: true, characterData: true })
}"""
"""Faster than a test could press: gone in the second frame after the message is drawn."""


def test_whoever_leaves_right_after_reading_has_read(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    bob.page.evaluate(LEAVES_AT_A_GLANCE)
    ada.says("only a glance")
    expect(row(ada, "only a glance").get_by_text("Read by Bob")).to_be_visible()
    assert bob.page.url == "about:blank"


def test_a_quote_leads_to_a_message_that_is_far_away(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("the question")
    bob.sees_exactly(["the question"])
    does(ada, "the question", "Reply")
    much_is_said(server, ada, (f"noise {i}" for i in range(120)))
    ada.says("the answer")
    last_said(bob, "the answer")
    bob.page.reload()
    last_said(bob, "the answer")
    quote = bob.page.get_by_role("button", name="In reply to an earlier message")
    quote.click()
    expect(row(bob, "the question").first).to_be_in_viewport()
    expect(quote).to_have_count(0)
    bob.page.reload()
    last_said(bob, "the answer")
    server.kill()
    bob.sees_down()
    quote.click()
    expect(bob.page.get_by_text("You will be taken there when there is a connection.")).to_be_visible()
    server.start()
    bob.sees_live()
    expect(row(bob, "the question").first).to_be_in_viewport()


def test_a_dialog_that_is_opened_without_a_server_says_so_on_top_and_is_filled_when_it_is_back(server: Server, arrive: Arrive) -> None:
    ada = Person(arrive(server.invite))
    ada.sign_up("ada", "Ada")
    server.kill()
    ada.sees_down()
    ada.page.get_by_role("button", name="Server", exact=True).click()
    dialog = ada.page.get_by_role("dialog", name="Server")
    expect(dialog.get_by_text("There is no connection to the server.")).to_be_visible()
    ada.page.get_by_role("button", name="Dismiss").click()
    expect(ada.page.get_by_text("There is no connection to the server.")).to_have_count(0)
    expect(dialog.get_by_text("No invite is open.")).to_be_hidden()
    server.start()
    expect(dialog.get_by_role("list", name="Accounts")).to_contain_text("Ada")
    expect(dialog.get_by_text("No invite is open.")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    server.kill()
    ada.sees_down()
    ada.page.get_by_role("button", name="Invite to server").click()
    expect(ada.page.get_by_text("There is no connection to the server.")).to_be_visible()

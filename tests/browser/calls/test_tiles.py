"""What a call looks like: tiles that can be pinned, everybody in a row, the chat beside it, the bar while elsewhere, and the way in."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.calls.callers import Caller, Gather, in_call
from tests.browser.test_access import PHONE, Faults, look

SLOWLY_MS = 800
"""Longer than a press on the next button takes."""


def people(caller: Caller) -> Locator:
    return caller.stage.get_by_role("list", name="In the call").get_by_role("listitem")


def press(where: Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def pins(caller: Caller, title: str) -> None:
    caller.tile(title).hover()
    press(caller.tile(title), "Pin")
    expect(caller.tile(title).get_by_role("button", name="Unpin")).to_be_visible()


def is_larger(one: Locator, other: Locator) -> None:
    one.page.wait_for_function(
        "([one, other]) => one.clientWidth > 1.5 * other.clientWidth", arg=[one.element_handle(), other.element_handle()], polling=100
    )


def test_screens_cameras_and_those_without_are_seen_as_what_they_are(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    expect(ada.stage.get_by_role("figure")).to_have_count(0)
    ada.turns_camera_on()
    bob.turns_camera_on()
    bob.shares()
    ada.sees_tile("Bob: screen")
    is_larger(ada.tile("Bob: screen"), ada.tile("Bob: camera"))  # the only share stands out by itself
    bob.shares()
    for title in ("Bob: screen", "Bob: screen 2", "Bob: camera", "Ada: camera"):
        ada.sees_tile(title)
    pins(ada, "Bob: camera")
    is_larger(ada.tile("Bob: camera"), ada.tile("Bob: screen"))
    press(ada.tile("Bob: camera"), "Unpin")
    press(bob.stage, "Stop sharing screen")
    ada.sees_no_tile("Bob: screen 2")
    bob.turns_camera_off()
    expect(ada.tile("Bob: camera").locator(".disc")).to_be_visible()
    assert ada.page.evaluate("[...document.querySelectorAll('video')].every(({ muted }) => muted)")


def test_the_row_tells_who_is_muted_and_each_is_as_loud_as_one_likes(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    ada.sees_in_call(["Ada", "Bob"])
    bob.mutes()
    expect(people(ada).filter(has_text="Bob").get_by_text("muted")).to_be_attached()
    expect(people(ada).filter(has_text="Bob").locator(".sign").first).to_be_visible()
    press(bob.stage, "Deafen")
    expect(people(ada).filter(has_text="Bob").get_by_text("deafened")).to_be_attached()
    people(ada).filter(has_text="Bob").get_by_role("button").click()
    volumes = ada.page.get_by_role("dialog", name="Volume of Bob")
    voice, stream = volumes.get_by_label("Voice volume"), volumes.get_by_label("Stream volume")
    expect(voice).to_be_focused()
    voice.press("Home")
    ada.page.keyboard.press("Escape")
    people(ada).filter(has_text="Bob").get_by_role("button").click()
    expect(voice).to_have_value("0")
    expect(stream).to_have_value("100")


def test_in_another_room_the_bar_stays_and_leads_back(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    bob.shares()
    bob.makes_room("elsewhere")
    bar = bob.page.get_by_role("region", name="Call in general")
    expect(bob.stage).to_be_hidden()
    press(bar, "Mute")
    expect(people(ada).filter(has_text="Bob").get_by_text("muted")).to_be_attached()
    press(bar, "Stop sharing screen")
    ada.sees_no_tile("Bob: screen")
    bar.get_by_role("button", name="Back to the call in general").click()
    expect(bob.stage).to_be_visible()
    expect(bar).to_be_hidden()
    bob.opens("elsewhere")
    press(bar, "Leave call")
    expect(bar).to_be_hidden()
    ada.sees_in_call(["Ada"])


def test_who_talks_where_is_seen_before_and_joined_by_one_click(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    bob.makes_room("elsewhere")
    ada.starts_call()
    rooms = bob.page.get_by_role("navigation", name="Rooms")
    expect(rooms.get_by_role("list", name="Who talks here").get_by_text("Ada")).to_be_visible()
    press(rooms, "Join the call")
    bob.sees_room("general")
    bob.sees_in_call(["Ada", "Bob"])
    expect(rooms.get_by_role("button", name="Join the call")).to_be_hidden()
    ada.leaves_call()
    bob.leaves_call()
    expect(rooms.get_by_role("list", name="Who talks here")).to_be_hidden()
    expect(bob.page.get_by_role("button", name="Start call")).to_be_visible()


def test_the_chat_stands_beside_the_tiles_or_aside_and_stays_as_it_was(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    ada.turns_camera_on()
    ada.says("one")
    divider = ada.stage.get_by_role("separator", name="Space for the tiles")
    divider.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "85")
    press(ada.stage, "Hide chat")
    expect(ada.composer).to_be_hidden()
    bob.says("two")
    press(ada.stage, "Show chat, 1 unread")
    ada.sees_exactly(["one", "two"])
    divider.press("ArrowUp")
    ada.page.reload()
    ada.joins_call()
    ada.turns_camera_on()
    expect(divider).to_have_attribute("aria-valuenow", "80")


def test_a_camera_turned_on_before_the_server_has_let_me_in_is_seen(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    bob.starts_call()
    ada.hears_late(SLOWLY_MS)
    ada.joins_call()
    ada.turns_camera_on()
    bob.sees_tile("Ada: camera")


def test_keys_mute_deafen_and_leave_also_while_writing(gather: Gather) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    ada.composer.press("Control+Shift+M")
    expect(ada.stage.get_by_role("button", name="Unmute")).to_be_visible()
    ada.composer.press("Control+Shift+M")
    ada.composer.press("Control+Shift+D")
    expect(ada.stage.get_by_role("button", name="Undeafen")).to_be_visible()
    ada.composer.press("Control+Shift+L")
    expect(ada.stage).to_be_hidden()


def test_a_share_that_would_not_fit_is_warned_of_first(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    press(ada.stage, "Call settings")
    settings = ada.page.get_by_role("dialog", name="Call settings")
    settings.get_by_label("Upload limit").select_option("1 Mbit/s")
    press(settings, "Close")
    press(ada.stage, "Share screen")
    ada.page.get_by_role("menuitem", name="Motion").click()
    press(ada.page.get_by_role("alertdialog", name="This share may not fit"), "Share anyway")
    bob.sees_tile("Ada: screen")


def test_without_a_microphone_the_call_says_why_and_what_is_heard_stays(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    bob.page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    bob.page.reload()
    bob.sees_live()
    in_call([ada, bob])
    ada.turns_camera_on()
    bob.sees_tile("Ada: camera")
    note = bob.stage.get_by_role("status").filter(has_text="You can listen and watch")
    expect(note).to_be_visible()
    for name in ("Camera on", "Share screen"):
        expect(bob.stage.get_by_role("button", name=name)).to_be_hidden()
    press(bob.stage, "Dismiss")
    expect(note).to_be_hidden()


def test_no_part_of_a_call_has_a_serious_violation(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    faults: Faults = {}
    look(faults, "before", ada.page)
    in_call([ada, bob])
    look(faults, "voices", ada.page)
    ada.turns_camera_on()
    bob.turns_camera_on()
    bob.mutes()
    bob.shares()
    ada.sees_tile("Bob: screen")
    look(faults, "tiles", ada.page)
    look(faults, "my own share", bob.page)
    bob.makes_room("elsewhere")
    look(faults, "elsewhere", bob.page)
    ada.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    look(faults, "on a phone", ada.page)
    people(ada).filter(has_text="Bob").get_by_role("button").click()
    look(faults, "volumes", ada.page)
    assert faults == {}

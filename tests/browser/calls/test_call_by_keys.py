"""A call without a mouse: every button is reached and pressed by keys, and the focus goes on from where it was when something goes away."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.calls.callers import Caller, Gather, in_call

FOCUSED = "one => one === document.activeElement"
FAR = 80
"""More than there are stops on the page."""


def goes_to(caller: Caller, place: Locator, key: str = "Tab") -> None:
    """By this key alone; no longer than once around the page."""
    for _ in range(FAR):
        if place.count() == 1 and place.evaluate(FOCUSED):
            return
        caller.page.keyboard.press(key)
    raise AssertionError(f"{key} never comes to {place}")


def button(where: Caller | Locator, name: str) -> Locator:
    place = where.stage if isinstance(where, Caller) else where
    return place.get_by_role("button", name=name, exact=True)


def presses(caller: Caller, key: str, after: Locator) -> None:
    """And has the focus there after."""
    caller.page.keyboard.press(key)
    expect(after).to_be_focused()


def starts(caller: Caller) -> None:
    goes_to(caller, caller.page.get_by_role("button", name="Start call", exact=True))
    presses(caller, "Enter", button(caller, "Mute"))


def test_all_buttons_of_a_call_are_reached_and_pressed_by_keys(gather: Gather) -> None:
    [ada] = gather("Ada")
    starts(ada)
    presses(ada, "Enter", button(ada, "Unmute"))
    presses(ada, "Space", button(ada, "Mute"))
    presses(ada, "Tab", button(ada, "Deafen"))
    presses(ada, "Enter", button(ada, "Undeafen"))
    presses(ada, "Space", button(ada, "Deafen"))
    presses(ada, "Tab", button(ada, "Camera on"))
    presses(ada, "Enter", button(ada, "Camera off"))
    ada.sees_tile("Ada: camera")
    shares_by_keys(ada)
    for name in ("Call quality", "Call settings"):
        presses(ada, "Tab", button(ada, name))
        ada.page.keyboard.press("Enter")
        expect(ada.page.get_by_role("dialog", name=name)).to_be_visible()
        presses(ada, "Escape", button(ada, name))
    presses(ada, "Tab", button(ada, "Leave call"))
    presses(ada, "Enter", ada.page.get_by_role("button", name="Start call", exact=True))


def shares_by_keys(ada: Caller) -> None:
    presses(ada, "Tab", button(ada, "Share screen"))
    first, second = (ada.page.get_by_role("menuitem", name=re.compile(name)) for name in ("^Text", "^Motion"))
    presses(ada, "Enter", first)
    presses(ada, "Escape", button(ada, "Share screen"))
    presses(ada, "Space", first)
    presses(ada, "ArrowDown", second)
    presses(ada, "ArrowUp", first)
    presses(ada, "Enter", button(ada, "Share screen"))
    ada.sees_tile("Ada: screen")


def test_a_tile_is_pinned_and_a_share_ended_by_keys(gather: Gather) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    ada.turns_camera_on()
    ada.shares()
    camera, screen = ada.tile("Ada: camera"), ada.tile("Ada: screen")
    goes_to(ada, button(camera, "Pin"), "Shift+Tab")
    expect(camera.locator(".acts")).to_have_css("opacity", "1")
    presses(ada, "Enter", button(camera, "Unpin"))
    presses(ada, "Space", button(camera, "Pin"))
    goes_to(ada, button(screen, "Stop sharing screen"), "Shift+Tab")
    presses(ada, "Enter", button(camera, "Pin"))
    expect(screen).to_have_count(0)


def test_the_focus_is_not_lost_when_tiles_come_and_go(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    ada.turns_camera_on()
    mine = button(ada.tile("Ada: camera"), "Pin")
    goes_to(ada, mine, "Shift+Tab")
    bob.shares()
    bob.turns_camera_on()
    ada.sees_tile("Bob: screen")
    ada.sees_tile("Bob: camera")
    expect(mine).to_be_focused()
    screen = button(ada.tile("Bob: screen"), "Unpin")
    goes_to(ada, screen, "Shift+Tab")
    bob.stops_sharing()
    expect(button(ada.tile("Bob: camera"), "Pin")).to_be_focused()
    bob.leaves_call()
    expect(mine).to_be_focused()
    ada.turns_camera_off()


def test_with_the_last_tile_or_the_call_the_focus_goes_to_what_is_left(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    bob.shares()
    goes_to(ada, button(ada.tile("Bob: screen"), "Pin"), "Shift+Tab")
    bob.stops_sharing()
    expect(button(ada, "Mute")).to_be_focused()
    bob.makes_room("elsewhere")
    bar = bob.page.get_by_role("region", name="Call in general")
    goes_to(bob, bar.get_by_role("button", name="Back to the call in general"))
    presses(bob, "Enter", bob.composer)
    bob.opens("elsewhere")
    goes_to(bob, button(bar, "Leave call"))
    presses(bob, "Enter", bob.page.get_by_role("button", name="Start call", exact=True))


def test_who_uses_the_mouse_types_on_into_the_message(gather: Gather) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    ada.page.keyboard.type("hello")
    expect(ada.composer).to_have_value("hello")

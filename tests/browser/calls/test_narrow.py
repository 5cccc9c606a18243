"""Where there is little space: a room's header is one line, all of it large enough for a finger, and three columns leave some to each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.calls.callers import LOOK_EVERY_MS, Caller, Gather

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "A long name of a group of friends who play together"
TOPIC = "What we do on Friday evenings, and whatever else there is to be said of it"
PHONES: Sequence[ViewportSize] = ({"width": 390, "height": 844}, {"width": 360, "height": 740}, {"width": 320, "height": 640})
DESK: ViewportSize = {"width": 1280, "height": 800}
ONE_LINE = """least => {
  const header = document.querySelector('room-header header')
  const seen = [...header.children].filter((child) => child.offsetWidth)
  const middles = seen.map((child) => child.offsetTop + child.offsetHeight / 2)
  const small = seen.filter((child) => child.offsetWidth < least || (child.localName === 'button' && child.offsetHeight < least))
  return Math.max(...middles) - Math.min(...middles) < 2 && header.scrollWidth <= header.clientWidth && !small.length
}"""
"""The name keeps some space, too."""
FINGER_PX = 44


def is_one_line(caller: Caller, *names: str) -> None:
    """On every phone, with a button of each of these names."""
    for phone in PHONES:
        caller.page.set_viewport_size(phone)
        for name in names:
            expect(caller.page.locator("room-header").get_by_role("button", name=name)).to_be_visible()
        caller.page.wait_for_function(ONE_LINE, arg=FINGER_PX, polling=LOOK_EVERY_MS)
    caller.page.set_viewport_size(DESK)


def test_the_header_of_a_room_is_one_line_on_a_phone_in_a_call_and_beside_one(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    ada.makes_room(NAME, group=True, topic=TOPIC)
    bob.page.goto(ada.invites_to_room())
    bob.sees_room(NAME)
    is_one_line(ada, "Start call", "Invite", "Members 2", "Room settings")
    bob.starts_call()
    is_one_line(ada, "Join call", "Invite", "Members 2", "Room settings")
    ada.joins_call()
    is_one_line(ada, "Invite", "Members 2", "Room settings")
    ada.makes_room("elsewhere")
    is_one_line(ada, "Start call", "Members 1", "Room settings")
    is_one_line(bob, "Members 2", "Room settings")


TABLETS: Sequence[ViewportSize] = ({"width": 768, "height": 1024}, {"width": 721, "height": 800})
ALL_WITHIN = """least => {
  const [middle, field] = ['.middle', 'message-composer textarea'].map((name) => document.querySelector(name).getBoundingClientRect())
  const buttons = [...document.querySelectorAll('.middle button')].filter((one) => one.checkVisibility())
  const within = ({ left, right }) => left >= middle.left && right <= middle.right
  return field.width >= least && buttons.every((one) => within(one.getBoundingClientRect()))
}"""
FIELD_PX = 100


def test_on_a_tablet_a_room_with_its_members_beside_it_has_space_for_all_of_a_call(gather: Gather) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    ada.turns_camera_on()
    ada.page.get_by_role("button", name="Members").click()
    expect(ada.page.get_by_role("complementary", name="Members")).to_be_visible()
    for tablet in TABLETS:
        ada.page.set_viewport_size(tablet)
        ada.page.wait_for_function(ALL_WITHIN, arg=FIELD_PX, polling=LOOK_EVERY_MS)

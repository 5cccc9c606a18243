"""On a phone: panels that slide over the room, by a finger, by keys and by the back button; what is away cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH, MIDDLE = 390, 400
PHONE: dict[str, object] = {"viewport": {"width": WIDTH, "height": 844}, "has_touch": True, "is_mobile": True}
STEPS = 8


class Finger:
    """Touches the screen as a driver would: real touch events, which the browser makes pointer events of."""

    def __init__(self, page: Page) -> None:
        self._wire: CDPSession = page.context.new_cdp_session(page)

    def swipes(self, start: int, end: int, *, lifts: bool = True) -> None:
        self._send("touchStart", start)
        for i in range(1, STEPS + 1):
            self._send("touchMove", start + (end - start) * i // STEPS)
        if lifts:
            self.lifts()

    def presses(self, what: Locator) -> None:
        """And stays there."""
        box = what.bounding_box()
        assert box
        self._send("touchStart", round(box["x"] + 8), y=round(box["y"] + box["height"] / 2))

    def lifts(self) -> None:
        self._send("touchEnd")

    def _send(self, kind: str, *places: int, y: int = MIDDLE) -> None:
        points = [{"x": x, "y": y} for x in places]
        self._wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})  # pyright: ignore[reportUnknownMemberType]


def ada_on_a_phone(server: Server, arrive: Arrive, **options: object) -> Person:
    ada = Person(arrive(server.invite, **PHONE, **options))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    for text in ("one", "two"):
        ada.says(text)
    return ada


def rooms(person: Person) -> Locator:
    return person.page.get_by_role("navigation", name="Rooms")


def members(person: Person) -> Locator:
    return person.page.get_by_role("complementary", name="Members")


def stands_at(pane: Locator, x: int) -> None:
    """Slid all the way, and nothing less."""
    expect(pane).to_be_visible()
    pane.page.wait_for_function(
        "([name, x]) => Math.abs(document.querySelector(name).getBoundingClientRect().x - x) < 1", arg=[pane_name(pane), x]
    )


def pane_name(pane: Locator) -> str:
    name: str = pane.evaluate("element => '.' + element.closest('.left, .middle, .right').classList[0]")
    return name


def focusable(page: Page) -> Iterator[str]:
    """Once round by Tab: in which pane each stop is."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(25):
        page.keyboard.press("Tab")
        where: str = page.evaluate("document.activeElement.closest('.left, .middle, .right')?.classList[0] ?? ''")
        yield where


def test_a_finger_opens_the_rooms_from_the_edge_and_pushes_panels_back(server: Server, arrive: Arrive) -> None:
    ada = ada_on_a_phone(server, arrive)
    finger = Finger(ada.page)
    finger.swipes(8, 300)
    stands_at(rooms(ada), 0)
    expect(ada.composer).to_have_count(0)  # nobody is told of what lies below
    finger.swipes(350, 60)
    expect(rooms(ada)).to_be_hidden()
    expect(ada.composer).to_be_visible()
    ada.page.get_by_role("button", name="Members").click()
    stands_at(members(ada), 0)
    finger.swipes(40, 330)
    expect(members(ada)).to_be_hidden()
    expect(ada.composer).to_be_visible()
    finger.swipes(200, 380)
    expect(rooms(ada)).to_be_hidden()  # only from the edge
    finger.swipes(8, 164, lifts=False)
    stands_at(ada.page.locator(".left"), 164 - 8 - WIDTH)  # it follows the finger


def test_a_long_press_opens_what_can_be_done_and_it_stays_when_the_finger_lifts(server: Server, arrive: Arrive) -> None:
    ada = ada_on_a_phone(server, arrive)
    page, finger = ada.page, Finger(ada.page)
    ada.sees_all_told()
    menu = page.get_by_role("menu")
    finger.presses(ada.texts.first)
    expect(menu).to_be_visible()
    finger.lifts()
    expect(menu).to_have_attribute("popover", "auto")  # the browser has made of the finger what it does
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.touchscreen.tap(WIDTH // 2, 120)
    expect(menu).to_have_count(0)
    expect(page.get_by_role("toolbar", name="Message actions")).to_have_count(0)
    finger.presses(ada.texts.last)
    expect(menu).to_be_visible()
    finger.lifts()
    page.get_by_role("menuitem", name="Reply").tap()
    expect(page.get_by_role("region", name="Your answer")).to_contain_text("two")


ALL_LARGE = """least => ![...document.querySelectorAll('button, .button, select, input, textarea')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.actions'))
  .some(({ offsetWidth, offsetHeight }) => offsetWidth < least || offsetHeight < least)"""
FINGER_PX = 44


def is_for_fingers(page: Page) -> None:
    """All that can be pressed now, except the bar of quick deeds, which says nothing that its menu does not."""
    page.wait_for_function(ALL_LARGE, arg=FINGER_PX)


def test_what_one_presses_is_as_large_as_a_finger_and_keys_that_are_not_there_are_not_told_of(server: Server, arrive: Arrive) -> None:
    ada = ada_on_a_phone(server, arrive)
    page, finger = ada.page, Finger(ada.page)
    ada.sees_all_told()
    is_for_fingers(page)
    finger.presses(ada.texts.last)
    expect(page.get_by_role("menu")).to_be_visible()
    is_for_fingers(page)
    finger.lifts()
    page.get_by_role("menuitem", name="Edit").tap()
    form = page.get_by_role("log").locator("form.edit")
    expect(form.get_by_role("button", name="Save")).to_be_visible()
    expect(form.get_by_text("Enter saves")).to_be_hidden()
    page.wait_for_function("document.querySelector('li:has(form.edit) time').getBoundingClientRect().left >= 0")
    is_for_fingers(page)
    form.get_by_role("button", name="Cancel").tap()
    page.get_by_role("button", name="Members").tap()
    stands_at(members(ada), 0)
    is_for_fingers(page)
    members(ada).get_by_role("button", name="Close").tap()
    page.get_by_role("button", name="Back to rooms").tap()
    stands_at(rooms(ada), 0)
    is_for_fingers(page)


def test_the_back_button_and_escape_close_a_panel_and_no_press_is_wasted(server: Server, arrive: Arrive) -> None:
    ada = ada_on_a_phone(server, arrive)
    page = ada.page
    page.get_by_role("button", name="Members").click()
    expect(members(ada)).to_be_visible()
    page.go_back()
    expect(members(ada)).to_be_hidden()
    ada.sees_room("general")
    page.get_by_role("button", name="Back to rooms").click()
    expect(rooms(ada)).to_be_visible()
    page.keyboard.press("Escape")
    expect(rooms(ada)).to_be_hidden()
    page.get_by_role("button", name="Back to rooms").click()
    ada.makes_room("games")
    page.get_by_role("button", name="Back to rooms").click()
    ada.opens("general")
    page.get_by_role("button", name="Back to rooms").click()
    page.get_by_role("button", name="To the room").click()
    ada.sees_room("general")
    page.get_by_role("button", name="Back to rooms").click()
    page.go_back()
    ada.sees_room("general")
    page.go_back()
    assert page.url == "about:blank"


def test_what_is_away_is_reached_by_no_key_and_whoever_wants_no_motion_sees_none(server: Server, arrive: Arrive) -> None:
    ada = ada_on_a_phone(server, arrive, reduced_motion="reduce")
    expect(rooms(ada)).to_be_hidden()
    assert set(focusable(ada.page)) <= {"middle", ""}
    ada.page.get_by_role("button", name="Members").click()
    expect(members(ada)).to_be_visible()
    assert ada.page.evaluate("document.getAnimations().length") == 0
    expect(ada.page.locator(".right")).to_be_focused()
    expect(ada.composer).to_have_count(0)
    assert set(focusable(ada.page)) <= {"right", ""}

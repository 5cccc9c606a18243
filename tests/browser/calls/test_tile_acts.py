"""What one can do with a tile: the whole screen for it, a window of its own, its volume; and nothing that gets in the way of the rest."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.calls.callers import LOOK_EVERY_MS, Caller, Gather, frames_grow, in_call
from tests.browser.test_access import PHONE

FULL = "tile => document.fullscreenElement === tile"
NOT_FULL = "() => document.fullscreenElement === null"
APART = "tile => document.pictureInPictureElement === tile.querySelector('video')"
NOT_APART = "() => document.pictureInPictureElement === null"
SEEN = "() => document.pictureInPictureElement.getVideoPlaybackQuality().totalVideoFrames"
SEES_ON = "before => document.pictureInPictureElement.getVideoPlaybackQuality().totalVideoFrames > before + 5"
COVERED = """notice => {
  const { top, bottom, left, right } = notice.getBoundingClientRect()
  const under = (box) => box.top < bottom && box.bottom > top && box.left < right && box.right > left
  const all = [...document.querySelectorAll('call-stage button, message-composer :is(button, textarea)')]
  return all.filter((one) => one.checkVisibility() && under(one.getBoundingClientRect())).map(({ outerHTML }) => outerHTML)
}"""
"""All at once: a notice does not wait to be looked at."""
REFUSES = "HTMLVideoElement.prototype.requestPictureInPicture = async () => { throw new DOMException('', 'NotAllowedError') }"


def act(tile: Locator, name: str) -> Locator:
    tile.hover()
    return tile.get_by_role("button", name=name, exact=True)


def becomes(caller: Caller, condition: str, tile: Locator | None = None) -> None:
    caller.page.wait_for_function(condition, arg=tile and tile.element_handle(), polling=LOOK_EVERY_MS)


def looks_at_a_camera(gather: Gather, before: str = "") -> tuple[Caller, Caller, Locator]:
    ada, bob = gather("Ada", "Bob")
    if before:
        ada.page.add_init_script(before)
        ada.page.reload()
        ada.sees_live()
    in_call([ada, bob])
    bob.turns_camera_on()
    ada.sees_tile("Bob: camera")
    return ada, bob, ada.tile("Bob: camera")


def test_a_tile_has_the_whole_screen_until_one_leaves_it(gather: Gather) -> None:
    ada, _, tile = looks_at_a_camera(gather)
    act(tile, "Full screen").click()
    becomes(ada, FULL, tile)
    ada.sees_tile("Bob: camera")
    act(tile, "Leave full screen").click()
    becomes(ada, NOT_FULL)
    expect(act(tile, "Full screen")).to_be_visible()


def test_the_whole_screen_ends_with_what_it_showed(gather: Gather) -> None:
    ada, bob, _ = looks_at_a_camera(gather)
    bob.shares()
    tile = ada.tile("Bob: screen")
    ada.sees_tile("Bob: screen")
    act(tile, "Full screen").click()
    becomes(ada, FULL, tile)
    bob.stops_sharing()
    becomes(ada, NOT_FULL)
    ada.sees_no_tile("Bob: screen")
    ada.sees_tile("Bob: camera")


def test_a_picture_has_a_window_of_its_own_until_it_comes_back(gather: Gather) -> None:
    ada, bob, tile = looks_at_a_camera(gather)
    act(tile, "Picture in picture").click()
    becomes(ada, APART, tile)
    act(tile, "Back into the page").click()
    becomes(ada, NOT_APART)
    act(tile, "Picture in picture").click()
    becomes(ada, APART, tile)
    bob.turns_camera_off()
    becomes(ada, NOT_APART)
    bob.turns_camera_on()
    expect(act(tile, "Picture in picture")).to_be_visible()


def test_a_window_of_its_own_goes_on_while_one_reads_elsewhere(gather: Gather) -> None:
    ada, _, tile = looks_at_a_camera(gather)
    act(tile, "Picture in picture").click()
    becomes(ada, APART, tile)
    ada.makes_room("elsewhere")
    expect(ada.stage).to_be_hidden()
    frames_grow(ada, pictures=1)
    ada.page.wait_for_function(SEES_ON, arg=ada.page.evaluate(SEEN), polling=LOOK_EVERY_MS)
    ada.opens("general")
    act(tile, "Back into the page").click()
    becomes(ada, NOT_APART)


def test_the_chat_that_was_put_aside_is_that_of_the_call_alone(gather: Gather) -> None:
    ada, _, _ = looks_at_a_camera(gather)
    ada.stage.get_by_role("button", name="Hide chat", exact=True).click()
    expect(ada.composer).to_be_hidden()
    ada.makes_room("elsewhere")
    ada.says("one")
    ada.sees_exactly(["one"])


def test_no_window_is_offered_where_there_is_no_picture(gather: Gather) -> None:
    ada, bob, tile = looks_at_a_camera(gather)
    ada.turns_camera_on()
    bob.turns_camera_off()
    expect(tile.locator(".disc")).to_be_visible()
    expect(act(tile, "Picture in picture")).to_be_hidden()


def test_who_is_refused_a_window_is_told_so_and_sees_on(gather: Gather) -> None:
    ada, _, tile = looks_at_a_camera(gather, before=REFUSES)
    act(tile, "Picture in picture").click()
    expect(ada.page.get_by_role("status").filter(has_text="The browser gave this picture no window of its own.")).to_be_visible()
    expect(act(tile, "Picture in picture")).to_be_visible()
    ada.sees_tile("Bob: camera")


def test_the_volume_of_a_tile_is_set_without_moving_the_tile(gather: Gather) -> None:
    ada, _, tile = looks_at_a_camera(gather)
    ada.turns_camera_on()
    act(tile, "Volume").click()
    pin = tile.get_by_role("button", name="Pin", exact=True)
    expect(pin).to_be_attached()
    volumes = ada.page.get_by_role("dialog", name="Volume of Bob")
    volumes.get_by_label("Voice volume").click(position={"x": 2, "y": 8})
    expect(volumes.get_by_label("Voice volume")).to_have_value("0")
    expect(pin).to_be_attached()


def test_no_notice_lies_on_the_buttons_of_a_call(gather: Gather) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    for width, height in ((1280, 800), (PHONE["width"], PHONE["height"])):
        ada.page.set_viewport_size({"width": width, "height": height})
        ada.shares()
        notice = ada.page.get_by_role("status").filter(has_text="shared without its sound")
        assert notice.evaluate(COVERED) == []

"""A browser that lets nothing sound but what somebody presses for: the page says so, and one press makes all be heard."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.calls.callers import Caller, Gather, all_linked, hears_all, in_call
from tests.browser.calls.playing import PLAYERS, plays, rests

STRICT = """
{
  let pressing = false
  addEventListener('click', () => (pressing = true, setTimeout(() => (pressing = false))), true)
  const { play } = HTMLMediaElement.prototype
  HTMLAudioElement.prototype.play = function () {
    return pressing ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'))
  }
}
"""
"""The press that joins a call is long over when its first voice comes."""


def strict(caller: Caller) -> Caller:
    caller.page.add_init_script(PLAYERS + STRICT)
    caller.page.reload()
    caller.sees_live()
    return caller


def way_to_hear(caller: Caller) -> Locator:
    return caller.stage.get_by_role("button", name="Click to hear", exact=True)


def test_one_press_makes_every_voice_be_heard(gather: Gather) -> None:
    ada, bob, cid = callers = gather("Ada", "Bob", "Cid")
    strict(cid)
    in_call(callers)
    expect(cid.stage.get_by_role("status").filter(has_text="The browser holds the sound back")).to_be_visible()
    rests(cid)
    way_to_hear(cid).click()
    expect(way_to_hear(cid)).to_have_count(0)
    plays(cid)
    hears_all(cid)
    for caller in (ada, bob):
        expect(way_to_hear(caller)).to_have_count(0)


def test_a_key_is_as_good_as_a_press_and_is_asked_for_again_when_needed(gather: Gather) -> None:
    ada, bob, cid = gather("Ada", "Bob", "Cid")
    strict(bob)
    in_call([ada, bob])
    way_to_hear(bob).press("Enter")
    plays(bob)
    cid.joins_call()
    all_linked([ada, bob, cid])
    way_to_hear(bob).press("Space")
    expect(way_to_hear(bob)).to_have_count(0)
    plays(bob)


def test_nobody_is_asked_once_there_is_nothing_to_hear(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    strict(bob)
    in_call([ada, bob])
    expect(way_to_hear(bob)).to_be_visible()
    ada.leaves_call()
    expect(way_to_hear(bob)).to_have_count(0)

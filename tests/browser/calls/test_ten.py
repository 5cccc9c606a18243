"""Ten people on one machine, linked each to each. One of them speaks at a time, as people do; and nine cameras are for those who look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.calls.callers import LOOK_EVERY_MS, ROOM, Caller, Gather, frames_grow
from tests.browser.conftest import TIMEOUT_MS

pytestmark = [pytest.mark.slow, pytest.mark.unlimited]
NAMES = ["Ada", "Bob", "Cid", "Dot", "Eve", "Fay", "Gil", "Hal", "Ivy", "Jon"]
ALL_MS = 180_000
"""Ninety ends of links and ten pages share this machine's processors."""
HEARD = "async count => (await probed.links()).filter(({ energy }) => Object.values(energy).some((sum) => sum > 1e-4)).length >= count"

PLAIN = """() => {
  const devices = navigator.mediaDevices
  const take = devices.getUserMedia.bind(devices)
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  devices.getUserMedia = ({ audio, ...wanted }) => take(audio ? { ...wanted, audio: plain } : wanted)
}"""
"""Ten microphones of one machine: beeps need no cleaning, and it is a quarter of what all of this costs."""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A page that links to nine others is slow to take a click here."""
    expect.set_options(timeout=ALL_MS)
    yield
    expect.set_options(timeout=TIMEOUT_MS)


def ten_in_call(gather: Gather) -> list[Caller]:
    host, *others = callers = gather(*NAMES)
    for caller in callers:
        caller.page.set_default_timeout(ALL_MS)
        caller.page.evaluate(PLAIN)
    host.starts_call()
    host.mutes()
    for caller in others:
        caller.joins_call()
        caller.mutes()
    for caller in callers:
        caller.is_linked_to(len(NAMES) - 1, within_ms=ALL_MS)
    return callers


def test_ten_hear_one_another_and_cameras_are_sent_to_those_who_look(gather: Gather) -> None:
    """One call: to bring ten together costs more than all they do in it."""
    callers = ten_in_call(gather)
    are_heard(callers[0], callers[-1], by=callers)
    for caller in callers:
        caller.sees_in_call(NAMES)
    nine_are_seen(*callers)
    for caller in callers:
        caller.is_linked_to(len(NAMES) - 1, within_ms=ALL_MS)


def are_heard(*speakers: Caller, by: list[Caller]) -> None:
    """One after the other, each by all others; who has spoken is counted by those who listened."""
    for turn, speaker in enumerate(speakers):
        speaker.unmutes()
        for caller in by:
            if caller is not speaker:
                heard = turn + 1 - (caller in speakers[:turn])
                caller.page.wait_for_function(HEARD, arg=heard, polling=LOOK_EVERY_MS, timeout=ALL_MS)
        speaker.mutes()


def nine_are_seen(ada: Caller, *others: Caller) -> None:
    ada.makes_room("Elsewhere")
    for caller in others:
        caller.joins("Elsewhere")
    ada.opens(ROOM)
    for caller in others:
        caller.opens(ROOM)
        caller.turns_camera_on()
        caller.opens("Elsewhere")
    for name in NAMES[1:]:
        ada.sees_tile(f"{name}: camera")
    frames_grow(ada, len(others))

"""People in a call, linked each to each: they hear and see one another, and what comes and goes leaves no trace."""

from __future__ import annotations

from tests.browser.calls.callers import Gather, all_linked, frames_grow, hears_all, in_call


def test_two_hear_and_see_one_another(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    for caller in callers:
        caller.turns_camera_on()
    ada.sees_tile("Bob: camera")
    bob.sees_tile("Ada: camera")
    for caller in callers:
        caller.sees_in_call(["Ada", "Bob"])
        frames_grow(caller, 1)
        hears_all(caller)
    assert [link.lines for link in ada.links()] == [3]
    all_linked(callers)

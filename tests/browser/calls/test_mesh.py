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


def test_four_hear_and_see_one_another(gather: Gather) -> None:
    names = ["Ada", "Bob", "Cid", "Dot"]
    callers = gather(*names)
    in_call(callers)
    for caller in callers:
        caller.turns_camera_on()
    for caller, own in zip(callers, names, strict=True):
        for name in names:
            if name != own:
                caller.sees_tile(f"{name}: camera")
        frames_grow(caller, 3)
        hears_all(caller)
    all_linked(callers)


def test_a_share_begun_and_ended_ten_times_leaves_at_most_five_lines(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    for _ in range(10):
        ada.shares()
        bob.sees_tile("Ada: screen")
        ada.stops_sharing()
        bob.sees_no_tile("Ada: screen")
    all_linked(callers)
    for caller in callers:
        [link] = caller.links()
        assert link.lines <= 5


def test_two_screens_of_one_person_are_two_tiles(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    ada.shares()
    ada.shares()
    bob.sees_tile("Ada: screen")
    bob.sees_tile("Ada: screen 2")
    frames_grow(bob, 2)
    ada.stops_sharing()
    bob.sees_no_tile("Ada: screen 2")
    bob.sees_tile("Ada: screen")


def test_a_late_joiner_sees_every_tile_by_name(gather: Gather) -> None:
    ada, bob, late = gather("Ada", "Bob", "Late")
    in_call([ada, bob])
    for caller in (ada, bob):
        caller.turns_camera_on()
        caller.shares()
    late.joins_call()
    for name in ("Ada", "Bob"):
        late.sees_tile(f"{name}: camera")
        late.sees_tile(f"{name}: screen")
    late.sees_in_call(["Ada", "Bob", "Late"])
    late.is_linked_to(2)


def test_who_leaves_is_gone_from_all_and_may_come_back(gather: Gather) -> None:
    ada, bob, cid = callers = gather("Ada", "Bob", "Cid")
    in_call(callers)
    bob.turns_camera_on()
    cid.sees_tile("Bob: camera")
    bob.leaves_call()
    for caller in (ada, cid):
        caller.sees_in_call(["Ada", "Cid"])
        caller.sees_no_tile("Bob: camera")
        caller.is_linked_to(1)
    bob.joins_call()
    all_linked(callers)


def test_somebody_kicked_is_gone_from_all_peers(gather: Gather) -> None:
    ada, bob, cid = callers = gather("Ada", "Bob", "Cid")
    in_call(callers)
    ada.kicks("Bob")
    for caller in (ada, cid):
        caller.sees_in_call(["Ada", "Cid"])
        caller.is_linked_to(1)
    bob.is_linked_to(0)

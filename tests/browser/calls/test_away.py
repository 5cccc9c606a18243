"""Calls whose server goes away, whose words cross, or whose people are cut off: media goes on, and all find one another again."""

from __future__ import annotations

from tests.browser.calls.callers import Caller, Gather, all_linked, hears_all, in_call
from tests.browser.serving import Server

SLOWLY_MS = 800
"""Long enough that both have pressed before either hears of it."""
ROUNDS = 9


def places(caller: Caller) -> list[str]:
    """Who is in the call, by the names that the server gave their places, as the page's list keeps them."""
    rows = caller.stage.get_by_role("list", name="In the call").get_by_role("listitem")
    return sorted(rows.evaluate_all("rows => rows.map(row => row.dataset.peer)"))


def ways(caller: Caller) -> list[str]:
    """What tells one connection from another: a new one, or a restarted one, has other ones."""
    return [link.ufrag for link in caller.links()]


def test_nine_shares_begun_by_both_in_the_same_moment_all_arrive(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    for caller in callers:
        caller.hears_late(SLOWLY_MS)
    before = [ways(caller) for caller in callers]
    for _ in range(ROUNDS):
        for press in [caller.is_about_to_share() for caller in callers]:
            press.click(no_wait_after=True)
        ada.sees_tile("Bob: screen")
        bob.sees_tile("Ada: screen")
        for caller in callers:
            caller.stops_sharing()
        ada.sees_no_tile("Bob: screen")
        bob.sees_no_tile("Ada: screen")
    all_linked(callers)
    assert sum(caller.crossed() for caller in callers) >= ROUNDS
    assert [ways(caller) for caller in callers] == before, "no connection was restarted or made anew"


def test_a_socket_cut_in_mid_call_changes_nothing_that_is_heard(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    before = places(bob), ways(ada)
    ada.loses_the_server()
    hears_all(ada)
    hears_all(bob)
    ada.shares()
    ada.finds_the_server()
    bob.sees_tile("Ada: screen")
    all_linked(callers)
    assert (places(bob), ways(ada)) == before


def test_a_server_killed_in_mid_call_finds_everybody_again(gather: Gather, server: Server) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    bob.turns_camera_on()
    ada.sees_tile("Bob: camera")
    before = places(ada), ways(ada)
    server.kill()
    for caller in callers:
        caller.sees_down()
        hears_all(caller)
    server.start()
    for caller in callers:
        caller.sees_live()
        caller.sees_in_call(["Ada", "Bob"])
    all_linked(callers)
    ada.sees_tile("Bob: camera")
    assert (places(ada), ways(ada)) == before, "the same places, and the same connections"
    ada.shares()
    bob.sees_tile("Ada: screen")

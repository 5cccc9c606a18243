"""What plays on a page: voices play in elements that stand nowhere in it."""

from __future__ import annotations

from tests.browser.calls.callers import Caller, grows

PLAYERS = """
globalThis.players = []
Audio = new Proxy(Audio, { construct: (real, given) => players[players.push(new real(...given)) - 1] })
"""
"""Runs before the page's own code."""
TIMES = "players.filter(({ srcObject }) => srcObject).map(({ currentTime }) => currentTime)"


def plays(caller: Caller) -> None:
    """Every voice goes on, each in its player."""
    grows(lambda: caller.page.evaluate(TIMES))


def rests(caller: Caller) -> None:
    """Every voice that is there waits in its player, and there is one."""
    assert {*caller.page.evaluate("players.filter(({ srcObject }) => srcObject).map(({ paused }) => paused)")} == {True}

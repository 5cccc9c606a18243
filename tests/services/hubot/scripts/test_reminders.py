"""The script `reminders`."""

from __future__ import annotations

from time import perf_counter

import pytest

from services.hubot.kit.fake import NOON
from tests.services.hubot.scripts.bundled import clock, room_with

PIZZA = "@ada turn the pizza, don't burn it"
USAGE = "@ada say it like `hubot remind me in 20m to turn the pizza`"


@pytest.mark.parametrize(
    "asked",
    [
        "remind me in 20 minutes to turn the pizza, don't burn it",
        "remind me to turn the pizza, don't burn it in 20m",
        f"remind me at {clock(NOON + 1200)} to turn the pizza, don't burn it",
    ],
)
def test_one_is_reminded_at_the_time_and_once(asked: str) -> None:
    with room_with("reminders") as room:
        assert room.says("ada", f"hubot {asked}") == [f"I will, at {clock(NOON + 1200)} (number 1)."]
        assert room.passes(1199) == []
        assert room.passes(1) == [PIZZA]
        assert room.passes(86400) == [] and room.brain == {}


def test_a_timer_is_a_reminder_of_itself() -> None:
    with room_with("reminders") as room:
        room.says("ada", "hubot timer 5m")
        room.says("bob", "hubot timer 1h30m the tea")
        assert room.passes(7200) == ["@ada 5 min are over", "@bob 1 h 30 min are over: the tea"]
        assert room.says("ada", "hubot timer soon") == ["@ada say a time like 90s, 5m or 1h30m"]


def test_what_was_set_survives_a_restart_and_what_is_overdue_is_said_at_once() -> None:
    with room_with("reminders") as before:
        before.says("ada", "hubot timer 5m")
        before.says("ada", "hubot timer 2h")
    with room_with("reminders", brain=before.brain, start=before.now + 3600) as room:
        assert room.said == ["@ada 5 min are over (That was 55 min ago; I was away.)"]
        assert room.passes(3599) == []
        assert room.passes(1) == ["@ada 2 h are over"]


def test_each_sees_and_cancels_their_own_alone() -> None:
    with room_with("reminders") as room:
        room.says("ada", "hubot timer 5m")
        assert room.says("bob", "hubot reminders") == ["You have no reminders here."]
        assert room.says("bob", "hubot cancel 1") == ["@bob you have no reminder of that number here"]
        assert room.says("ada", "hubot reminders") == [f"1. {clock(NOON + 300)}: 5 min are over"]
        assert room.says("ada", "hubot cancel 1") == ["Number 1 is cancelled."]
        room.says("ada", "hubot timer 10m")  # It gets the same number, and the timer of the first is still there.
        assert room.passes(599) == []
        assert room.passes(1) == ["@ada 10 min are over"]


def test_only_whoever_asked_is_called_by_it() -> None:
    with room_with("reminders") as room:
        room.says("ada", "hubot remind me in 5m to call @bob")
        room.passes(300)
        assert room.mentioned[-1] == ["u_ada"]


def test_there_is_an_end_to_what_one_person_may_set() -> None:
    with room_with("reminders") as room:
        for _ in range(10):
            room.says("ada", f"hubot remind me in 1h to {'x' * 5000}")
        assert room.says("ada", "hubot timer 1h") == ["@ada that is enough to remember; see `hubot reminders`"]
        assert "number 11" in room.says("bob", "hubot timer 1h")[0]
        assert len(str(room.brain)) < 8000


@pytest.mark.parametrize("asked", ["remind me", "remind me to", "remind me to eat", "remind me soon to eat", "remind me in 0m to eat"])
def test_what_is_not_understood_is_told_how_to_say_it(asked: str) -> None:
    with room_with("reminders") as room:
        (said,) = room.says("ada", f"hubot {asked}")
        assert "say" in said and room.brain == {}


@pytest.mark.parametrize("blanks", [" " * 7900, "\n" * 7900, " a" * 1300 + " " * 2600 + "b" * 2600])
def test_a_long_row_of_blanks_takes_no_time(blanks: str) -> None:
    with room_with("reminders") as room:
        began = perf_counter()
        for said in (f"hubot remind{blanks}x", f"hubot remind me{blanks}x", f"hubot remind me in{blanks}x", f"hubot remind me to{blanks}x"):
            room.says("ada", said)
        assert perf_counter() - began < 1

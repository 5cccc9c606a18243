"""The script `raid`."""

from __future__ import annotations

from time import perf_counter

import pytest

from services.hubot.kit.fake import NOON
from services.hubot.kit.rehearsal import Broken
from tests.services.hubot.scripts.bundled import clock, room_with

AT = clock(NOON + 7200)
NONE = "No raid is planned here. Say `hubot raid Molten Core tonight 20:00`."


@pytest.mark.parametrize("plan", ['"Molten Core" in 2h', "Molten Core in 2 hours", f"Molten Core {AT}", f"“Molten Core” at {AT}"])
def test_friends_sign_up_and_are_called_before_it_begins(plan: str) -> None:
    with room_with("raid") as room:
        assert room.says("ada", f"hubot raid {plan}") == [f"**Molten Core**, {AT}. Say `hubot sign up`, or `hubot sign up as healer`."]
        assert room.says("ada", "hubot sign up as a healer") == [f"**Molten Core**, {AT}: ada (healer)"]
        assert room.says("bob", "hubot join") == [f"**Molten Core**, {AT}: ada (healer), bob"]
        assert room.says("carol", "hubot signup tank") == [f"**Molten Core**, {AT}: ada (healer), bob, carol (tank)"]
        assert room.says("carol", "hubot leave") == room.says("ada", "hubot roster") == [f"**Molten Core**, {AT}: ada (healer), bob"]
        assert room.passes(7200 - 15 * 60 - 1) == []
        assert room.passes(1) == ["Molten Core begins in 15 min. @ada @bob"]
        assert room.mentioned[-1] == ["u_ada", "u_bob"]
        assert room.passes(3600) == []
        assert room.says("ada", "hubot roster") == [NONE]


def test_what_was_planned_survives_a_restart_and_the_call_comes_once() -> None:
    with room_with("raid") as before:
        before.says("ada", "hubot raid Core in 2h")
        before.says("ada", "hubot sign up")
    with room_with("raid", brain=before.brain, start=NOON + 6600) as room:
        assert room.said == ["Core begins in 10 min. @ada"]
    with room_with("raid", brain=room.brain, start=NOON + 6700) as again:
        assert again.said == []
        assert again.says("ada", "hubot roster") == [f"**Core**, {AT}: ada"]


def test_a_raid_that_is_planned_shortly_before_is_called_when_it_begins() -> None:
    with room_with("raid") as before:
        before.says("ada", "hubot raid Core in 10m")
        before.says("ada", "hubot sign up")
        assert before.passes(599) == []
    with room_with("raid", brain=before.brain, start=NOON + 599) as room:
        assert room.passes(1) == ["Core begins now. @ada"]
    with room_with("raid", brain=before.brain, start=NOON + 700) as late:
        assert late.said == ["Core begins now. @ada"]
    with room_with("raid", brain=before.brain, start=NOON + 3600) as too_late:
        assert too_late.said == []


def test_a_raid_is_cancelled_by_whoever_planned_it_and_moderators_alone() -> None:
    with room_with("raid") as room:
        room.says("ada", "hubot raid Core in 2h")
        assert room.says("bob", "hubot raid Other in 3h") == [f"@bob there is one already: **Core**, {AT}: nobody yet"]
        assert room.says("bob", "hubot raid cancel") == ["@bob only whoever planned it and moderators cancel it"]
        assert room.says("bob", "hubot raid cancel", role="moderator") == ["Core is cancelled."]
        assert room.says("ada", "hubot raid cancel") == ["@ada no raid is planned here"]
        assert room.passes(86400) == []


def test_without_a_raid_nobody_signs_up_and_what_is_no_plan_is_told_how_to_say_it() -> None:
    with room_with("raid") as room:
        assert room.says("ada", "hubot sign up") == ["@ada no raid is planned here"]
        assert room.says("ada", "hubot sign off") == ["@ada you are not on the list"]
        assert room.says("ada", "hubot raid") == [NONE]
        for plan in ("Core", "Core someday", "Core 25:00", "20:00", "Core 2020-01-01 20:00"):
            assert room.says("ada", f"hubot raid {plan}")[0].startswith(("@ada say what", "@ada hour must", "@ada that is over"))
        assert room.brain == {}


def test_the_time_of_the_call_is_the_operators() -> None:
    with room_with("raid", config={"before": 60}) as room:
        room.says("ada", "hubot raid Core in 2h")
        assert room.passes(3600) == ["Core begins in 1 h."]
    with pytest.raises(Broken, match=r"\[scripts.raid\] config: Expected `int` >= 1 - at `\$.before`"):
        room_with("raid", config={"before": 0})


@pytest.mark.parametrize("blanks", [f"{' ' * 3900}c\nb", f" as c{' ' * 3900}\nb{' ' * 3900}c", "\n" * 7900 + "x"])
def test_a_long_row_of_blanks_takes_no_time(blanks: str) -> None:
    with room_with("raid") as room:
        began = perf_counter()
        for said in (
            f"hubot join{blanks}",
            f"hubot sign up{blanks}",
            f"hubot sign off{blanks}",
            f"hubot raid{blanks}",
            f"hubot signup{blanks}",
        ):
            room.says("ada", said)
        assert perf_counter() - began < 1

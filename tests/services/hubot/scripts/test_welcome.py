"""The script `welcome`."""

from __future__ import annotations

from tests.services.hubot.scripts.bundled import room_with

DAY = 86400


def test_who_enters_is_greeted_and_not_again_within_a_day() -> None:
    with room_with("welcome") as room:
        assert room.enters("bob") == ["Welcome, Bob! `hubot rules` tells how we do things here, `hubot help` what I can do."]
        room.leaves("bob")
        room.passes(DAY - 60)
        assert room.enters("bob") == []
        assert len(room.enters("ada")) == 1
        room.passes(60)
        assert len(room.enters("bob")) == 1


def test_the_text_is_the_operators_and_braces_are_nothing_special() -> None:
    with room_with("welcome", config={"text": "{name} {0} {nobody}"}) as room:
        assert room.enters("bob") == ["Bob {0} {nobody}"]


def test_the_greeted_are_remembered_after_a_restart_for_each_room_and_forgotten_in_time() -> None:
    with room_with("welcome") as before:
        before.enters("bob")
    assert list(before.brain) == ["welcome:r_room"]
    with room_with("welcome", brain=before.brain, start=before.now + 60) as room:
        assert room.enters("bob") == []
        room.passes(DAY)
        room.enters("ada")
        assert list(room.brain["welcome:r_room"]) == ["u_ada"]
    with room_with("welcome", brain={"welcome:r_other": before.brain["welcome:r_room"]}) as room:
        assert len(room.enters("bob")) == 1

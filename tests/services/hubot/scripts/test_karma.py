"""The script `karma`."""

from __future__ import annotations

import pytest

from tests.services.hubot.scripts.bundled import room_with


def test_points_are_given_and_taken_and_the_best_come_first() -> None:
    with room_with("karma") as room:
        assert room.says("ada", "hubot karma") == ["Nobody has points here yet."]
        assert room.says("ada", "bob++ for the pizza, and @Pizza++!") == ["bob has 1. pizza has 1."]
        assert room.says("carol", "bob++") == ["bob has 2."]
        assert room.says("carol", "rain--") == ["rain has -1."]
        assert room.says("ada", "hubot karma @bob") == ["bob has 2."]
        assert room.says("ada", "hubot karma nobody") == ["nobody has 0."]
        assert room.says("ada", "hubot karma") == ["1. bob: 2\n2. pizza: 1\n3. rain: -1"]


def test_nobody_counts_for_themselves() -> None:
    with room_with("karma") as room:
        assert room.says("ada", "Ada++") == ["ada, nobody counts for themselves."]
        assert room.says("ada", "hubot karma ada") == ["ada has 0."]


@pytest.mark.parametrize("text", ["i++", "x = c++ + 1", "for (int it++;)", "--verbose", "a --flag", "foo++bar", "see --"])
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    with room_with("karma") as room:
        assert room.says("ada", text) == []


def test_each_room_counts_for_itself_and_forgets_the_least() -> None:
    with room_with("karma", brain={"karma:r_other": {"bob": 9}, "karma:r_room": {f"n{number}": 2 for number in range(200)}}) as room:
        assert room.says("ada", "hubot karma bob") == ["bob has 0."]
        room.says("ada", "bob++")
        assert len(room.brain["karma:r_room"]) == 200 and "bob" not in room.brain["karma:r_room"]

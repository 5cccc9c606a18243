"""The script `dice`."""

from __future__ import annotations

import re

import pytest

from tests.services.hubot.scripts.bundled import room_with


def test_dice_are_within_their_sides_and_add_up() -> None:
    with room_with("dice") as room:
        for _ in range(50):
            (text,) = room.says("ada", "hubot roll 2d6+1")
            found = re.fullmatch(r"(\d) \+ (\d) \+ 1 = \*\*(\d+)\*\*", text)
            assert found and int(found[1]) + int(found[2]) + 1 == int(found[3])
            assert 1 <= int(found[1]) <= 6 and 1 <= int(found[2]) <= 6
        assert re.fullmatch(r"\*\*[1-6]\*\*", room.says("ada", "hubot roll")[0])
        assert re.fullmatch(r"\d+ - 2 = \*\*-?\d+\*\*", room.says("ada", "hubot roll D20 - 2")[0])


@pytest.mark.parametrize("dice", ["0d6", "51d6", "2d1", "2d1001", "999d9999", "six", "2d", "d6d6", "1d6+99999"])
def test_what_cannot_be_thrown_is_refused_with_the_way_to_say_it(dice: str) -> None:
    with room_with("dice") as room:
        assert room.says("ada", f"hubot roll {dice}") == ["@ada say it like 2d6+1; 50 dice and 1000 sides at most"]


def test_a_coin_has_two_sides() -> None:
    with room_with("dice") as room:
        thrown = {text for _ in range(100) for text in room.says("ada", "hubot flip")}
        assert thrown == {"Heads.", "Tails."}
        assert len(room.says("ada", "hubot heads or tails?")) == len(room.says("ada", "hubot flip a coin")) == 1

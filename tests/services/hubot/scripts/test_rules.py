"""The script `rules`."""

from __future__ import annotations

import pytest

from services.hubot.kit.rehearsal import Broken
from tests.services.hubot.scripts.bundled import room_with


def test_the_rules_are_what_the_operator_says() -> None:
    with room_with("rules", config={"text": "Snacks are shared."}) as room:
        for asked in ("hubot rules", "hubot what are the rules?", "hubot the rules", "@hubot: tell us the rules."):
            assert room.says("ada", asked) == ["Snacks are shared."]
        assert room.says("ada", "who makes the rules?") == room.says("ada", "the rules") == []


def test_without_a_configuration_there_are_rules_and_with_a_wrong_one_no_script() -> None:
    with room_with("rules") as room:
        assert "Be kind" in room.says("ada", "hubot rules")[0]
    with pytest.raises(Broken, match=r"\[scripts.rules\] config: Expected `str`, got `int`"):
        room_with("rules", config={"text": 1})

"""The script `help`."""

from __future__ import annotations

from services.hubot.settings import BUNDLED
from tests.services.hubot.scripts.bundled import room_with


def test_help_is_what_the_loaded_scripts_say_sorted_and_in_the_bots_own_name() -> None:
    with room_with("help", "ping", "dice") as room:
        (text,) = room.says("ada", "hubot help")
        lines = text.splitlines()
        assert lines == sorted(lines)
        assert "hubot ping - Say PONG" in lines and "hubot roll [dice] - Throw dice: 2d6+1, d20" in lines
        assert room.says("ada", "hubot help ping") == ["hubot ping - Say PONG"]
        assert room.says("ada", "hubot help COIN") == ["hubot flip [coin] - Throw a coin"]
        assert room.says("ada", "hubot help polls") == ["I know nothing about that. Say `hubot help`."]


def test_help_on_all_scripts_is_one_message() -> None:
    with room_with(*sorted(path.stem for path in BUNDLED.glob("*.py"))) as room:
        (text,) = room.says("ada", "hubot help")
        assert len(text.encode()) < 4000
        assert all(len(line) < 120 for line in text.splitlines())
        assert room.errors == []

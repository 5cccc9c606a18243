"""The script `help`."""

from __future__ import annotations

from services.hubot.settings import BUNDLED
from tests.services.hubot.scripts.bundled import room_with

FIRST = "Say `hubot NAME`, or type `/NAME`. More about one: `hubot help NAME`."


def test_help_is_a_line_for_each_script_and_more_about_what_one_asks_for() -> None:
    with room_with("help", "ping", "dice", "karma") as room:
        overview = f"{FIRST}\n- **dice**: roll, flip\n- **ping**: ping, status\n- help, karma"
        for asked in ("hubot help", "hubot", "@hubot?"):
            assert room.says("ada", asked) == [overview]
        assert room.says("ada", "hubot help ping") == ["- `hubot ping`: Say PONG\n- `hubot status`: How long the bot has been here"]
        assert room.says("ada", "hubot help COIN") == ["- `hubot flip [coin]`: Throw a coin"]
        assert "- `ada++`: a point for ada" in room.says("ada", "hubot help karma")[0].splitlines()
        assert room.says("ada", "hubot help polls") == ["I know nothing about that. Say `hubot help`."]
        assert room.says("ada", "hubot is late") == room.says("ada", "hubot-help") == []


def test_nobody_is_told_of_commands_that_are_not_for_them() -> None:
    with room_with("help", "moderation", "diag") as room:
        assert room.says("ada", "hubot help") == [f"{FIRST}\n- help"]
        assert room.says("ada", "hubot help purge") == ["I know nothing about that. Say `hubot help`."]
        assert "purge" in room.says("ada", "hubot help", role="moderator")[0]
        assert room.says("ada", "hubot help purge", role="moderator") == ["- `hubot purge <count>`: Delete the last messages here"]
        assert "diag" in room.says("ada", "hubot help", roles=("admin",))[0]


def test_help_on_all_scripts_is_short_enough_to_be_read() -> None:
    with room_with(*sorted(path.stem for path in BUNDLED.glob("*.py"))) as room:
        (text,) = room.says("ada", "hubot help", role="owner", roles=("admin",))
        assert len(text.splitlines()) <= 14
        assert all(len(line) < 120 for line in text.splitlines())
        assert room.errors == []

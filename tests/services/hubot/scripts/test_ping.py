"""The script `ping`."""

from __future__ import annotations

from tests.services.hubot.scripts.bundled import room_with


def test_ping_is_answered_and_status_says_for_how_long_the_bot_has_been_here() -> None:
    with room_with("ping") as room:
        assert room.says("ada", "hubot ping") == ["PONG"]
        assert room.says("ada", "ping") == room.says("ada", "hubot pingpong") == []
        room.passes(3 * 3600)
        (status,) = room.says("ada", "hubot status")
        assert status.startswith("I have been here for 3 h. devchitchat")

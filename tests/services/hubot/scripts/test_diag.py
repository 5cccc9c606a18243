"""The script `diag`."""

from __future__ import annotations

from tests.services.hubot.scripts.bundled import room_with


def test_admins_are_told_how_the_server_is_in_a_few_lines() -> None:
    with room_with("diag", can=("post", "status")) as room:
        room.replies(
            "query", {"uptime_s": 5.25, "calls": 1, "queues": {"rooms": {"depth": 0, "dropped": 2}}, "errors": {"bus": 3}, "x": {}}
        )
        assert room.says("ada", "hubot diag", roles=("admin",)) == [
            "**server**: uptime_s 5.25, calls 1\n**queues rooms**: depth 0, dropped 2\n**errors**: bus 3"
        ]


def test_nobody_else_is_told_and_nothing_without_the_capability() -> None:
    with room_with("diag") as room:
        assert room.says("ada", "hubot diag", role="owner") == ["@ada sorry, diag is for admins"]
        assert "not granted" in room.says("ada", "hubot diag", roles=("admin",))[0]
        assert room.errors == []

"""Who speaks to the bot, and who only of it."""

from __future__ import annotations

import re

import pytest

from services.hubot.host.listeners import addressed


@pytest.mark.parametrize("text", ["hubot ping", "@hubot ping", "Hubot: PING", "hubot, ping", "  @hubot:ping", "!ping", "! ping"])
def test_who_speaks_to_the_bot_is_heard(text: str) -> None:
    assert addressed("ping$", "hubot", "!").search(text)


@pytest.mark.parametrize("text", ["ping", "say hubot ping", "hubots ping", "hubot pong", "?ping", "hubot"])
def test_who_speaks_of_the_bot_is_not(text: str) -> None:
    assert not addressed("ping$", "hubot", "!").search(text)


def test_a_pattern_keeps_its_flags_its_groups_and_its_beginning() -> None:
    assert not addressed(re.compile("Ping"), "hubot").search("hubot ping")
    assert addressed("(?s)^say (.*)", "hubot").search("hubot say a\nb")[1] == "a\nb"  # type: ignore[index]
    assert addressed("x", "h.b+t").search("h.b+t x")

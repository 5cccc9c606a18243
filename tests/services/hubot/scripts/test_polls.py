"""The script `polls`."""

from __future__ import annotations

import pytest

from tests.services.hubot.scripts.bundled import room_with

ASK = "hubot poll Pizza? | yes | no"
HINT = "\nSay `hubot vote` and a number."


def test_each_has_one_vote_and_may_change_it() -> None:
    with room_with("polls") as room:
        assert room.says("ada", ASK) == [f"**Pizza?**\n1. yes: 0\n2. no: 0{HINT}"]
        assert room.says("ada", "hubot vote 1") == ["ada is for yes."]
        assert room.says("bob", "hubot vote NO") == ["bob is for no."]
        assert room.says("bob", "hubot vote 1") == ["bob is for yes."]
        assert room.says("bob", "hubot poll") == ["**Pizza?**\n1. yes: 2\n2. no: 0"]
        assert room.says("ada", "hubot close the poll") == ["The poll is over.\n**Pizza?**\n1. yes: 2\n2. no: 0"]
        assert room.brain == {}
        assert room.says("ada", "hubot poll") == ["There is no poll. Say `hubot poll Pizza? | yes | no`."]


@pytest.mark.parametrize(
    "text",
    [
        '"Pizza tonight?" yes "no thanks"',
        "Pizza tonight? yes 'no thanks'",
        "Pizza tonight? | yes | no thanks",
        "Pizza tonight?|yes|no thanks|",
    ],
)
def test_a_poll_is_asked_with_quotes_or_bars(text: str) -> None:
    with room_with("polls") as room:
        assert room.says("ada", f"hubot poll {text}") == [f"**Pizza tonight?**\n1. yes: 0\n2. no thanks: 0{HINT}"]


@pytest.mark.parametrize("text", ["Pizza?", "Pizza? | yes", "| |", '"unended', f"Many? {'x ' * 11}"])
def test_a_question_has_two_to_ten_options(text: str) -> None:
    with room_with("polls") as room:
        (said,) = room.says("ada", f"hubot poll {text}")
        assert "poll Pizza? | yes | no" in said and room.brain == {}


@pytest.mark.parametrize("choice", ["0", "3", "-1", "maybe", "1 2", "²"])
def test_a_vote_is_for_what_is_there(choice: str) -> None:
    with room_with("polls") as room:
        assert room.says("bob", f"hubot vote {choice}") == ["@bob there is no poll"]
        room.says("ada", ASK)
        assert room.says("bob", f"hubot vote {choice}") == ["@bob say a number from 1 to 2"]


def test_a_poll_is_closed_by_whoever_asked_and_by_moderators_alone() -> None:
    with room_with("polls") as room:
        for role, roles in (("moderator", ()), ("owner", ()), ("member", ("admin",))):
            room.says("ada", ASK)
            assert room.says("bob", "hubot poll close") == ["@bob only whoever asked and moderators close a poll"]
            assert room.says("carol", "hubot poll close", role=role, roles=roles)[0].startswith("The poll is over.")
        assert room.says("ada", "hubot close poll") == ["@ada there is no poll"]


def test_a_room_has_one_poll_at_a_time_and_other_rooms_have_theirs() -> None:
    with room_with("polls", brain={"polls:r_other": {"question": "Secret?", "options": ["a", "b"], "votes": {}, "by": "u_ada"}}) as room:
        assert "Secret" not in str(room.says("ada", "hubot poll"))
        room.says("ada", ASK)
        assert room.says("bob", "hubot poll Tea? | yes | no") == ["@bob there is a poll already; say `hubot close poll` first"]

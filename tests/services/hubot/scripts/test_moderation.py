"""The script `moderation`."""

from __future__ import annotations

from typing import Any

import pytest

from services.hubot.kit.fake import Deed, FakeRoom
from services.hubot.kit.rehearsal import Broken
from tests.services.hubot.scripts.bundled import room_with

CAN = ("post", "moderate", "read_log")
BOB = {"room_id": "r_room", "user_id": "u_bob"}
BY = {"by": "u_ada"}


def order(room: FakeRoom, text: str) -> list[str]:
    """What comes of it when a moderator says it, and yes where that is asked."""
    said = room.says("ada", f"hubot {text}", role="moderator")
    return room.says("ada", "hubot yes", role="moderator") if "are you sure" in str(said) else said


@pytest.mark.parametrize(
    ("text", "deed", "said"),
    [
        ("mute @bob", Deed("mute", {**BOB, "ttl_ms": 600_000, "reason": None, **BY}), "bob is muted for 10 min."),
        ("mute bob 1h don't shout", Deed("mute", {**BOB, "ttl_ms": 3_600_000, "reason": "don't shout", **BY}), "bob is muted for 1 h."),
        ("mute bob so loud", Deed("mute", {**BOB, "ttl_ms": 600_000, "reason": "so loud", **BY}), "bob is muted for 10 min."),
        ("unmute bob", Deed("unmute", {**BOB, "reason": None, **BY}), "bob is unmuted."),
        ("kick Bob that was rude", Deed("kick", {**BOB, "reason": "that was rude", **BY}), "bob is out."),
        ("ban bob", Deed("ban", {**BOB, "reason": None, **BY}), "bob is banned from this room."),
        ("unban bob", Deed("unban", {**BOB, "reason": None}), "bob is welcome again."),
    ],
)
def test_moderators_keep_order_by_word(text: str, deed: Deed, said: str) -> None:
    with room_with("moderation", can=CAN) as room:
        assert order(room, text) == [said]
        assert room.deeds == [deed]


@pytest.mark.parametrize("text", ["mute bob", "unmute bob", "kick bob", "ban bob", "unban bob", "purge 5"])
def test_others_do_not(text: str) -> None:
    with room_with("moderation", can=CAN) as room:
        assert "moderators" in room.says("bob", f"hubot {text}")[0]
        assert room.deeds == [] and room.says("bob", "hubot yes") == []


@pytest.mark.parametrize("text", ["kick bob", "ban bob", "purge 5"])
def test_what_cannot_be_taken_back_is_asked_about_first(text: str) -> None:
    with room_with("moderation", can=CAN) as room:
        assert "are you sure" in room.says("ada", f"hubot {text}", role="moderator")[0]
        room.says("bob", "hubot yes", role="moderator")
        assert room.deeds == []


def test_what_the_server_refuses_is_said_politely_and_strangers_are_like_those_who_are_not_here() -> None:
    with room_with("moderation", can=CAN) as room:
        room.refuses("mute", "FORBIDDEN: you cannot mute a moderator")
        assert order(room, "mute bob") == ["@ada sorry, I may not do that: you cannot mute a moderator"]
        room.refuses("mute", "NOT_FOUND: no such member")
        assert order(room, "mute bob") == ["@ada there is no bob here"]
        assert order(room, "mute carol") == ["@ada there is no carol here"]
        assert room.errors == []
    with room_with("moderation") as room:
        assert "not granted" in order(room, "mute bob")[0]


def test_a_mute_has_an_end() -> None:
    with room_with("moderation", can=CAN) as room:
        assert order(room, "mute bob 29d") == ["@ada 28 days at most"]


def message(number: int, who: str = "bob", text: str = "spam", **more: Any) -> dict[str, Any]:
    return {"msg_id": f"m_{number}", "user_id": f"u_{who}", "text": text, **more}


def test_a_purge_takes_back_the_last_before_it_was_asked_for_at_the_pace_of_scripts() -> None:
    with room_with("moderation", can=CAN) as room:
        for number in range(1, 5):
            room.says("bob", f"spam {number}")
        asked = [message(5, "ada", "hubot purge 2"), message(6, "hubot", "sure?", bot=True), message(7, "ada", "hubot yes")]
        room.replies("history", {"messages": [message(1), message(2), message(3), message(4, deleted_at=1), *asked]})
        assert order(room, "purge 2") == ["Deleting 2 messages."]
        room.passes(5)
        assert [deed.what["msg_id"] for deed in room.deeds if deed.do == "delete"] == ["m_3", "m_2"]


def test_a_purge_that_was_no_message_spares_the_question_and_the_yes_alone() -> None:
    with room_with("moderation", can=CAN) as room:
        history = [message(91), message(92), message(93, "hubot", "sure?", bot=True), message(94, "ada", "hubot yes")]
        for end in (3, 4):
            room.commands("ada", "purge", "1", role="moderator")
            room.replies("history", {"messages": history[:end]})
            room.commands("ada", "yes", role="moderator")
            room.passes(1)
            assert [deed.what["msg_id"] for deed in room.deeds if deed.do == "delete"][-1] == "m_92"


@pytest.mark.parametrize("count", ["0", "51", "-1"])
def test_a_purge_has_a_limit(count: str) -> None:
    with room_with("moderation", can=CAN) as room:
        assert order(room, f"purge {count}") == ["@ada say a number from 1 to 50"]


def test_a_wrong_time_in_the_configuration_is_told() -> None:
    with pytest.raises(Broken, match=r"\[scripts.moderation\] config: mute: say a time"):
        room_with("moderation", config={"mute": "?"})

"""The script `spam`."""

from __future__ import annotations

import pytest

from services.hubot.kit.fake import Deed, FakeRoom
from services.hubot.kit.rehearsal import Broken
from tests.services.hubot.scripts.bundled import room_with

WARNING = "@bob too many messages at once: please slow down, or I have to mute you for 5 min"
LINKS = "@bob the same link again and again: please slow down, or I have to mute you for 5 min"
CAN = ("post", "moderate")


def flood(room: FakeRoom, who: str, **more: object) -> list[str]:
    return [said for number in range(8) for said in room.says(who, f"line {number}", **more)]  # type: ignore[arg-type]


def test_a_flood_is_warned_first_and_muted_then() -> None:
    with room_with("spam", can=CAN) as room:
        assert flood(room, "bob") == [WARNING]
        assert room.deeds == []
        assert flood(room, "bob") == ["bob is muted for 5 min: too many messages at once."]
        assert room.deeds == [
            Deed("mute", {"room_id": "r_room", "user_id": "u_bob", "ttl_ms": 300_000, "reason": "too many messages at once"})
        ]


def test_the_same_link_again_and_again_is_spam_however_slowly_it_comes() -> None:
    with room_with("spam", can=CAN) as room:
        heard = list[str]()
        for _ in range(6):
            heard += room.says("bob", "look at https://spam.example/win/ now")
            room.passes(60)
        assert heard == [LINKS, "bob is muted for 5 min: the same link again and again."]


def test_people_who_chat_are_left_alone() -> None:
    with room_with("spam", can=CAN) as room:
        for number in range(40):
            assert room.says("bob", f"line {number} https://one.example/{number}") == []
            assert room.says("ada", f"line {number}") == []
            room.passes(2)
        assert room.deeds == room.refused == []


@pytest.mark.parametrize(("role", "roles"), [("moderator", ()), ("owner", ()), ("member", ("admin",))])
def test_those_who_keep_the_order_are_never_warned(role: str, roles: tuple[str, ...]) -> None:
    with room_with("spam", can=CAN) as room:
        assert flood(room, "bob", role=role, roles=roles) == []


def test_where_it_may_not_mute_it_says_so_again_and_an_old_warning_is_forgotten() -> None:
    with room_with("spam") as room:
        assert flood(room, "bob") == [WARNING]
        assert flood(room, "bob") == ["@bob too many messages at once: please stop"]
        room.passes(601)
        assert flood(room, "bob") == [WARNING]


def test_the_limits_are_the_operators() -> None:
    with room_with("spam", config={"messages": 3, "mute": "1h"}) as room:
        room.says("bob", "1")
        room.says("bob", "2")
        assert "1 h" in room.says("bob", "3")[0]
    with pytest.raises(Broken, match=r"\[scripts.spam\] config: mute: say a time"):
        room_with("spam", config={"mute": "long"})

"""The script `webhook`."""

from __future__ import annotations

from typing import Any

import pytest

from services.hubot.kit.fake import FakeRoom
from services.hubot.kit.rehearsal import Broken
from tests.services.hubot.scripts.bundled import room_with

HERE = {"github": ["r_room"], "json": ["r_room"], "rooms": {"here": "r_room", "there": "r_other"}}
BY = {"sender": {"login": "ada", "id": 1}, "repository": {"full_name": "us/chat", "private": True}}
URL = "https://github.com/us/chat"


def github(room: FakeRoom, event: str, **news: Any) -> list[str]:
    return room.calls("github", {**BY, **news}, {"X-GitHub-Event": event})


@pytest.mark.parametrize(
    ("event", "news", "said"),
    [
        ("ping", {"zen": "Keep it logically awesome."}, "GitHub will tell of `us/chat` here."),
        (
            "push",
            {
                "ref": "refs/heads/main",
                "compare": f"{URL}/compare/a...b",
                "commits": [{"message": "Fix it\n\nlong"}, {"message": "Add it"}],
            },
            f"**ada** pushed 2 commits to `main` of `us/chat` {URL}/compare/a...b\nFix it; Add it",
        ),
        ("push", {"ref": "refs/heads/old", "deleted": True, "commits": []}, "**ada** deleted `old` in `us/chat`"),
        (
            "issues",
            {"action": "opened", "issue": {"number": 5, "title": "It is broken", "html_url": f"{URL}/issues/5"}},
            f"**ada** opened issue #5 in `us/chat`: It is broken {URL}/issues/5",
        ),
        (
            "pull_request",
            {"action": "closed", "pull_request": {"number": 6, "title": "Mend it", "html_url": f"{URL}/pull/6", "merged": True}},
            f"**ada** merged pull request #6 in `us/chat`: Mend it {URL}/pull/6",
        ),
        (
            "release",
            {"action": "published", "release": {"tag_name": "v1", "html_url": f"{URL}/releases/v1"}},
            f"**ada** published release `v1` in `us/chat` {URL}/releases/v1",
        ),
    ],
)
def test_news_of_github_are_a_line_or_two(event: str, news: dict[str, Any], said: str) -> None:
    with room_with("webhook", config=HERE) as room:
        assert github(room, event, **news) == [said]
        assert room.replied == [(204, "")]


def test_what_is_no_news_is_not_said() -> None:
    with room_with("webhook", config=HERE) as room:
        assert github(room, "issues", action="labeled") == github(room, "star", action="created") == github(room, "push") == []
        assert {status for status, _ in room.replied} == {204}


def test_others_post_text_to_the_rooms_of_the_configuration_and_to_no_other() -> None:
    with room_with("webhook", config=HERE) as room:
        assert room.calls("json", {"text": "the **build** is green"}) == ["the **build** is green"]
        assert room.calls("json", {"text": "hi", "room": "here"}) == ["hi"]
        for other in ("r_room", "r_other", "nowhere"):
            assert room.calls("json", {"text": "hi", "room": other}) == []
            assert room.replied[-1] == (200, "nothing to say, or no room for it in scripts.toml")
        assert room.deeds == []
        room.calls("json", {"text": "hi", "room": "there"})
        assert [deed.what["room_id"] for deed in room.deeds] == ["r_other"]
    with room_with("webhook") as room:
        room.calls("json", {"text": "hi"})
        github(room, "ping")
        assert room.said == []


def test_nobody_is_called_by_what_comes_in_and_nothing_is_long_or_invisible() -> None:
    with room_with("webhook", config=HERE) as room:
        (said,) = room.calls("json", {"text": "@bob \u202eevil\u202c\n" + "x" * 10_000})
        assert said.startswith("@\u200bbob evil\n") and len(said) < 2000
        title = {"number": 1, "title": "`@bob`\nlook " + "y" * 500, "html_url": "javascript:alert(1)"}
        (said,) = github(room, "issues", action="opened", issue=title)
        assert (
            said.startswith("**ada** opened issue #1 in `us/chat`: '@\u200bbob' look yyy") and len(said) < 300 and "javascript" not in said
        )
        assert room.mentioned == [[], []]


@pytest.mark.parametrize("body", [b"", b"no json", b"payload=%7B%7D", b"[]", {"text": 1}, {}])
def test_what_is_not_understood_fails_for_its_caller_and_the_next_is_heard(body: object) -> None:
    with room_with("webhook", config=HERE) as room:
        assert room.calls("json", body) == []
        assert room.replied[-1][0] == 500
        assert room.calls("json", {"text": "next"}) == ["next"]


def test_a_room_tells_moderators_its_id_and_a_wrong_one_is_told() -> None:
    with room_with("webhook") as room:
        assert room.says("ada", "hubot room", role="moderator") == ["This room is `r_room` in scripts.toml."]
    with pytest.raises(Broken, match=r"\[scripts.webhook\] config: Expected `str` matching regex - at `\$.json\[0\]`"):
        room_with("webhook", config={"json": ["General"]})

"""Typed commands on a stage: their arguments, who may, and what the bot asks about before it does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.hubot.host.arguments import parsed
from services.hubot.words import Act, Offered, Person
from tests.conftest import ASYNCIO, Loop
from tests.services.hubot.theatre import ADA, theatre


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """As in the host."""
    return ASYNCIO


BOB = Person("u_bob", "bob")
ADMIN = Person("u_root", "root", roles=("admin",))
GUARDED = """
def setup(robot):
    for role in ("moderator", "owner", "admin"):
        robot.commands.register(f"for-{role}", lambda res: res.send("done"), role=role)
"""
DELETES = """
def setup(robot):
    def purge(res, n):
        res.send(f"purged {n} for {res.message.text}")
    robot.commands.register("purge", purge, args={"n": int}, role="moderator", confirm=True)
    robot.hear("(.*)", lambda res: None)
"""


@pytest.mark.parametrize(
    ("text", "wanted", "given"),
    [
        ("", {}, {}),
        ("ada 3", {"to": str, "points": int}, {"to": "ada", "points": 3}),
        ("ada", {"to": str, "points?": int}, {"to": "ada", "points": None}),
        ("", {"text?": str}, {"text": None}),
        ("1.5", {"hours?": float}, {"hours": 1.5}),
        ("5m it's late, isn't it", {"when": str, "what": str}, {"when": "5m", "what": "it's late, isn't it"}),
        ("“two words” 'and more'", {"one": str, "two": str}, {"one": "two words", "two": "and more"}),
        ('Pizza? | "yes" | no', {"text": str}, {"text": 'Pizza? | "yes" | no'}),
        ("one\n  two\nthree ", {"one": str, "rest": str}, {"one": "one", "rest": "two\nthree"}),
        ('""', {"text": str}, {"text": ""}),
    ],
)
def test_arguments_are_words_quoted_texts_and_the_rest_of_the_line(text: str, wanted: dict[str, Any], given: dict[str, Any]) -> None:
    assert parsed(text, wanted) == given


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("", {"to": str}), ("a b", {"n": int}), ("a", {"n": int}), ("1 2", {"n?": int}), ("x", {}), ("", {"a": str, "b?": str})],
)
def test_arguments_that_are_too_few_too_many_or_of_another_kind_are_refused(text: str, wanted: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(text, wanted)


@pytest.mark.parametrize(
    "wrong", ["'Give', say", "'', say", "'a  b', say", "'x' * 41, say", "'a', say, role='mod'", "'a', say, args={'b?': str, 'c': str}"]
)
async def test_a_command_that_cannot_be_is_an_error_of_its_script(wrong: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        loaded = stage.load("wrong", f"def setup(robot):\n    say = lambda res: None\n    robot.commands.register({wrong})\n")
        assert loaded.error == "ValueError at wrong.py:3"


async def test_what_a_script_offers_is_told_when_it_is_loaded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        loaded = stage.load(
            "offers",
            """
            def setup(robot):
                robot.commands.register("give", print, args={"to": str, "points?": int}, help="Give points")
                robot.commands.register("raid join", print)
            """,
        )
        assert loaded.commands == [Offered("give", "<to> [points]", "Give points"), Offered("raid join")]
        assert stage.stage.help() == ["hubot give <to> [points] - Give points", "hubot raid join"]
        assert [each.name for each in stage.load("purge", DELETES).commands] == ["purge", "yes", "no"]


async def test_a_given_command_is_heard_by_commands_alone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "all",
            """
            def setup(robot):
                robot.hear("(.*)", lambda res: [res.send("heard")])
                robot.respond("(.*)", lambda res: [res.send("called")])
                robot.catch_all(lambda res: [res.send("nobody")])
                robot.commands.register("poll", lambda res, text: res.reply(f"poll {text}"), args={"text": str})
            """,
        )
        assert await stage.hear("poll a | b", "command") == ["@ada poll a | b"]
        assert stage.of(Act)[-1].what["mentions"] == ["u_ada"]
        assert await stage.hear("pollute a", "command") == []
        assert await stage.hear("hubot poll a", "command") == []
        assert await stage.hear("hubot poll a") == ["heard", "called", "@ada poll a"]
        assert await stage.hear("poll a") == ["heard"]


async def test_of_two_commands_that_begin_alike_the_longer_one_is_meant(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "raid",
            """
            def setup(robot):
                robot.commands.register("raid", lambda res, what: res.send(f"raid: {what}"), args={"what?": str})
                robot.commands.register("raid join", lambda res, role: res.send(f"join: {role}"), args={"role?": str})
            """,
        )
        said = ["hubot raid", "hubot raid friday", "hubot raid join", "hubot raid  join healer", "hubot raid joint"]
        assert [await stage.hear(text) for text in said] == [["raid: None"], ["raid: friday"], ["join: None"], [], ["raid: joint"]]


@pytest.mark.parametrize(
    ("who", "role", "room", "may"),
    [
        (ADA, "member", "r_1", ""),
        (ADA, "", "r_1", ""),
        (ADA, "moderator", "r_1", "moderator"),
        (ADA, "owner", "g_1", "moderator owner"),
        (ADMIN, "member", "r_1", "moderator owner admin"),
        (ADMIN, "member", "g_1", "admin"),
        (ADMIN, "owner", "g_1", "moderator owner admin"),
    ],
)
async def test_a_role_is_what_the_server_says_and_an_admin_rules_public_rooms(
    who: Person, role: str, room: str, may: str, tmp_path: Path
) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("guarded", GUARDED)
        kinds = ("moderator", "owner", "admin")
        found = [await stage.hear(f"hubot for-{kind}", who=who, role=role, room=room) for kind in kinds]
        assert [kind for kind, said in zip(kinds, found, strict=True) if said == ["done"]] == may.split()
        refused = [said for said in found if said != ["done"]]
        assert all(len(said) == 1 and said[0].startswith(f"@{who.name} sorry, for-") for said in refused)


async def test_what_is_confirmed_is_done_once_for_who_asked_where_they_asked(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("purge", DELETES)
        mod: dict[str, Any] = {"role": "moderator"}
        (question,) = await stage.hear("hubot purge 3", **mod)
        assert question == "@ada purge 3: are you sure? Say “hubot yes” within 60 s, or “hubot no”"
        assert await stage.hear("hubot yes", who=BOB, **mod) == []
        assert await stage.hear("hubot yes", room="r_2", **mod) == []
        assert await stage.hear("yes", **mod) == []
        assert await stage.hear("hubot yes please", **mod) == []
        assert await stage.hear("something else", **mod) == []
        assert await stage.hear("hubot yes", **mod) == ["purged 3 for hubot purge 3"]
        assert await stage.hear("hubot yes", **mod) == []
        await stage.hear("purge 4", "command", **mod)
        assert await stage.hear("yes", "command", **mod) == ["purged 4 for purge 4"]


async def test_a_question_ends_by_no_by_time_and_by_the_next_one_of_whichever_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("purge", DELETES)
        stage.load("reset", "def setup(robot):\n    robot.commands.register('reset', lambda res: res.send('was reset'), confirm=True)\n")
        now = [0.0]
        monkeypatch.setattr("services.hubot.host.confirming.current_time", lambda: now[0])
        mod: dict[str, Any] = {"role": "moderator"}
        await stage.hear("hubot purge 3", **mod)
        assert await stage.hear("hubot no", **mod) == ["@ada it stays as it is"]
        assert await stage.hear("hubot yes", **mod) == []
        await stage.hear("hubot purge 3", **mod)
        now[0] = 60.0
        assert await stage.hear("hubot yes", **mod) == ["@ada that was too long ago; say it again"]
        await stage.hear("hubot purge 3", **mod)
        await stage.hear("hubot reset", **mod)
        now[0] = 119.9
        assert await stage.hear("hubot yes", **mod) == ["was reset"]
        assert await stage.hear("hubot yes", **mod) == []


async def test_whoever_has_lost_the_right_meanwhile_confirms_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("purge", DELETES)
        assert await stage.hear("hubot purge") == ["@ada sorry, purge is for this room's moderators"]
        await stage.hear("hubot purge 3", role="moderator")
        assert await stage.hear("hubot yes") == ["@ada sorry, purge is for this room's moderators"]


async def test_what_a_command_lacks_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("purge", DELETES)
        assert await stage.hear("hubot purge all", role="owner") == ["@ada say it like this: hubot purge <n>"]
        assert await stage.hear("hubot yes", role="owner") == []


async def test_a_question_of_a_host_that_died_is_forgotten_and_one_of_a_changed_script_is_done_by_the_new_one(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load("purge", DELETES)
        await stage.hear("hubot purge 3", role="owner")
        stage.load("purge", DELETES.replace("purged", "cleared"))
        assert await stage.hear("hubot yes", role="owner") == ["cleared 3 for hubot purge 3"]
        await stage.hear("hubot purge 3", role="owner")
    async with theatre(tmp_path) as fresh:
        fresh.load("purge", DELETES)
        assert await fresh.hear("hubot yes", role="owner") == []

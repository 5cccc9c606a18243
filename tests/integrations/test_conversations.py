"""One suite of conversations, played in two houses: with the real npm Hubot and its packages, and with the built-in bot and Python scripts.

Both say what is written, and both transcripts are laid beside each other.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Loop
from tests.house.server import BOOTSTRAP, Server
from tests.integrations.bots import HERE_AS
from tests.integrations.conftest import Bring
from tests.integrations.conversations import CONVERSATIONS, LINES, Transcript, agree, as_written, lines, transcript
from tests.integrations.stage import Stage, fits

pytestmark = [pytest.mark.slow, pytest.mark.unlimited]
each_conversation = pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation["title"].replace(" ", "_"))
SCRIPTS = Path(__file__).parent / "python"
MOST_ONLY = 7


@pytest.fixture(scope="module")
async def npm(stage: Stage, hire: Bring) -> Transcript:
    """The helper, in all rooms, alias !, moderating the hall."""
    found = hire(HUBOT_DEVCHITCHAT_ROOMS="hall, #Cellar", HUBOT_DEVCHITCHAT_INVITES=await stage.invite())
    assert "in 3 rooms" in found.until(HERE_AS)
    await stage.promote()
    await stage.answers()
    return await transcript(stage, "npm")


@pytest.fixture(scope="module")
async def python(tmp_path_factory: pytest.TempPathFactory, anyio_backend: Loop) -> AsyncGenerator[Transcript]:
    """The bot of the house, in the public rooms and put into the den, alias !, moderating the hall."""
    folder = tmp_path_factory.mktemp("python")
    scripts = shutil.copytree(SCRIPTS, folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (scripts, *scripts.iterdir()):
        path.chmod(0o700)
    server = Server(folder / "data", folder / "log")
    server.start("--bootstrap-token", BOOTSTRAP, "--rate-limits", "false", "--scripts", str(scripts))
    stage = Stage(server, server.enter("ada", BOOTSTRAP), "hubot")
    try:
        await stage.open()
        await stage.add_bot("den")
        await stage.until_in("hall", "cellar", "den")
        await stage.promote()
        await stage.answers()
        yield await transcript(stage, "python")
    finally:
        await stage.close()
        server.kill()


def check(conversation: dict[str, Any], told: Transcript, bot: Any) -> None:
    for line, answers in zip(lines(conversation, bot), told[conversation["title"]], strict=True):
        assert as_written(line, answers), (line, answers)


@each_conversation
async def test_a_real_hubot_says_what_is_written(npm: Transcript, conversation: dict[str, Any]) -> None:
    check(conversation, npm, "npm")


@each_conversation
async def test_python_scripts_say_what_is_written(python: Transcript, conversation: dict[str, Any]) -> None:
    check(conversation, python, "python")


async def test_both_transcripts_agree_where_both_promise_the_same(npm: Transcript, python: Transcript) -> None:
    compared = 0
    for each in CONVERSATIONS:
        ours = zip(lines(each, "python"), python[each["title"]], strict=True)
        theirs = zip(lines(each, "npm"), npm[each["title"]], strict=True)
        both = [answers for line, answers in theirs if "only" not in line]
        for (line, mine), other in zip([found for found in ours if "only" not in found[0]], both, strict=True):
            assert agree(line, other, mine), (line, other, mine)
            compared += 1
    assert compared == len([line for line in LINES if "only" not in line])


def test_what_only_one_of_them_says_has_a_reason_and_is_little() -> None:
    alone = [line for line in LINES if "only" in line]
    assert all(line["because"] for line in alone)
    assert len(alone) <= MOST_ONLY < len(LINES) / 4


def test_an_answer_that_is_not_as_written_is_seen() -> None:
    told = {"room": "hall", "text": "PONG", "to": ""}
    assert fits(told, "PONG") and fits(told, {"holds": "ON"})
    for other in ("PING", {"text": "PONG", "to": "bob"}, {"room": "den", "text": "PONG"}, {"topic": "PONG"}, {"holds": "x"}):
        assert not fits(told, other)


def test_transcripts_that_differ_are_seen() -> None:
    told = [{"room": "hall", "text": "PONG", "to": ""}]
    line = {"answers": ["PONG"]}
    assert agree(line, told, [dict(told[0])])
    for other in ([], told * 2, [{**told[0], "text": "PING"}], [{**told[0], "to": "bob"}], [{**told[0], "room": "den"}]):
        assert not agree(line, told, other)
    assert agree({"answers": [{"holds": "P"}]}, told, [{**told[0], "text": "PING"}])

"""What a script does to the stage itself harms no other, and has an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.hubot.host.run import MOST_DEEP
from services.hubot.words import Begun, Ended
from tests.conftest import ASYNCIO, Loop
from tests.services.hubot.theatre import theatre


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """As in the host."""
    return ASYNCIO


async def test_events_that_answer_each_other_without_end_are_ended(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "echoes",
            """
            def setup(robot):
                robot.on("ping", lambda: robot.emit("ping"))
                robot.hear("go", lambda res: robot.emit("ping"))
            """,
        )
        await stage.hear("go")
        [ended] = [each for each in stage.of(Ended) if each.error]
        assert (ended.run, ended.error) == ("echoes/on", "RuntimeError at echoes.py:3")
        assert len([each for each in stage.of(Begun) if each.run == "echoes/on"]) == MOST_DEEP


async def test_a_match_that_cannot_be_told_true_from_false_is_its_scripts_fault_alone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stage.load(
            "neither",
            """
            class Neither:
                def __bool__(self):
                    raise ValueError("neither")
            def setup(robot):
                robot.listen(lambda message: Neither(), lambda res: res.send("never"))
            """,
        )
        stage.load("other", "def setup(robot):\n    robot.hear('a', lambda res: res.send('heard'))\n")
        assert await stage.hear("a") == ["heard"]
        assert [each.error for each in stage.of(Ended) if each.error] == ["ValueError at neither.py:4"]

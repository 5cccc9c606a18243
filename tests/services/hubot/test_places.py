"""The order in which scripts hear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ASYNCIO, Loop
from tests.services.hubot.theatre import theatre


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """As in the host."""
    return ASYNCIO


async def test_a_script_that_was_broken_for_a_while_is_heard_in_its_place(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        says = "def setup(robot):\n    robot.hear('a', lambda res: res.send(robot.script))\n"
        for name, source in (("one", says), ("two", says), ("one", "def setup(robot):"), ("one", says)):
            stage.load(name, source)
        assert await stage.hear("a") == ["one", "two"]

"""A fake room with one of the scripts that come with the program, which knows ada and bob."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.hubot.kit.fake import NOON, FakeRoom
from services.hubot.settings import BUNDLED, Capability


def room_with(
    *names: str,
    can: Sequence[Capability] = ("post",),
    config: Mapping[str, Any] | None = None,
    brain: Mapping[str, Any] | None = None,
    start: float = NOON,
) -> FakeRoom:
    return FakeRoom([BUNDLED / f"{name}.py" for name in names], can=can, config=config, people=("ada", "bob"), brain=brain, start=start)


def clock(at: float) -> str:
    """As people here would say it."""
    return f"{datetime.fromtimestamp(at):%H:%M}"

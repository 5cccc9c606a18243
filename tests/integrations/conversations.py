"""The conversations that every bot of ours is to hold, as data: conversations.json, and how one is played.

A line is for both bots, unless it says `only` one, and why: `because`. `{bot}` is what the bot is called, `{cellar}` a room's id.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from tests.integrations.stage import Answer, Stage, fits

Bot = Literal["npm", "python"]
Line = dict[str, Any]
Transcript = dict[str, list[list[Answer]]]
CONVERSATIONS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "conversations.json").read_text(encoding="utf-8"))
LINES: list[Line] = [line for conversation in CONVERSATIONS for line in conversation["lines"]]


def lines(conversation: dict[str, Any], bot: Bot) -> list[Line]:
    return [line for line in conversation["lines"] if line.get("only", bot) == bot]


async def transcript(stage: Stage, bot: Bot) -> Transcript:
    """What the bot answered to each line that is for it, by conversation."""
    return {each["title"]: [await stage.play(line) for line in lines(each, bot)] for each in CONVERSATIONS}


def as_written(line: Line, told: list[Answer]) -> bool:
    """`told` calls every bot `{bot}`."""
    wanted = line["answers"]
    return len(told) == len(wanted) and all(map(fits, told, wanted))


def agree(line: Line, one: list[Answer], other: list[Answer]) -> bool:
    """Whether two bots answered the same; of a text of which only a part is promised, the part."""
    if len(one) != len(other):
        return False
    return all(_bare(mine, wanted) == _bare(theirs, wanted) for mine, theirs, wanted in zip(one, other, line["answers"], strict=True))


def _bare(told: Answer, wanted: Any) -> Answer:
    holds = isinstance(wanted, dict) and "holds" in wanted
    return {**told, "text": ""} if holds else told

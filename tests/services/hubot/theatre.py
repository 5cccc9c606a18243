"""A stage without a process: its room is a list of what was said to the server."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import anyio

from services.hubot.host.stage import Stage
from services.hubot.words import Act, Begin, Done, FromHost, Happened, Kind, Load, Loaded, Person

ADA = Person("u_ada", "ada", "Ada")


class Theatre:
    """A stage, and all that it said."""

    def __init__(self, stage: Stage, said: list[FromHost], directory: Path) -> None:
        self.stage = stage
        self.said = said
        self._directory = directory
        self._happened = 0

    def load(self, name: str, source: str) -> Loaded:
        path = self._directory / f"{name}.py"
        path.write_text(dedent(source), encoding="utf-8")
        self.stage.load(Load(name, str(path)))
        return self.of(Loaded)[-1]

    async def hear(
        self,
        text: str = "",
        kind: Kind = "message",
        over: list[str] | None = None,
        *,
        who: Person = ADA,
        room: str = "r_1",
        role: str = "member",
    ) -> list[str]:
        """What is posted in answer."""
        self._happened += 1
        before = len(self.of(Act))
        self.stage.happened(Happened(f"m_{self._happened}", kind, room, who, text, f"m_{self._happened}", over or [], role))
        await anyio.wait_all_tasks_blocked()
        return [act.what.get("text", act.do) for act in self.of(Act)[before:]]

    async def settle(self) -> None:
        for act in self.of(Act):
            self.stage.done(Done(act.action))
        await anyio.wait_all_tasks_blocked()

    def of(self, kind: type[Any]) -> list[Any]:
        return [word for word in self.said if isinstance(word, kind)]


@asynccontextmanager
async def theatre(directory: Path) -> AsyncGenerator[Theatre]:
    said: list[FromHost] = []
    async with anyio.create_task_group() as tasks:
        stage = Stage(Begin("life", "hubot", "!", 5.0, 2**29, {"seen": "1"}, [ADA]), said.append, tasks, lambda: None)
        yield Theatre(stage, said, directory)
        tasks.cancel_scope.cancel()

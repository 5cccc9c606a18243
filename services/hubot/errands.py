"""What scripts want, in a list with an end, done one after the other: whoever wants too much at once is refused, and nobody waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import anyio

from services.hubot.actions import Desk
from services.hubot.words import Act, Done

MOST: Final = 256
BANNED: Final = "FORBIDDEN: the bot is banned"


class Errands:
    """`tell` hears what came of each; `refused` gets the script and why."""

    def __init__(self, desk: Desk, tell: Callable[[Done], None], refused: Callable[[str, str], None], banned: Callable[[], bool]) -> None:
        self._desk = desk
        self._tell = tell
        self._refused = refused
        self._banned = banned
        self._acts: deque[Act] = deque()
        self._wanted = anyio.Event()

    def __len__(self) -> int:
        return len(self._acts)

    def want(self, act: Act) -> None:
        refused = BANNED if self._banned() else "too much at once" if len(self._acts) >= MOST else self._desk.refusal(act)
        if refused:
            self._refused(act.script, f"{act.do}: {refused}")
            return self._tell(Done(act.action, refused))
        self._acts.append(act)
        self._wanted.set()

    async def run(self) -> None:
        while True:
            self._wanted = anyio.Event()
            while self._acts:
                act = self._acts.popleft()
                done = Done(act.action, BANNED) if self._banned() else await self._desk.carry_out(act)
                if done.refused:
                    self._refused(act.script, f"{act.do}: {done.refused.partition(':')[0]}")
                self._tell(done)
            await self._wanted.wait()

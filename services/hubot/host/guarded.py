"""Calling what scripts have written: before each step the server is told whose it is, so that one without end has a name."""

from __future__ import annotations

import faulthandler
import inspect
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from math import inf
from traceback import walk_tb
from typing import Any

import anyio

from services.hubot.words import FromHost, Rest, Step

Say = Callable[[FromHost], None]
FORSAKEN = 6.0
"""Times the limit: by then nobody outside is left to end this process, and it ends itself, even out of C code that holds the lock."""


class Guard:
    """Tells by `say`. `limit` is in seconds; without one this process is nobody's to end."""

    def __init__(self, say: Say, limit: float | None) -> None:
        self._say = say
        self._limit = limit
        self._depth: list[Step] = []

    @contextmanager
    def step(self, script: str, key: str = "", run: str = "") -> Generator[None]:
        """Steps lie within one another where a script's event is heard by another's."""
        step = Step(script, key, run)
        self._depth.append(step)
        self._say(step)
        try:
            self._forsake()
            yield
        finally:
            if self._limit is not None:
                faulthandler.cancel_dump_traceback_later()
            self._depth.pop()
            self._say(self._depth[-1] if self._depth else Rest())

    def _forsake(self) -> None:
        """In good time. It takes a thread: where scripts have left none, whoever is outside has to do."""
        if self._limit is not None:
            with suppress(RuntimeError, MemoryError):
                faulthandler.dump_traceback_later(FORSAKEN * self._limit, exit=True)

    async def call(self, script: str, key: str, run: str, handler: Callable[..., Any], *args: Any) -> Any:
        """A plain function, or an async one step by step."""
        with self.step(script, key, run):
            found = handler(*args)
        if inspect.isawaitable(found):
            return await Steps(self, Step(script, key, run), found)
        return found


class Steps(Awaitable[Any]):
    """An awaitable of a script, each of its steps guarded."""

    def __init__(self, guard: Guard, step: Step, inner: Awaitable[Any]) -> None:
        self._guard = guard
        self._step = step
        self._inner = inner

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._inner.__await__()
        step, args = "send", (None,)
        while True:
            try:
                with self._guard.step(self._step.script, self._step.key, self._step.run):
                    waits_for = getattr(steps, step)(*args) if hasattr(steps, step) else next(steps)
            except StopIteration as stop:
                return stop.value
            try:
                step, args = "send", ((yield waits_for),)
            except BaseException as error:
                step, args = "throw", (error,)


def ends_us(error: BaseException) -> bool:
    """Whether this is the end of the task that it came out of. All else that a script can raise, of whatever base, is the script's own."""
    return isinstance(error, anyio.get_cancelled_exc_class()) and anyio.current_effective_deadline() == -inf


def named(error: BaseException, path: str) -> str:
    """Kind and line of an error, never its text, which may hold what somebody said."""
    kind, name = type(error).__name__, path.rpartition("/")[2]
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{kind} at {name}:{error.lineno}"
    if isinstance(error, ImportError) and error.name:
        kind = f"{kind} {error.name}"
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == path]
    return f"{kind} at {name}:{lines[-1]}" if lines else kind

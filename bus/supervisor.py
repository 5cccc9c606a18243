"""A supervisor: starts children in order, revives them by rule, stops them in reverse order.

The rules are those of OTP. Three things differ, because tasks are not processes: a child that swallows cancellation
cannot be killed, only reported; a child's inbox belongs to the place, so letters wait out a restart instead of being
lost; and one_for_one does not wait until a revived child is ready, for that child may be waiting for another dead one.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from math import inf

import anyio
from anyio.abc import TaskGroup, TaskStatus

from bus.child import Child, ChildSpec, Died, Restart, Revived, Strategy, TreeInfo

log = logging.getLogger(__name__)
Tell = Callable[[Died | Revived], object]


class TooManyRestarts(Exception):
    """Children died faster than their supervisor may revive them; the text says who, how often, and of what last."""


class Supervisor:
    """Gives up at more than `max_restarts` in `window` seconds. Itself startable as a child, by `as_child`: trees nest."""

    def __init__(
        self,
        name: str,
        specs: Sequence[ChildSpec],
        *,
        strategy: Strategy = "one_for_one",
        max_restarts: int = 3,
        window: float = 5.0,
        tell: Tell = lambda fact: None,
    ) -> None:
        if len({spec.name for spec in specs}) < len(specs):
            raise ValueError(f"two children of {name} share a name")
        self.name = name
        self.strategy: Strategy = strategy
        self.max_restarts = max_restarts
        self.window = window
        self.children = [Child(name, spec, self._ready) for spec in specs]
        self._tell = tell
        self._recent: deque[tuple[float, str]] = deque()

    def as_child(self, restart: Restart = "permanent") -> ChildSpec:
        """Its patience has no end of its own: it is the sum of its children's."""
        return ChildSpec(self.name, self.run, restart, shutdown=inf, tree=self.info)

    def info(self) -> TreeInfo:
        children = tuple(child.info() for child in self.children)
        return TreeInfo(self.name, self.strategy, self.max_restarts, self.window, children)

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Live until cancelled. Raises what a child raised that could not start, and TooManyRestarts."""
        fault: Exception | None = None
        self._recent.clear()
        self._change = anyio.Event()
        async with anyio.create_task_group() as tasks:
            try:
                await self._start(tasks)
                task_status.started()
                await self._watch(tasks)  # Never returns.
            except Exception as error:
                fault = error
            finally:
                await self._finish()
        if fault:
            raise fault

    async def _start(self, tasks: TaskGroup) -> None:
        for child in self.children:
            child.gone = False
        for child in self.children:
            self._begin(tasks, child)
            await child.settled.wait()
            if not child.ready:
                error = child.error or RuntimeError("ended before it was ready")
                error.add_note(f"{child.path} could not start")
                raise error

    async def _watch(self, tasks: TaskGroup) -> None:
        """Mourn the dead, the first in the order of start first: those after it may need it before they can live."""
        while True:
            self._change = anyio.Event()
            if child := next((child for child in self.children if child.died), None):
                await self._mourn(tasks, child)
            else:
                await self._change.wait()

    async def _mourn(self, tasks: TaskGroup, child: Child) -> None:
        self._count_restart(child)
        if self.strategy == "one_for_one":
            return self._begin(tasks, child)
        fallen = [fellow for fellow in self.children[self.children.index(child) :] if not fellow.gone]
        await self._stop(fallen)
        for fellow in fallen:
            if fellow.spec.restart == "temporary":
                fellow.part()
                continue
            self._begin(tasks, fellow)
            if not await self._settles(fellow):
                return  # Whoever died is mourned next, and those not yet revived are revived with it.

    async def _settles(self, child: Child) -> bool:
        """Wait until it is ready; not if it dies, or one before it does, for which it may be waiting."""
        while child.alive and not child.ready and not any(fellow.died for fellow in self.children):
            self._change = anyio.Event()
            await self._change.wait()
        return child.ready

    def _begin(self, tasks: TaskGroup, child: Child) -> None:
        child.reborn()
        tasks.start_soon(self._live, child, name=child.path)

    async def _live(self, child: Child) -> None:
        # Each life is shielded: a cancelled supervisor ends its children itself, in its own order.
        try:
            with child.scope:
                await child.spec.start(task_status=child)
        except Exception as error:
            child.failed(error)
            if child.ready or child.restarts:  # What fails to start the first time rises to whoever starts the tree.
                log.error("%s died", child.path, exc_info=error)
        finally:
            child.ended()
            if child.died or child.error:
                self._tell(child.death())
            self._change.set()

    def _ready(self, child: Child) -> None:
        self._change.set()
        if child.restarts:
            log.warning("%s lives again", child.path)
            self._tell(Revived(child.path, child.restarts))

    def _count_restart(self, child: Child) -> None:
        now = anyio.current_time()
        while self._recent and self._recent[0][0] < now - self.window:
            self._recent.popleft()
        self._recent.append((now, child.spec.name))
        if len(self._recent) > self.max_restarts:
            raise TooManyRestarts(self._last_words(child)) from child.error

    def _last_words(self, child: Child) -> str:
        dead = ", ".join(f"{name} {times}" for name, times in Counter(name for _, name in self._recent).items())
        match child.error:
            case None:
                last = f"{child.spec.name} ended by itself"
            case TooManyRestarts():
                last = str(child.error)
            case _:
                last = f"{child.spec.name} died of {child.last_error} at {child.last_error_at}"
        return f"{self.name} gave up after {len(self._recent)} deaths in {self.window:g} s ({dead}): {last}"

    async def _finish(self) -> None:
        for child in reversed(self.children):
            await self._stop([child])
            child.part()

    async def _stop(self, children: Sequence[Child]) -> None:
        """Stop in reverse order of start, each within its own patience."""
        with anyio.CancelScope(shield=True):
            for child in reversed(children):
                if not child.alive:
                    continue
                child.scope.cancel()
                with anyio.move_on_after(child.spec.shutdown):
                    await child.over.wait()
                if child.alive:
                    log.error("%s ignores its cancellation", child.path)
                    await child.over.wait()

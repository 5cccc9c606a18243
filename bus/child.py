"""A supervisor's child: the spec that stays, and the lives that come and go.

The place in the tree remembers: how often it was revived, and what it last died of. Of an error only its kind and
its place in the code are kept and told, never its text, which may hold what somebody said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from traceback import walk_tb
from typing import Literal, Protocol, cast

import anyio
from anyio.abc import TaskStatus
from msgspec import Struct

from bus.message import Fact

Restart = Literal["permanent", "transient", "temporary"]
Strategy = Literal["one_for_one", "rest_for_one"]
State = Literal["waiting", "starting", "alive", "stopping", "dead", "over"]
"""`dead` will be revived, `over` will not."""


class Died(Fact, frozen=True):
    """A child has died unasked; `at` is the module and line where its error was raised."""

    t = "house.died"
    name: str
    error: str | None
    at: str | None


class Revived(Fact, frozen=True):
    """A child lives again, and is ready."""

    t = "house.revived"
    name: str
    restarts: int


class Start(Protocol):
    """Lives one life: calls `started` when ready, returns when over."""

    def __call__(self, *, task_status: TaskStatus[None]) -> Awaitable[None]: ...


class ChildSpec(Struct, frozen=True):
    """How to start, stop and revive one child. `shutdown` is the patience with its end, in seconds."""

    name: str
    start: Start
    restart: Restart = "permanent"
    shutdown: float = 5.0
    forsake: Callable[[], None] | None = None
    """Called when it will not be revived; a service gives `inbox.forsake`, which answers the letters left behind."""
    tree: Callable[[], TreeInfo] | None = None
    """The reading of a child that is itself a supervisor."""


class ChildInfo(Struct, frozen=True):
    """A reading of one child. `since` is when this life became ready, by `anyio.current_time`."""

    name: str
    restart: Restart
    state: State
    since: float | None
    restarts: int
    last_error: str | None
    last_error_at: str | None
    tree: TreeInfo | None


class TreeInfo(Struct, frozen=True):
    """A reading of one supervisor and all below it."""

    name: str
    strategy: Strategy
    max_restarts: int
    window: float
    children: tuple[ChildInfo, ...]


class Child(TaskStatus[None]):
    """One place in the tree; its path is `supervisor/child`."""

    def __init__(self, parent: str, spec: ChildSpec, on_ready: Callable[[Child], None]) -> None:
        self.path = f"{parent}/{spec.name}"
        self.spec = spec
        self.lives = 0
        self.alive = self.ready = self.died = self.gone = False
        self.since: float | None = None
        self.error: Exception | None = None
        self.last_error: str | None = None
        self.last_error_at: str | None = None
        self._on_ready = on_ready

    @property
    def restarts(self) -> int:
        return max(0, self.lives - 1)

    def reborn(self) -> None:
        """Make ready for the next life."""
        self.scope = anyio.CancelScope(shield=True)
        self.settled = anyio.Event()
        self.over = anyio.Event()
        self.lives += 1
        self.alive = True
        self.ready = self.died = self.gone = False
        self.error = None

    def started(self, value: None = None) -> None:
        if not self.ready:
            self.ready = True
            self.since = anyio.current_time()
            self.settled.set()
            self._on_ready(self)

    def failed(self, error: Exception) -> None:
        self.error = error
        self.last_error, self.last_error_at = kind_and_place(error)

    def ended(self) -> None:
        """This life is over; unasked, that is a death for those who want to live again, and the end for the others."""
        self.alive = False
        self.since = None
        if not self.scope.cancel_called:
            self.died = self.wants_revival
            if not self.died:
                self.part()
        self.over.set()
        self.settled.set()

    def death(self) -> Died:
        return Died(self.path, self.last_error, self.last_error_at) if self.error else Died(self.path, None, None)

    def part(self) -> None:
        """It will not be revived: nobody needs to wait for it."""
        self.gone = True
        if self.spec.forsake:
            self.spec.forsake()

    @property
    def wants_revival(self) -> bool:
        match self.spec.restart:
            case "permanent":
                return True
            case "transient":
                return self.error is not None
            case "temporary":
                return False

    @property
    def state(self) -> State:
        if self.alive:
            return "stopping" if self.scope.cancel_called else "alive" if self.ready else "starting"
        return "over" if self.gone else "dead" if self.lives else "waiting"

    def info(self) -> ChildInfo:
        return ChildInfo(
            name=self.spec.name,
            restart=self.spec.restart,
            state=self.state,
            since=self.since,
            restarts=self.restarts,
            last_error=self.last_error,
            last_error_at=self.last_error_at,
            tree=self.spec.tree() if self.spec.tree else None,
        )


def kind_and_place(error: BaseException) -> tuple[str, str | None]:
    """What an error is and where it was raised; a group of one is what is in it."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        if len(group.exceptions) == 1:
            return kind_and_place(group.exceptions[0])
        error = group
    places = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in walk_tb(error.__traceback__)]
    return type(error).__name__, places[-1] if places else None

"""A service: one inbox, one task, a burst of letters at a time.

Handlers are marked with their word: methods of a subclass run on the loop, plain functions of a module run
where one of the service's `ways` takes them (the store brings `commit`, `read` and `read_finished`).
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Protocol, TypeVar, cast

import anyio
from anyio.abc import TaskStatus
from msgspec import Struct

from bus.bus import NOBODY, Bus, speaker
from bus.errors import Refused, Unavailable
from bus.future import Future
from bus.inbox import Inbox, InboxStats, Letter
from bus.message import Context, Fact, Handles, How, Message, Request

log = logging.getLogger(__name__)
T = TypeVar("T")
ON_THE_LOOP: frozenset[How] = frozenset(("answer", "at_once", "take", "heard"))


class Way(Protocol):
    """Takes letters off a service's hands, each with the function that will answer it."""

    async def put(self, letter: Letter, do: Callable[..., Any], /) -> None:
        """Waits for room."""
        ...

    def offer(self, letter: Letter, do: Callable[..., Any], /) -> bool:
        """Takes it if there is room, and says so."""
        ...


async def brought(way: Way, do: Callable[[Any, Any, Any], T], request: Any = None, context: Context = NOBODY) -> T:
    """Bring a deed of one's own there and wait for what it comes to. Raises what it raises, Unavailable when nobody will do it."""
    reply: Future[T] = Future()
    try:
        await way.put(Letter(request, context, reply), do)
        await reply.wait()
    finally:
        reply.cancel()
    if error := reply.exception:
        raise error
    return reply.value


class ServiceStats(Struct, frozen=True):
    """A reading of one service, for diagnostics."""

    name: str
    inbox: InboxStats
    failed: int
    last_error: str | None


class Service:
    """Answers what its handlers are marked for. Lives by `run`, which has the shape of `ChildSpec.start`."""

    def __init__(self, name: str, bus: Bus, *modules: ModuleType, ways: Mapping[How, Way] | None = None, capacity: int = 1024) -> None:
        self.name = name
        self.bus = bus
        self.inbox = Inbox(name, capacity)
        self.inbox.straight = self._straight
        self._ways = dict(ways or {})
        self._handlers: dict[type[Message], tuple[How, Callable[..., Any]]] = {}
        self._failed = 0
        self._last_error: str | None = None
        bus.seat(self.inbox)
        for place in (self, *modules):
            for handles, handler in marked(place):
                self._register(handles, handler)

    def stats(self) -> ServiceStats:
        return ServiceStats(self.name, self.inbox.stats(), self._failed, self._last_error)

    async def setup(self) -> None:
        """Load what the first letter will need; the next service starts after this returns."""

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Live one life; in a task of its own, for the task speaks as this service from here on."""
        speaker.set(self.inbox)
        letters = self.inbox.letters()  # Open before the setup: what happens meanwhile must be heard after it.
        await self.setup()
        task_status.started()
        async for letter in letters:
            await self._handle(letter)

    def _register(self, handles: Handles, handler: Callable[..., Any]) -> None:
        if handles.kind in self._handlers:
            raise ValueError(f"{self.name} has two handlers for {handles.kind.__name__}")
        if handles.how not in self._ways and handles.how not in ON_THE_LOOP:
            raise ValueError(f"{self.name} has no way to {handles.how} {handles.kind.__name__}")
        self._handlers[handles.kind] = handles.how, handler
        if issubclass(handles.kind, Fact):
            self.bus.subscribe(handles.kind, self.inbox)
        else:
            self.bus.own(cast("type[Request[Any]]", handles.kind), self.inbox)

    async def _handle(self, letter: Letter) -> None:
        if letter.forgotten:
            return
        how, handler = self._handlers[type(letter.message)]
        try:
            if way := self._ways.get(how):
                await way.put(letter, handler)
            elif how == "at_once":
                letter.answer(handler(letter.message, letter.context))
            elif how == "take":
                await handler(letter)
            else:
                letter.answer(await handler(letter.message, letter.context))
        except Exception as error:
            self._fail(letter, error)
        except BaseException:
            letter.refuse(Unavailable(f"{self.name} stopped while answering"))
            raise

    def _straight(self, letter: Letter) -> bool:
        """What needs no turn of ours: it goes where there is room for it, or is answered there and then."""
        how, handler = self._handlers[type(letter.message)]
        if way := self._ways.get(how):
            return way.offer(letter, handler)
        if how != "at_once":
            return False
        try:
            letter.answer(handler(letter.message, letter.context))
        except Exception as error:
            self._fail(letter, error)
        return True

    def _fail(self, letter: Letter, error: Exception) -> None:
        """A failing request is its asker's trouble; a failing hearer has lost the thread and starts anew."""
        if letter.reply is not None and isinstance(error, Refused):
            return letter.refuse(error)
        self._failed += 1
        self._last_error = type(error).__name__
        if letter.reply is None:
            raise error
        log.error("%s failed", letter.message.t, exc_info=error, extra={"trace": letter.context.trace})
        letter.refuse(error)


def marked(place: object) -> Iterator[tuple[Handles, Callable[..., Any]]]:
    """Every handler that an object or module holds; properties are left alone, they may need what is not there yet."""
    for name, member in inspect.getmembers_static(place):
        if isinstance(handles := getattr(member, "__handles__", None), Handles):
            yield handles, getattr(place, name)

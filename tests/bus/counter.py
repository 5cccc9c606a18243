"""A service that counts, and fails in every way there is: the scene of the services' tests."""

from __future__ import annotations

from typing import Any

import anyio

from bus.bus import Bus
from bus.child import ChildSpec
from bus.errors import Forbidden, NotFound
from bus.message import Context, Fact, Reply, Request
from bus.service import Service
from bus.supervisor import Supervisor


class Done(Reply, frozen=True):
    t = "test.done"
    value: int


class Count(Request[Done], frozen=True):
    t = "test.count"
    wish: str = ""


class Happened(Fact, frozen=True):
    t = "test.happened"
    what: str = ""


class Counter(Service):
    """Counts how often it was asked; what it hears it writes down. Wishes make it fail in every way there is."""

    def __init__(self, bus: Bus, name: str = "counter") -> None:
        super().__init__(name, bus)
        self.count = 0
        self.heard = list[str]()
        self.setups = 0
        self.gate = anyio.Event()
        self.gate.set()
        self.hold = anyio.Event()

    async def setup(self) -> None:
        self.setups += 1
        await self.gate.wait()

    @Count.answer
    async def answer_count(self, request: Count, context: Context) -> Done:
        self.count += 1
        match request.wish:
            case "forbid":
                raise Forbidden("not you")
            case "fail":
                raise KeyError("a bug")
            case "hang":
                await self.hold.wait()
            case _:
                pass
        return Done(self.count)

    @Happened.heard
    async def hear(self, fact: Happened, context: Context) -> None:
        self.heard.append(fact.what)
        if fact.what == "fatal":
            raise KeyError("a bug")
        if fact.what == "refused":
            raise NotFound("what it needs is not there")


def house(*services: Service, **rules: Any) -> Supervisor:
    return Supervisor("s", [ChildSpec(each.name, each.run, forsake=each.inbox.forsake) for each in services], **rules)


async def outcome(bus: Bus, request: Request[Done], told: list[object], **how: Any) -> None:
    try:
        told.append(await bus.ask(request, **how))
    except Exception as error:
        told.append(type(error))

"""Ask up, tell down: no two services can ever wait for each other, and only services are bound by it."""

from __future__ import annotations

import anyio
import pytest

from bus.bus import Bus, speaker
from bus.errors import AskedDown
from bus.message import Context, Request
from bus.service import Service
from tests.bus.counter import Count, Counter, Done, Happened, house
from tests.bus.diary import alive

pytestmark = pytest.mark.anyio


class Relay(Request[Done], frozen=True):
    t = "test.relay"
    to: str = ""


class Front(Service):
    """Asks others for its answer."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("front", bus)

    @Relay.answer
    async def relay(self, request: Relay, context: Context) -> Done:
        question: Request[Done] = Relay() if request.to == "itself" else Count()
        return await self.bus.ask(question, context, within=1)


async def test_a_service_may_ask_those_above_it() -> None:
    bus = Bus()
    async with alive(house(Counter(bus), Front(bus))):
        assert await bus.ask(Relay()) == Done(1)


async def test_a_service_that_asks_one_below_it_is_told_loudly_that_this_is_a_bug() -> None:
    bus = Bus()
    async with alive(house(Front(bus), Counter(bus))):
        with pytest.raises(AskedDown, match=r"front asked counter for test.count"):
            await bus.ask(Relay())


async def test_a_service_that_asks_itself_is_told_too() -> None:
    bus = Bus()
    async with alive(house(Counter(bus), Front(bus))):
        with pytest.raises(AskedDown, match="front asked front"):
            await bus.ask(Relay("itself"))


async def test_only_a_services_own_task_speaks_as_it() -> None:
    bus, said = Bus(), list[object]()
    counter = Counter(bus)

    async def connection() -> None:
        said.append(speaker.get())
        said.append(await bus.ask(Relay()))

    async with alive(supervisor := house(counter, Front(bus))):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(connection)
        bus.publish(Happened("fatal"))
        await anyio.wait_all_tasks_blocked()
        assert supervisor.children[0].restarts == 1
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(connection)
    assert said == [None, Done(1), None, Done(2)]
    assert speaker.get() is None


class Curious(Service):
    """Asks while it sets itself up."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("curious", bus)

    async def setup(self) -> None:
        await self.bus.ask(Count())


async def test_a_service_already_speaks_as_itself_while_it_sets_itself_up() -> None:
    bus = Bus()
    with pytest.raises(AskedDown, match="curious asked counter"):
        await house(Curious(bus), Counter(bus)).run()

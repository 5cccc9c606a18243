"""What needs no turn is done in its poster's: without a hop, and never past what was there before."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from bus.bus import Bus
from bus.errors import Forbidden, Unavailable
from bus.inbox import Inbox, Letter
from bus.message import Context
from bus.service import Service
from tests.bus.counter import Count, Done, Happened, house, outcome
from tests.bus.diary import alive

pytestmark = pytest.mark.anyio


class Quick(Service):
    """Answers at once, and is busy for as long as `gate` is shut when something happens."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("quick", bus)
        self.gate = anyio.Event()
        self.done: list[str] = []

    @Count.at_once
    def count(self, request: Count, context: Context) -> Done:
        self.done.append(request.wish)
        if request.wish == "forbid":
            raise Forbidden("no")
        if request.wish == "fail":
            raise KeyError("a bug")
        if request.wish == "tell":
            self.bus.publish(Happened("from within"))
        return Done(len(self.done))

    @Happened.heard
    async def hear(self, fact: Happened, context: Context) -> None:
        self.done.append(fact.what)
        await self.gate.wait()


async def test_an_answer_that_waits_for_nothing_takes_no_turn_of_the_loop() -> None:
    quick, turns = Quick(bus := Bus()), list[int]()

    async def turn() -> None:
        while True:
            turns.append(1)
            await checkpoint()

    async with alive(house(quick)), anyio.create_task_group() as tasks:
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(turn)
        asked = len(turns)
        assert await bus.ask(Count()) == Done(1)
        assert len(turns) == asked
        tasks.cancel_scope.cancel()
    assert (quick.inbox.stats().posted, quick.inbox.stats().taken, quick.inbox.stats().peak) == (1, 1, 0)


async def test_nobody_passes_what_was_there_before() -> None:
    quick, told = Quick(bus := Bus()), list[object]()
    async with alive(house(quick)), anyio.create_task_group() as tasks:
        await anyio.wait_all_tasks_blocked()
        bus.publish(Happened("first"))
        bus.publish(Happened("second"))
        tasks.start_soon(outcome, bus, Count("third"), told)
        await anyio.wait_all_tasks_blocked()
        assert (quick.done, told) == (["first"], [])
        quick.gate.set()
        await anyio.wait_all_tasks_blocked()
        assert (quick.done, told) == (["first", "second", "third"], [Done(3)])


async def test_what_is_posted_from_within_gets_in_line() -> None:
    quick = Quick(bus := Bus())
    async with alive(house(quick)):
        await anyio.wait_all_tasks_blocked()
        quick.gate.set()
        assert await bus.ask(Count("tell")) == Done(1)
        await anyio.wait_all_tasks_blocked()
        assert quick.done == ["tell", "from within"]


async def test_it_refuses_and_fails_as_it_does_in_its_turn() -> None:
    quick = Quick(bus := Bus())
    async with alive(house(quick)):
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(Forbidden):
            await bus.ask(Count("forbid"))
        with pytest.raises(KeyError):
            await bus.ask(Count("fail"))
        assert (quick.stats().failed, quick.stats().last_error) == (1, "KeyError")
        assert await bus.ask(Count()) == Done(3)


async def test_who_does_not_live_answers_nothing() -> None:
    quick = Quick(bus := Bus())
    async with alive(house(quick)):
        await anyio.wait_all_tasks_blocked()
    with pytest.raises(Unavailable):
        await bus.ask(Count())
    assert quick.done == []


async def test_what_goes_wrong_on_the_straight_way_is_met_again_in_turn() -> None:
    inbox, met = Inbox(), list[Any]()

    def straight(letter: Letter) -> bool:
        met.append(letter.message)
        raise KeyError("a bug")

    async def take() -> None:
        async for letter in inbox.letters():
            met.append((letter.message, "in turn"))

    inbox.straight = straight
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        inbox.post(Letter("it", Context()))
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert met == ["it", ("it", "in turn")]


class Ways:
    """Takes a deed at once while it has room."""

    def __init__(self, room: bool) -> None:
        self.room = room
        self.tx: list[str] = []

    def offer(self, letter: Letter, do: Any) -> bool:
        if self.room:
            self._do(letter, do)
        return self.room

    async def put(self, letter: Letter, do: Any) -> None:
        await checkpoint()
        self._do(letter, do)

    def _do(self, letter: Letter, do: Any) -> None:
        letter.answer(do(self.tx, letter.message, letter.context))


@Count.commit
def count_deed(tx: list[str], request: Count, context: Context) -> Done:
    tx.append(request.wish)
    return Done(len(tx))


@pytest.mark.parametrize("room", [True, False])
async def test_a_way_takes_the_deeds_of_a_module(room: bool) -> None:
    module = ModuleType("deeds")
    vars(module)["count_deed"] = count_deed
    way = Ways(room)
    service = Service("deeds", bus := Bus(), module, ways={"commit": way})
    async with alive(house(service)):
        await anyio.wait_all_tasks_blocked()
        assert await bus.ask(Count("one")) == Done(1)
    assert way.tx == ["one"]

"""A service answers, hears, fails and lives again, and nobody is left waiting."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import anyio
import pytest

from bus.bus import Bus
from bus.child import ChildSpec
from bus.errors import Forbidden, Unavailable
from bus.inbox import Letter
from bus.message import Context
from bus.service import Service
from bus.supervisor import Supervisor
from tests.bus.counter import Count, Counter, Done, Happened, house, outcome
from tests.bus.diary import Diary, alive

pytestmark = pytest.mark.anyio


async def test_it_answers_refuses_and_survives_a_failing_request(caplog: pytest.LogCaptureFixture) -> None:
    counter = Counter(bus := Bus())
    async with alive(house(counter)):
        assert await bus.ask(Count()) == Done(1)
        with pytest.raises(Forbidden):
            await bus.ask(Count("forbid"))
        assert (counter.stats().failed, caplog.messages) == (0, [])
        with pytest.raises(KeyError, match="a bug"):
            await bus.ask(Count("fail"), Context(trace="t1"))
        assert (counter.stats().failed, counter.stats().last_error) == (1, "KeyError")
        assert (caplog.messages, caplog.records[0].__dict__["trace"]) == (["test.count failed"], "t1")
        assert await bus.ask(Count()) == Done(4)
        assert counter.setups == 1


@pytest.mark.parametrize("what", ["fatal", "refused"])
async def test_a_fact_that_fails_ends_this_life_and_the_letters_behind_it_wait_for_the_next(what: str) -> None:
    counter, told = Counter(bus := Bus()), list[object]()
    async with alive(house(counter)), anyio.create_task_group() as tasks:
        counter.gate = anyio.Event()
        bus.publish(Happened(what))
        await anyio.wait_all_tasks_blocked()
        assert counter.setups == 2, "it is between lives"
        bus.publish(Happened("meanwhile"))
        tasks.start_soon(outcome, bus, Count(), told)
        await anyio.wait_all_tasks_blocked()
        assert (told, counter.heard) == ([], [what])
        counter.gate.set()
        await anyio.wait_all_tasks_blocked()
        assert (told, counter.heard) == ([Done(1)], [what, "meanwhile"])


async def test_asking_between_lives_ends_within_the_deadline_and_is_not_begun_later() -> None:
    counter = Counter(bus := Bus())
    async with alive(house(counter)):
        counter.gate = anyio.Event()
        bus.publish(Happened("fatal"))
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(Unavailable, match="within"):
            await bus.ask(Count(), within=0)
        counter.gate.set()
        await anyio.wait_all_tasks_blocked()
        assert (counter.count, counter.inbox.stats().taken) == (0, 2)


async def test_the_letter_in_hand_is_answered_when_its_service_stops_and_so_are_those_behind_it() -> None:
    counter, told = Counter(bus := Bus()), list[object]()
    async with anyio.create_task_group() as connections:
        async with alive(house(counter)):
            for _ in range(3):
                connections.start_soon(outcome, bus, Count("hang"), told)
                await anyio.wait_all_tasks_blocked()
        await outcome(bus, Count(), told)
    assert (told, counter.count) == ([Unavailable] * 4, 1)


async def test_only_the_letter_in_hand_fails_when_a_service_is_revived_along_with_another() -> None:
    d, told = Diary(), list[object]()
    counter = Counter(bus := Bus())
    specs = [d.child("a"), ChildSpec("counter", counter.run, forsake=counter.inbox.forsake)]
    async with alive(Supervisor("s", specs, strategy="rest_for_one")), anyio.create_task_group() as tasks:
        tasks.start_soon(outcome, bus, Count("hang"), told)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(outcome, bus, Count(), told)
        await anyio.wait_all_tasks_blocked()
        await d.kill("a")
        assert told == [Unavailable, Done(2)]


async def test_a_service_of_a_revived_supervisor_takes_letters_again() -> None:
    counter = Counter(bus := Bus())
    inner = house(counter, max_restarts=0)
    async with alive(Supervisor("root", [inner.as_child()])):
        counter.gate = anyio.Event()
        bus.publish(Happened("fatal"))
        await anyio.wait_all_tasks_blocked()
        assert not counter.inbox.forsaken, "it is open while it sets itself up"
        bus.publish(Happened("during the set-up"))
        counter.gate.set()
        assert await bus.ask(Count()) == Done(1)
        assert counter.heard == ["fatal", "during the set-up"]


def deeds(*functions: Callable[..., Any]) -> ModuleType:
    module = ModuleType("deeds")
    vars(module).update({function.__name__: function for function in functions})
    return module


@Count.commit
def count_deed(tx: list[str], request: Count, context: Context) -> Done:
    tx.append(request.wish)
    return Done(len(tx))


def test_a_deed_without_a_way_is_a_mistake_at_once() -> None:
    with pytest.raises(ValueError, match="deeds has no way to commit Count"):
        Service("deeds", Bus(), deeds(count_deed))


def test_two_handlers_of_one_word_in_a_service_are_a_mistake_at_once() -> None:
    async def hear(fact: Happened, context: Context) -> None: ...

    with pytest.raises(ValueError, match="twice has two handlers for Happened"):
        Service("twice", Bus(), deeds(Happened.heard(hear)), deeds(Happened.heard(hear)))  # type: ignore[arg-type]


def test_a_property_that_is_not_ready_yet_does_not_disturb_the_registration() -> None:
    class Eager(Counter):
        @property
        def doubled(self) -> int:
            raise RuntimeError("asked too early")

    Eager(Bus())


async def test_a_letter_that_was_taken_is_answered_later_and_those_behind_it_need_not_wait() -> None:
    class Desk(Service):
        def __init__(self, bus: Bus) -> None:
            super().__init__("desk", bus)
            self.first: Letter | None = None

        @Count.take
        async def count(self, letter: Letter) -> None:
            if letter.message.wish == "forbid":
                raise Forbidden("no")
            if self.first is None:
                self.first = letter
            else:
                letter.answer(Done(2))
                self.first.answer(Done(1))

    bus, told = Bus(), list[object]()
    async with alive(house(Desk(bus))), anyio.create_task_group() as tasks:
        tasks.start_soon(outcome, bus, Count(), told)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(Forbidden):
            await bus.ask(Count("forbid"))
        assert await bus.ask(Count()) == Done(2)
        await anyio.wait_all_tasks_blocked()
        assert told == [Done(1)]

"""The bus: one owner answers, all subscribers hear, and whoever asks gets an end to the waiting."""

from __future__ import annotations

import gc
import weakref

import anyio
import pytest

from bus.bus import Bus
from bus.errors import NotFound, Unavailable
from bus.inbox import Inbox
from bus.message import Context, Fact, Reply, Request

pytestmark = pytest.mark.anyio


class Pong(Reply, frozen=True):
    t = "test.pong"
    word: str


class Ping(Request[Pong], frozen=True):
    t = "test.ping"
    word: str


class Rang(Fact, frozen=True):
    t = "test.rang"


def owned(capacity: int = 8) -> tuple[Bus, Inbox]:
    bus, inbox = Bus(), Inbox("owner", capacity)
    bus.own(Ping, inbox)
    return bus, inbox


async def echo(inbox: Inbox) -> None:
    async for letter in inbox.letters():
        letter.answer(Pong(letter.message.word))


async def test_a_request_goes_to_its_owner_with_its_context_and_comes_back_with_the_reply() -> None:
    bus, inbox = owned()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(echo, inbox)
        assert await bus.ask(Ping("hi")) == Pong("hi")
        tasks.cancel_scope.cancel()


async def test_who_gathers_is_told_when_a_moment_is_over() -> None:
    bus, inbox = Bus(), Inbox("hearer", 8)
    bus.subscribe(Rang, inbox)
    seen: list[tuple[bool, int]] = []
    bus.after.append(lambda: seen.append((bus.midway, len(inbox))))
    bus.publish_all([(Rang(), Context()), (Rang(), Context())])
    bus.publish(Rang())
    assert (seen, len(inbox)) == ([(False, 2)], 3)


async def test_the_owner_reads_who_asks() -> None:
    bus, inbox = owned()
    me = Context(user_id="u_1", trace="t1")
    with pytest.raises(Unavailable):
        await bus.ask(Ping("hi"), me, within=0)
    assert (await anext(inbox.letters())).context is me


async def test_what_nobody_answers_is_unavailable() -> None:
    with pytest.raises(Unavailable, match=r"nobody answers test\.ping"):
        await Bus().ask(Ping("hi"))


async def test_a_word_has_one_owner() -> None:
    bus, _ = owned()
    with pytest.raises(ValueError, match="Ping already has an owner"):
        bus.own(Ping, Inbox())


async def test_asking_ends_within_the_deadline_and_the_letter_is_forgotten() -> None:
    bus, inbox = owned()
    with pytest.raises(Unavailable, match=r"test\.ping was not answered within 0 s"):
        await bus.ask(Ping("hi"), within=0)
    assert (await anext(inbox.letters())).forgotten


async def test_waiting_for_room_is_within_the_deadline_too() -> None:
    bus, inbox = owned(capacity=1)
    for _ in range(2):
        with pytest.raises(Unavailable, match="within"):
            await bus.ask(Ping("hi"), within=0)
    assert (inbox.stats().depth, inbox.stats().in_line) == (1, 0)


async def test_an_asker_who_is_cancelled_leaves_a_letter_that_need_not_be_begun() -> None:
    bus, inbox = owned()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bus.ask, Ping("hi"))
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert (await anext(inbox.letters())).forgotten


async def test_a_full_inbox_holds_its_askers_back_until_there_is_room() -> None:
    bus, inbox = owned(capacity=1)
    replies = list[Pong]()

    async def ask(word: str) -> None:
        replies.append(await bus.ask(Ping(word)))

    async with anyio.create_task_group() as tasks:
        for word in "abc":
            tasks.start_soon(ask, word)
        await anyio.wait_all_tasks_blocked()
        assert (inbox.stats().depth, inbox.stats().in_line, inbox.stats().dropped) == (1, 2, 0)
        tasks.start_soon(echo, inbox)
        await anyio.wait_all_tasks_blocked()
        assert sorted(reply.word for reply in replies) == ["a", "b", "c"]
        tasks.cancel_scope.cancel()


class Bug(Exception):
    """A fault that a weak reference can point to."""


async def fails(inbox: Inbox, kind: type[Exception]) -> None:
    letter = await anext(inbox.letters())
    try:
        raise kind("no")
    except kind as error:
        letter.refuse(error)


async def raised(bus: Bus, inbox: Inbox, kind: type[Exception]) -> weakref.ref[Exception]:
    """Ask somebody who fails, and be done with the error."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(fails, inbox, kind)
        try:
            await bus.ask(Ping("hi"))
        except kind as error:
            return weakref.ref(error)
    raise AssertionError


async def test_a_refusal_is_raised_at_the_asker_with_its_details() -> None:
    bus, inbox = owned()

    async def refuse() -> None:
        (await anext(inbox.letters())).refuse(NotFound("no such room", room_id="r_1"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(refuse)
        with pytest.raises(NotFound, match="no such room") as caught:
            await bus.ask(Ping("hi"))
        assert caught.value.details == {"room_id": "r_1"}


async def test_a_refusal_leaves_nothing_behind_when_its_asker_is_done_with_it() -> None:
    gc.disable()
    try:
        assert (await raised(*owned(), NotFound))() is None
    finally:
        gc.enable()


async def test_a_fault_can_be_collected_when_its_asker_is_done_with_it() -> None:
    """Its traceback is kept, and leads in a circle to its letter: the letter must be one that the collector sees."""
    fault = await raised(*owned(), Bug)
    gc.collect()
    assert fault() is None


async def test_a_fact_reaches_everyone_who_subscribed_and_waits_for_nobody() -> None:
    bus, ears = Bus(), [Inbox(capacity=1), Inbox(capacity=9), Inbox(capacity=9)]
    for ear in ears:
        bus.subscribe(Rang, ear)
    assert bus.publish(Rang()) == 3
    assert bus.publish(Rang(), Context(trace="t")) == 2
    assert [(ear.stats().depth, ear.stats().dropped) for ear in ears] == [(1, 1), (2, 0), (2, 0)]
    assert Bus().publish(Rang()) == 0

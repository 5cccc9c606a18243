"""What the tree tells: readings of every child, deaths and revivals, and who is told that nobody will come back."""

from __future__ import annotations

import json

import anyio
import msgspec
import pytest
from anyio.abc import TaskStatus

from bus.child import ChildInfo, ChildSpec, Died, Revived, kind_and_place
from bus.message import Event, Fact
from bus.supervisor import Supervisor, TooManyRestarts
from tests.bus.diary import Diary, alive

pytestmark = pytest.mark.anyio


def reading(supervisor: Supervisor, name: str) -> ChildInfo:
    return next(child for child in supervisor.info().children if child.name == name)


async def test_a_child_remembers_its_last_error_and_counts_its_revivals() -> None:
    d = Diary()
    s = Supervisor("s", d.children("ab"))
    assert reading(s, "a").state == "waiting"
    async with alive(s):
        before = reading(s, "a")
        assert (before.state, before.restarts, before.last_error, before.last_error_at) == ("alive", 0, None, None)
        await d.kill("a")
        after = reading(s, "a")
        assert (after.state, after.restarts, after.last_error) == ("alive", 1, "RuntimeError")
        assert after.last_error_at and after.last_error_at.startswith("tests.bus.diary:")
        assert before.since and after.since and before.since <= after.since <= anyio.current_time()
        assert reading(s, "b").restarts == 0
    assert (reading(s, "a").state, reading(s, "a").since, reading(s, "a").last_error) == ("over", None, "RuntimeError")


async def test_an_errors_text_is_neither_read_nor_told_nor_in_the_last_words() -> None:
    d, told = Diary(), list[Fact]()
    s = Supervisor("s", d.children("a"), max_restarts=1, tell=told.append)
    with pytest.RaisesGroup(TooManyRestarts) as gave_up:
        async with alive(s):
            await d.end("a", ValueError("hunter2"))
            await d.end("a", ValueError("hunter2"))
    seen = json.dumps(msgspec.to_builtins([s.info(), *told, str(gave_up.value.exceptions[0])]))
    assert "ValueError" in seen and "hunter2" not in seen


async def test_deaths_and_revivals_are_told_in_order_and_stops_are_not() -> None:
    d, told = Diary(), list[Fact]()
    async with alive(Supervisor("s", [*d.children("ab"), d.child("t", "temporary")], tell=told.append)):
        await d.kill("a")
        await d.end("b")
        await d.end("t")
    died, *others = told
    assert isinstance(died, Died) and (died.name, died.error) == ("s/a", "RuntimeError")
    assert others == [Revived("s/a", 1), Died("s/b", None, None), Revived("s/b", 1)]


async def test_a_revival_is_told_only_when_the_child_is_ready_again() -> None:
    told, ready = list[Fact](), anyio.Event()
    ready.set()

    async def slow(*, task_status: TaskStatus[None]) -> None:
        await ready.wait()
        task_status.started()
        await fall.wait()

    fall = anyio.Event()
    s = Supervisor("s", [ChildSpec("slow", slow)], tell=told.append)
    async with alive(s):
        ready = anyio.Event()
        fall.set()
        await anyio.wait_all_tasks_blocked()
        assert (told, reading(s, "slow").state) == ([Died("s/slow", None, None)], "starting")
        fall = anyio.Event()
        ready.set()
        await anyio.wait_all_tasks_blocked()
        assert (told[1:], reading(s, "slow").state) == ([Revived("s/slow", 1)], "alive")


def test_deaths_and_revivals_are_facts_that_no_client_hears() -> None:
    assert (Died.t, Revived.t) == ("house.died", "house.revived")
    assert not issubclass(Died, Event) and not issubclass(Revived, Event)


async def test_a_tree_is_read_as_one_nested_structure() -> None:
    d = Diary()
    inner = Supervisor("inner", d.children("b"), max_restarts=7)
    outer = Supervisor("outer", [d.child("a", "transient"), inner.as_child()], strategy="rest_for_one")
    async with alive(outer):
        tree = msgspec.to_builtins(outer.info())
    assert (tree["name"], tree["strategy"]) == ("outer", "rest_for_one")
    a, below = tree["children"]
    assert (a["name"], a["restart"], a["state"], a["tree"]) == ("a", "transient", "alive", None)
    assert (below["name"], below["tree"]["max_restarts"], below["tree"]["children"][0]["name"]) == ("inner", 7, "b")


async def test_a_supervisor_that_gives_up_is_revived_by_its_parent_and_its_children_remember() -> None:
    d = Diary()
    inner = Supervisor("inner", d.children("bc"), max_restarts=0)
    async with alive(Supervisor("outer", [d.child("a"), inner.as_child(), d.child("z")], strategy="rest_for_one")):
        await d.kill("b")
        assert d.since(4) == "-b -c -z +b +c +z"
        assert (reading(inner, "b").restarts, reading(inner, "b").last_error) == (1, "RuntimeError")


async def test_the_root_gives_up_with_a_sentence_that_says_who_and_of_what() -> None:
    d = Diary()
    inner = Supervisor("services", d.children("b"), max_restarts=0)
    with pytest.RaisesGroup(TooManyRestarts) as gave_up:
        async with alive(Supervisor("root", [d.child("a"), inner.as_child()], max_restarts=1)):
            await d.kill("b")
            await d.kill("b")
    assert str(gave_up.value.exceptions[0]).startswith(
        "root gave up after 2 deaths in 5 s (services 2): "
        "services gave up after 1 deaths in 5 s (b 1): b died of RuntimeError at tests.bus.diary:"
    )


async def test_who_waits_for_a_child_is_told_when_it_will_not_come_back_and_not_before() -> None:
    d, forsaken = Diary(), list[str]()
    specs = [
        d.child("p", "permanent", forsake=lambda: forsaken.append("p")),
        d.child("t", "transient", forsake=lambda: forsaken.append("t")),
        d.child("x", "temporary", forsake=lambda: forsaken.append("x")),
    ]
    async with alive(Supervisor("s", specs)):
        await d.kill("p")
        await d.kill("t")
        assert forsaken == []
        await d.end("t")
        assert forsaken == ["t"]
        await d.kill("x")
        assert forsaken == ["t", "x"]
    assert forsaken[-1] == "p"


async def test_a_house_that_cannot_start_forsakes_also_those_that_never_lived() -> None:
    d, forsaken = Diary(), list[str]()

    async def fail(*, task_status: TaskStatus[None]) -> None:
        raise OSError

    specs = [ChildSpec("a", fail), d.child("b", forsake=lambda: forsaken.append("b"))]
    with pytest.raises(OSError):
        await Supervisor("s", specs).run()
    assert forsaken == ["b"]


def test_a_group_of_one_error_is_named_as_that_error() -> None:
    assert kind_and_place(ExceptionGroup("g", [ExceptionGroup("h", [KeyError()])]))[0] == "KeyError"
    assert kind_and_place(ExceptionGroup("g", [KeyError(), OSError()]))[0] == "ExceptionGroup"

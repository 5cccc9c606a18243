"""The supervisor keeps OTP's promises: order, revival by rule, patience, and giving up."""

from __future__ import annotations

import anyio
import pytest
from anyio.abc import TaskStatus

from bus.child import ChildSpec, Strategy
from bus.supervisor import Supervisor, TooManyRestarts
from tests.bus.diary import Diary, alive, jumping

pytestmark = pytest.mark.anyio


async def test_children_start_in_order_and_stop_in_reverse() -> None:
    d = Diary()
    async with alive(Supervisor("s", d.children("abc"))):
        assert d.since(0) == "+a +b +c"
    assert d.since(3) == "-c -b -a"


async def test_a_child_starts_only_when_the_one_before_is_ready() -> None:
    d, ready = Diary(), anyio.Event()

    async def slow(*, task_status: TaskStatus[None]) -> None:
        await ready.wait()
        task_status.started()
        await anyio.sleep_forever()

    s = Supervisor("s", [d.child("a"), ChildSpec("slow", slow), d.child("b")])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(s.run)
        await anyio.wait_all_tasks_blocked()
        assert d.since(0) == "+a"
        ready.set()
        await anyio.wait_all_tasks_blocked()
        assert d.since(0) == "+a +b"
        tasks.cancel_scope.cancel()


async def test_a_stop_waits_for_each_child_before_it_ends_the_one_before() -> None:
    d, lasting = Diary(), anyio.Event()

    async def farewell(*, task_status: TaskStatus[None]) -> None:
        task_status.started()
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await lasting.wait()
            d.lines.append("-slow")

    async with anyio.create_task_group() as tasks:
        await tasks.start(Supervisor("s", [d.child("a"), ChildSpec("slow", farewell)]).run)
        tasks.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            await anyio.wait_all_tasks_blocked()
            assert d.since(0) == "+a"
            lasting.set()
    assert d.since(1) == "-slow -a"


async def test_one_for_one_revives_only_the_dead() -> None:
    d = Diary()
    async with alive(Supervisor("s", d.children("abc"))):
        await d.kill("b")
        assert d.since(3) == "-b +b"


async def test_rest_for_one_takes_the_later_ones_along_and_counts_one_death() -> None:
    d = Diary()
    async with alive(Supervisor("s", d.children("abc"), strategy="rest_for_one", max_restarts=1)):
        await d.kill("b")
        assert d.since(3) == "-b -c +b +c"


async def test_a_permanent_child_is_revived_however_it_ends() -> None:
    d = Diary()
    async with alive(Supervisor("s", [d.child("p")])):
        await d.end("p")
        assert d.since(1) == "-p +p"


async def test_a_transient_child_is_revived_after_an_error_only() -> None:
    d = Diary()
    async with alive(Supervisor("s", [d.child("t", "transient")])):
        await d.kill("t")
        assert d.since(1) == "-t +t"
        await d.end("t")
        assert d.since(3) == "-t"


async def test_a_temporary_child_is_never_revived_not_even_along_with_others() -> None:
    d = Diary()
    specs = [d.child("x", "temporary"), d.child("a"), d.child("y", "temporary"), d.child("b")]
    async with alive(Supervisor("s", specs, strategy="rest_for_one")):
        await d.kill("x")
        assert d.since(4) == "-x"
        await d.kill("a")
        assert d.since(5) == "-a -b -y +a +b"


async def test_a_finished_transient_child_stays_over_when_those_before_it_die() -> None:
    d = Diary()
    async with alive(Supervisor("s", [d.child("a"), d.child("t", "transient")], strategy="rest_for_one")):
        await d.end("t")
        await d.kill("a")
        assert d.since(2) == "-t -a +a"


async def test_as_many_deaths_as_allowed_are_survived_and_one_more_is_not() -> None:
    d = Diary()
    with pytest.RaisesGroup(TooManyRestarts) as gave_up:
        async with alive(Supervisor("s", d.children("ab"), max_restarts=2, window=60)):
            await d.kill("b")
            await d.kill("a")
            assert d.since(2) == "-b +b -a +a"
            await d.kill("b")
    assert d.since(6) == "-b -a"
    sentence = str(gave_up.value.exceptions[0])
    assert sentence.startswith("s gave up after 3 deaths in 60 s (b 2, a 1): b died of RuntimeError at tests.bus.diary:")


@pytest.mark.parametrize("anyio_backend", [jumping()], ids=["jumping"])
async def test_deaths_further_apart_than_the_window_are_all_survived() -> None:
    d = Diary()
    async with alive(Supervisor("s", d.children("a"), max_restarts=1, window=5)):
        for _ in range(4):
            await d.kill("a")
            await anyio.sleep(5.1)
    assert d.lines.count("+a") == 5


@pytest.mark.parametrize("anyio_backend", [jumping()], ids=["jumping"])
async def test_deaths_closer_together_than_the_window_are_not() -> None:
    d = Diary()
    with pytest.RaisesGroup(TooManyRestarts):
        async with alive(Supervisor("s", d.children("a"), max_restarts=1, window=5)):
            for _ in range(4):
                await d.kill("a")
                await anyio.sleep(4.9)
    assert d.lines.count("+a") == 2


async def test_a_child_that_cannot_start_stops_the_house_with_its_own_error() -> None:
    d = Diary()

    def fail() -> None:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk") as error:
        await Supervisor("s", [d.child("a"), d.child("b", boot=fail), d.child("c")]).run()
    assert error.value.__notes__ == ["s/b could not start"]
    assert d.since(0) == "+a -a"


async def test_a_child_that_ends_before_it_is_ready_cannot_start() -> None:
    async def brief(*, task_status: TaskStatus[None]) -> None:
        pass

    with pytest.raises(RuntimeError, match="before it was ready"):
        await Supervisor("s", [ChildSpec("brief", brief)]).run()


@pytest.mark.parametrize(("strategy", "lines"), [("one_for_one", "-a +a"), ("rest_for_one", "-a -b +a +b")])
async def test_a_revival_that_fails_is_tried_again(strategy: Strategy, lines: str) -> None:
    d, boots = Diary(), iter((None, OSError(), OSError(), None))

    def boot() -> None:
        if error := next(boots):
            raise error

    specs = [d.child("a", boot=boot), d.child("b")]
    async with alive(Supervisor("s", specs, strategy=strategy)):
        await d.kill("a")
        assert sorted(d.since(2).split()) == sorted(lines.split())


async def test_revivals_that_fail_are_counted() -> None:
    d, boots = Diary(), iter((None, OSError(), OSError()))

    def boot() -> None:
        if error := next(boots):
            raise error

    with pytest.RaisesGroup(pytest.RaisesExc(TooManyRestarts, match="3 deaths .* a died of OSError")):
        async with alive(Supervisor("s", [d.child("a", boot=boot)], max_restarts=2)):
            await d.kill("a")


@pytest.mark.parametrize("strategy", ["one_for_one", "rest_for_one"])
async def test_a_revival_that_waits_for_another_dead_child_does_not_keep_it_dead(strategy: Strategy) -> None:
    d, needed = Diary(), [anyio.Event()]

    async def needy(*, task_status: TaskStatus[None]) -> None:
        await needed[0].wait()
        d.lines.append("+needy")
        task_status.started()
        await fall.wait()

    fall = anyio.Event()
    specs = [d.child("a", boot=lambda: needed[0].set()), ChildSpec("needy", needy), d.child("z")]
    async with alive(Supervisor("s", specs, strategy=strategy)):
        needed[0] = anyio.Event()
        fall.set()
        await anyio.wait_all_tasks_blocked()
        assert "+needy" not in d.lines[3:], "it must still be waiting, or nothing is tested"
        fall = anyio.Event()
        await d.kill("a")
        assert d.lines.count("+a") == d.lines.count("+needy") == 2
        assert d.lines[-1] == ("+needy" if strategy == "one_for_one" else "+z")


async def test_a_house_cancelled_while_a_child_starts_stops_the_others() -> None:
    d = Diary()

    async def never_ready(*, task_status: TaskStatus[None]) -> None:
        await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Supervisor("s", [d.child("a"), ChildSpec("slow", never_ready)]).run)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert d.since(0) == "+a -a"


@pytest.mark.parametrize("anyio_backend", [jumping()], ids=["jumping"])
async def test_a_child_that_ignores_its_cancellation_is_reported_when_patience_ends(caplog: pytest.LogCaptureFixture) -> None:
    d = Diary()

    async def stubborn(*, task_status: TaskStatus[None]) -> None:
        task_status.started()
        with anyio.CancelScope(shield=True):
            await anyio.sleep(2)
        d.lines.append(f"-stubborn, {len(caplog.messages)} reported")

    async with alive(Supervisor("s", [d.child("a"), ChildSpec("stubborn", stubborn, shutdown=1)])):
        pass
    assert d.since(1) == "-stubborn, 1 reported -a"
    assert caplog.messages == ["s/stubborn ignores its cancellation"]


async def test_two_children_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="share a name"):
        Supervisor("s", Diary().children("aa"))

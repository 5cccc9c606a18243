"""Every wait of the gateway ends: on a clock that jumps."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from tests.bus.diary import jumping
from tests.gateway.scene import scene

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> Any:
    return jumping()


async def lasted(began: float) -> float:
    return anyio.current_time() - began


async def test_who_says_nothing_is_closed_1008_after_ten_seconds() -> None:
    async with scene() as here:
        began = anyio.current_time()
        client = here.connect()
        assert await client.closed() == 1008
        assert 10 <= await lasted(began) <= 11


async def test_a_guest_is_closed_1008_but_who_signs_in_may_stay() -> None:
    async with scene() as here:
        guest, ann = here.connect(), here.connect()
        await guest.hello()
        await ann.hello()
        await ann.say("auth.invite_redeem", invite_token="invite", profile={"handle": "ann", "display_name": "Ann"})
        assert await guest.closed() == 1008
        await anyio.sleep(3600)
        assert (await ann.say("ping"))["t"] == "pong"


async def test_after_logout_one_has_ten_seconds_to_sign_in_again() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        await anyio.sleep(100)
        await ann.say("auth.logout")
        began = anyio.current_time()
        assert await ann.closed() == 1008
        assert 9 <= await lasted(began) <= 11


async def test_a_silent_heartbeat_client_is_closed_4006_and_one_that_pings_is_not() -> None:
    async with scene() as here:
        silent, lively, plain = await here.member("ann", "heartbeat"), await here.member("bob", "heartbeat"), await here.member("cyd")
        began = anyio.current_time()
        for _ in range(10):
            await anyio.sleep(20)
            await lively.say("ping")
            if silent.wire.over.is_set():
                break
        assert await silent.closed() == 4006
        assert 45 <= await lasted(began) <= 61
        await anyio.sleep(30)
        assert not lively.wire.over.is_set()
        await anyio.sleep(3600)
        assert not plain.wire.over.is_set(), "without the capability silence is no fault"


async def test_who_takes_no_frames_is_let_go_after_ten_seconds() -> None:
    async with scene() as here:
        ann = await here.member("ann", stuck=True)
        began = anyio.current_time()
        here.town.tell("r_a")
        assert await ann.closed() == 4008
        assert 10 <= await lasted(began) <= 13


async def test_who_takes_too_few_frames_is_let_go_at_the_limit_and_others_hear_all() -> None:
    async with scene(outbox_frames=50) as here:
        slow, good = await here.member("ann", stuck=True), await here.member("bob")
        for _ in range(200):
            here.town.tell("r_a")
        assert await slow.closed() == 4008
        await here.settled()
        assert slow.connection.outbox.stats().peak_frames == 50
        assert [body["msg"]["seq"] for body in good.heard("msg.event")] == list(range(1, 201))


async def test_a_burst_is_not_told_faster_than_good_sockets_can_take_it() -> None:
    async with scene() as here, anyio.create_task_group() as tasks:
        good, stalled = await here.member("ann", stuck=True), await here.member("bob", stuck=True)

        async def take() -> None:
            while True:
                await anyio.sleep(0.001)
                good.wire.let_leave(100)

        tasks.start_soon(take)
        for _ in range(5000):
            here.town.tell("r_a")
        await anyio.sleep(5)
        assert [body["msg"]["seq"] for body in good.heard("msg.event")] == list(range(1, 5001))
        assert good.connection.outbox.stats().peak_frames < 600
        assert await stalled.closed() == 4008, "and nobody waits for who takes nothing"
        tasks.cancel_scope.cancel()


async def test_who_asks_without_reading_is_let_go_too() -> None:
    async with scene(outbox_frames=50) as here:
        greedy = await here.member("ann", stuck=True)
        for _ in range(200):
            greedy.post("ping")
        assert await greedy.closed() == 4008


async def test_a_close_that_does_not_end_is_left_after_a_second() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        ann.wire.close = lambda code, reason: anyio.sleep_forever()  # type: ignore[method-assign]
        began = anyio.current_time()
        ann.connection.let_go(1000, "bye")
        await ann.closed()
        assert await lasted(began) == pytest.approx(1)
        await here.settled()
        assert here.house.attendance.stats().connections == 0


async def test_a_drain_closes_everybody_1012_and_lets_nobody_in() -> None:
    async with scene() as here:
        clients = [await here.member(f"u{n}") for n in range(20)]
        assert await here.house.attendance.drain() == 0
        assert [client.wire.closed and client.wire.closed[0] for client in clients] == [1012] * 20
        assert not await here.house.attendance.admit("192.0.2.1")


async def test_a_drain_ends_though_a_socket_does_not() -> None:
    async with scene(close_s=60.0) as here:
        ann = await here.member("ann")
        ann.wire.close = lambda code, reason: anyio.sleep_forever()  # type: ignore[method-assign]
        began = anyio.current_time()
        assert await here.house.attendance.drain() == 1
        assert await lasted(began) == pytest.approx(2)


async def test_guests_of_one_address_wait_at_the_door_for_a_free_place() -> None:
    async with scene(guests_per_address=2) as here:
        one, two = here.connect(), here.connect()
        await here.settled()
        three = here.connect()
        other = here.connect(address="198.51.100.9")
        await here.settled()
        assert here.house.attendance.stats().waiting == 1
        assert three.connection.sid not in here.house.attendance.by_sid
        assert other.connection.sid in here.house.attendance.by_sid
        await one.hello(here.town.grant("ann"))
        await here.settled()
        assert here.house.attendance.stats().waiting == 0
        assert (await three.hello("ann"))["ok"]
        assert (await two.hello("ann"))["ok"]


async def test_sixty_sockets_that_come_back_at_once_all_get_in() -> None:
    async with scene(per_user=100) as here:
        here.town.grant("ann")
        clients = [here.connect() for _ in range(60)]
        for client in clients:
            client.post("hello", client={"name": "t", "ver": "0", "platform": "p"}, resume={"session_token": "ann"})
        await here.settled()
        assert here.house.attendance.stats().signed_in == 60


async def test_who_finds_no_place_in_time_is_turned_away() -> None:
    async with scene(guests_per_address=1, sign_in_s=10.0) as here:
        attendance = here.house.attendance
        assert await attendance.admit("192.0.2.1")
        began = anyio.current_time()
        assert not await attendance.admit("192.0.2.1")
        assert await lasted(began) == pytest.approx(10)
        attendance.withdraw("192.0.2.1")
        assert await attendance.admit("192.0.2.1")


async def test_an_address_and_the_house_have_so_many_places() -> None:
    async with scene(connections=3, per_address=2) as here:
        admit = here.house.attendance.admit
        assert [await admit(address) for address in ("a", "a", "a")] == [True, True, False]
        assert [await admit(address) for address in ("192.0.2.1", "192.0.2.2")] == [True, False]
        assert here.house.attendance.stats().turned_away == 2

"""How long a place and an empty call are kept, to the second, on a clock that jumps."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from bus.bus import Bus
from bus.errors import NotFound, Unavailable
from bus.protocol.rtc import RtcCallCreate, RtcCallEvent, RtcPeerEvent
from services.signaling.ice import Ice
from services.signaling.service import PATIENCE, Signaling
from services.store.queue import Queue
from tests.bus.diary import jumping
from tests.services.signaling.scene import NOW_MS, Scene, scene

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> Any:
    return jumping()


async def when(here: Scene, kind: type[Any]) -> list[float]:
    """The times at which something of a kind was told, and then all is forgotten."""
    await anyio.wait_all_tasks_blocked()
    times = [time for fact, time in zip(here.ear.heard, here.ear.times, strict=True) if type(fact) is kind]
    await here.heard()
    return times


async def test_a_place_is_lost_fifteen_seconds_after_its_socket() -> None:
    async with scene(grace=15.0, long_grace=60.0) as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (_, second) = await here.call(ada, bob)
        await here.close(bob)
        gone_at = anyio.current_time()
        await anyio.sleep(14.9)
        assert (await here.peers())[-1] == ("away", "u_bob", None)
        await anyio.sleep(5)
        assert [time - gone_at for time in await when(here, RtcPeerEvent)] == pytest.approx([15.0], abs=1e-6)
        fresh = await here.join(call_id, bob, resume=second)
        assert fresh.self_peer_id != second


async def test_who_comes_back_in_time_has_lost_nothing_and_begins_the_grace_anew() -> None:
    async with scene(grace=15.0, long_grace=60.0) as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (_, second) = await here.call(ada, bob)
        for _ in range(3):
            await here.close(bob)
            await anyio.sleep(14.9)
            assert (await here.join(call_id, bob, resume=second)).self_peer_id == second
        await anyio.sleep(100)
        assert "leave" not in [kind for kind, _, _ in await here.peers()]


async def test_the_last_lost_place_ends_the_call() -> None:
    async with scene(grace=15.0, long_grace=60.0) as here:
        ada = await here.user("ada")
        room_id, call_id, _ = await here.call(ada)
        await here.close(ada)
        await anyio.sleep(20)
        assert (await here.heard())[-1] == RtcCallEvent(room_id, call_id, "ended")
        assert (await here.listed(room_id, ada)).call_id is None


async def test_a_call_that_nobody_joins_ends_by_itself() -> None:
    async with scene(grace=15.0, long_grace=60.0) as here:
        ada = await here.user("ada")
        room_id = await here.room(ada)
        began = anyio.current_time()
        call_id = (await here.bus.ask(RtcCallCreate(room_id), ada)).call_id
        await anyio.sleep(20)
        assert [time - began for time in await when(here, RtcCallEvent)] == pytest.approx([0.0, 15.0], abs=1e-6)
        with pytest.raises(NotFound):
            await here.join(call_id, ada)


async def test_a_new_life_keeps_every_place_for_a_minute() -> None:
    async with scene(grace=15.0, long_grace=60.0) as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first, _) = await here.call(ada, bob)
        await here.heard()
        began = anyio.current_time()
        await here.revive()
        await anyio.sleep(50)
        assert (await here.join(call_id, ada, resume=first)).self_peer_id == first
        assert await when(here, RtcCallEvent) == pytest.approx([began], abs=1e-6)
        await anyio.sleep(60)
        assert [time - began for time in await when(here, RtcPeerEvent)] == pytest.approx([60.0], abs=1e-6)
        await here.close(ada)
        await anyio.sleep(20)
        assert (await here.heard())[-1] == RtcCallEvent(room_id, call_id, "ended")


async def test_a_store_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    async def never(*_: Any) -> Any:
        await anyio.sleep_forever()

    signaling = Signaling(Bus(), never, Queue(1), Ice(), now=lambda: NOW_MS)
    began = anyio.current_time()
    with pytest.raises(Unavailable):
        await signaling.setup()
    assert anyio.current_time() - began == pytest.approx(PATIENCE, abs=1e-6)

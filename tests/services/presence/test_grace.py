"""The moment of grace, to the second, on a clock that jumps."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from bus.bus import Bus
from bus.errors import Unavailable
from services.presence.service import PATIENCE, Presence
from tests.bus.diary import jumping
from tests.services.presence.scene import scene

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> Any:
    return jumping()


async def test_who_does_not_come_back_is_gone_five_seconds_after_their_last_socket() -> None:
    async with scene(grace=5.0) as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        await here.open(ada)
        await here.open(bob)
        await here.close(ada)
        gone_at = anyio.current_time()
        await anyio.sleep(2)
        await here.close(bob)
        await anyio.sleep(10)
        assert await here.said() == [("online", "u_ada"), ("online", "u_bob"), ("offline", "u_ada"), ("offline", "u_bob")]
        assert [time - gone_at for time in here.ear.times[-2:]] == pytest.approx([5.0, 7.0], abs=1e-6)


async def test_a_return_in_time_is_not_told_and_begins_the_grace_anew() -> None:
    async with scene(grace=5.0) as here:
        ada = await here.user("ada")
        await here.open(ada)
        await here.heard()
        for _ in range(3):
            await here.close(ada)
            await anyio.sleep(4.9)
            await here.open(ada)
        await here.close(ada)
        left_at = anyio.current_time()
        await anyio.sleep(4.9)
        assert await here.heard() == []
        await anyio.sleep(0.2)
        assert await here.said() == [("offline", "u_ada")]
        assert here.ear.times[-1] - left_at == pytest.approx(5.0, abs=1e-6)


async def test_a_new_life_gives_everybody_the_grace_to_be_found_again() -> None:
    async with scene(grace=5.0) as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        await here.open(ada)
        await here.open(bob)
        await here.heard()
        await here.revive()
        await anyio.sleep(4.9)
        await here.open(ada)
        await anyio.sleep(10)
        assert await here.said() == [("offline", "u_bob")]


async def test_a_store_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    async def never(look_at: Any) -> Any:
        await anyio.sleep_forever()

    presence = Presence(Bus(), never)
    began = anyio.current_time()
    with pytest.raises(Unavailable):
        await presence.setup()
    assert anyio.current_time() - began == pytest.approx(PATIENCE, abs=1e-6)

"""A new life of the service finds the calls that are running, and those who still have a right to their place come back to it."""

from __future__ import annotations

import pytest

from bus.errors import NotFound
from bus.protocol.places import SeatsCleared
from bus.protocol.rtc import RtcCallCreate, RtcCallEvent
from tests.services.signaling.scene import scene

pytestmark = pytest.mark.anyio


async def test_a_new_life_finds_the_calls_with_everybody_away_and_they_come_back() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first, second) = await here.call(ada, bob)
        await here.heard()
        await here.revive()
        assert await here.heard() == [SeatsCleared(), RtcCallEvent(room_id, call_id, "created")]
        assert (await here.bus.ask(RtcCallCreate(room_id), ada)).call_id == call_id
        back = await here.join(call_id, ada, resume=first)
        assert [(peer.peer_id, peer.away) for peer in back.peers] == [(first, False), (second, True)]
        assert (await here.join(call_id, bob, resume=second)).self_peer_id == second


async def test_who_was_put_out_while_nobody_looked_has_no_place_after_it() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first, second) = await here.call(ada, bob)
        await here.signaling_gone(lambda: here.member(room_id, "kick", bob))
        assert [peer.peer_id for peer in (await here.join(call_id, ada, resume=first)).peers] == [first]
        with pytest.raises(NotFound):
            await here.join(call_id, bob, resume=second)

"""A new life of the service finds the calls that are running, and those who still have a right to their place come back to it."""

from __future__ import annotations

import anyio
import pytest

from bus.errors import NotFound
from bus.protocol.inside import ConnectionClosed
from bus.protocol.places import PlaceLeft, PlaceTaken, SeatsCleared
from bus.protocol.rtc import RtcCallCreate, RtcCallEvent, RtcLeave, RtcPeerEvent
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


async def test_when_facts_were_lost_in_a_full_inbox_all_is_read_anew() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first, second) = await here.call(ada, bob)
        await here.heard()
        for _ in range(5000):
            here.bus.publish(ConnectionClosed("c_nobody", "u_nobody"))
        here.bus.publish(ConnectionClosed("c_bob", "u_bob"))
        assert await here.heard() == [SeatsCleared(), RtcCallEvent(room_id, call_id, "created")]
        peers = (await here.join(call_id, ada, resume=first)).peers
        assert [(peer.peer_id, peer.away) for peer in peers] == [(first, False), (second, True)]


async def test_a_place_given_up_on_a_slow_disk_is_not_there_for_the_next_life() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (first, second) = await here.call(ada, bob)
        here.disk.slow()
        with anyio.move_on_after(0.01):
            await here.bus.ask(RtcLeave(call_id), bob)
        await here.revive()
        await here.disk.fast()
        await anyio.wait_all_tasks_blocked()
        assert [peer.peer_id for peer in (await here.join(call_id, ada, resume=first)).peers] == [first]
        assert (await here.join(call_id, bob, resume=second)).self_peer_id != second


async def test_facts_older_than_what_a_new_life_read_bring_nobody_back() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first, second) = await here.call(ada, bob)
        await here.bus.ask(RtcLeave(call_id), bob)
        await here.heard()
        here.bus.publish(PlaceTaken(room_id, call_id, second, "u_bob", "s_bob"))
        here.bus.publish(PlaceLeft(room_id, call_id, second, "u_bob", "left"))
        assert [event.kind for event in await here.heard(RtcPeerEvent)] == ["leave"]
        assert [peer.peer_id for peer in (await here.join(call_id, ada, resume=first)).peers] == [first]

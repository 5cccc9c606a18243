"""While the disk is slow nobody in a call waits for those who are on their way into one; and whatever happens meanwhile counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from bus.errors import NotFound, Refused, Unavailable
from bus.message import Context, Request
from bus.protocol.inside import ConnectionClosed
from bus.protocol.places import PeerSeated
from bus.protocol.rtc import RtcCallCreate, RtcCallEvent, RtcEndCall, RtcJoin, RtcLeave, RtcPeerEvent
from bus.protocol.signals import RtcOffer
from tests.bus.diary import jumping
from tests.services.signaling.scene import Scene, scene

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> Any:
    return jumping()


async def while_writing(here: Scene, word: Request[Any], who: Context, meanwhile: Callable[[], Awaitable[None]]) -> Any:
    """Ask for something on a slow disk, let something happen before it is written, and return what came of it."""
    outcome: list[Any] = []

    async def ask() -> None:
        try:
            outcome.append(await here.bus.ask(word, who))
        except Refused as refusal:
            outcome.append(refusal)

    here.disk.slow()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        await meanwhile()
        await here.disk.fast()
    await anyio.wait_all_tasks_blocked()
    return outcome[0]


@pytest.mark.parametrize("what", ["join", "create", "leave", "end"])
async def test_peers_go_on_talking_while_something_of_calls_is_being_written(what: str) -> None:
    async with scene() as here:
        ada, bob, eve = await here.users("ada", "bob", "eve")
        room_id, call_id, (_, second) = await here.call(ada, bob)
        await here.member(room_id, "join", eve)
        other_room, other_call, _ = await here.call(eve)
        words: dict[str, Request[Any]] = {
            "join": RtcJoin(call_id),
            "create": RtcCallCreate(other_room),
            "leave": RtcLeave(other_call),
            "end": RtcEndCall(other_call),
        }
        began = anyio.current_time()

        async def talk() -> None:
            for _ in range(100):
                await here.bus.ask(RtcOffer(call_id, second, "v=0"), ada)

        answer = await while_writing(here, words[what], eve, talk)
        assert not isinstance(answer, Refused)
        assert anyio.current_time() == began


async def test_whose_socket_is_gone_before_the_place_is_on_disk_has_it_kept_for_a_moment() -> None:
    async with scene(grace=15.0) as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, _ = await here.call(ada)
        await here.member(room_id, "join", bob)
        here.disk.slow()
        with anyio.move_on_after(1):
            await here.join(call_id, bob)
        here.bus.publish(ConnectionClosed(str(bob.sid), bob.user))
        await here.heard()
        await here.disk.fast()
        assert await here.heard(PeerSeated) == []
        assert (await here.listed(room_id, ada)).call_user_ids == ["u_ada"]  # nobody waits for it, so it was not begun
        await anyio.sleep(20)
        assert [peer.user_id for peer in (await here.join(call_id, ada)).peers] == ["u_ada"]


async def test_who_is_kicked_before_the_place_is_on_disk_gets_none() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, _ = await here.call(ada)
        await here.member(room_id, "join", bob)
        outcome = await while_writing(here, RtcJoin(call_id), bob, lambda: here.member(room_id, "kick", bob))
        assert isinstance(outcome, NotFound)
        assert [peer.user_id for peer in (await here.join(call_id, ada)).peers] == ["u_ada"]


async def test_who_joins_a_call_that_ends_meanwhile_is_told_that_there_is_none() -> None:
    async with scene(grace=3.0) as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, _ = await here.call(ada)
        await here.member(room_id, "join", bob)

        async def lost() -> None:
            await here.close(ada)
            await anyio.sleep(4)

        assert isinstance(await while_writing(here, RtcJoin(call_id), bob, lost), NotFound)
        assert (await here.listed(room_id, ada)).call_id is None
        assert [event.event for event in await here.heard(RtcCallEvent)][-1] == "ended"


async def test_whom_the_disk_keeps_waiting_too_long_may_ask_again_and_is_there_once() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, _ = await here.call(ada)
        await here.member(room_id, "join", bob)
        here.disk.slow()
        with pytest.raises(Unavailable):
            await here.join(call_id, bob)
        await here.disk.fast()
        await here.heard()
        answer = await here.join(call_id, bob)
        assert [peer.user_id for peer in answer.peers] == ["u_ada", "u_bob"]
        assert [event.kind for event in await here.heard(RtcPeerEvent)] == ["join"]


async def test_what_a_full_disk_refused_is_written_when_there_is_room_again() -> None:
    async with scene(grace=3.0) as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, _ = await here.call(ada, bob)
        here.disk.full = True
        await here.close(bob)
        await anyio.sleep(10)
        assert (await here.listed(room_id, ada)).call_user_ids == ["u_ada", "u_bob"]
        here.disk.full = False
        await anyio.sleep(2)
        assert (await here.listed(room_id, ada)).call_user_ids == ["u_ada"]
        here.disk.full = True
        await here.close(ada)
        await anyio.sleep(10)
        here.disk.full = False
        await anyio.sleep(2)
        assert (await here.listed(room_id, ada)).call_id is None
        fresh = (await here.bus.ask(RtcCallCreate(room_id), ada)).call_id
        assert fresh != call_id
        assert len((await here.join(fresh, bob)).peers) == 1

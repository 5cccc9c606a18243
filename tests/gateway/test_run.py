"""What is told in one moment leaves together, in order, and never to anybody whose it is not."""

from __future__ import annotations

import pytest

from bus.message import Context
from bus.protocol.rooms import RoomMemberEvent
from tests.gateway.scene import Scene, scene
from tests.gateway.wires import Client

pytestmark = pytest.mark.anyio


def fails(*_: object) -> None:
    raise ValueError("planted")


async def seqs(here: Scene, client: Client) -> list[int]:
    await here.settled()
    return [body["msg"]["seq"] for body in client.heard("msg.event")]


async def test_what_happens_in_one_moment_comes_in_one_frame_to_those_who_take_several() -> None:
    async with scene() as here:
        one, batching = await here.member("one"), await here.member("two", "batch")
        before = len(one.wire.texts), len(batching.wire.texts)
        here.town.tell_all("r_a", 5)
        assert (await seqs(here, one), await seqs(here, batching)) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
        assert (len(one.wire.texts) - before[0], len(batching.wire.texts) - before[1]) == (5, 1)
        assert batching.connection.outbox.stats().frames == 0


async def test_what_happens_in_one_moment_keeps_its_order_from_room_to_room() -> None:
    async with scene() as here:
        ann = await here.member("ann", "batch", rooms=("r_a", "r_b"))
        here.bus.publish_all([(here.town.next(room), Context()) for room in ("r_a", "r_a", "r_b", "r_a")])
        await here.settled()
        heard = [(body["room_id"], body["msg"]["seq"]) for body in ann.heard("msg.event")]
        assert heard == [("r_a", 1), ("r_a", 2), ("r_b", 1), ("r_a", 3)]


async def test_who_comes_and_goes_within_a_moment_hears_what_is_theirs() -> None:
    async with scene() as here:
        ann, bob = await here.member("ann", "batch"), await here.member("bob", "batch", rooms=())
        moved = [RoomMemberEvent("r_a", "join", "u_bob", "u_bob"), RoomMemberEvent("r_a", "kick", "u_x", "u_ann")]
        facts = [here.town.next("r_a"), moved[0], here.town.next("r_a"), moved[1], here.town.next("r_a")]
        here.bus.publish_all([(fact, Context()) for fact in facts])
        assert (await seqs(here, ann), await seqs(here, bob)) == ([1, 2], [2, 3])


@pytest.mark.parametrize("failing", [1, 2])
async def test_what_cannot_leave_is_nobodys_silent_hole(failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as here:
        ann, cat = await here.member("ann"), await here.member("cat")
        offer, then = ann.connection.outbox.offer, iter([fails] * failing)
        monkeypatch.setattr(ann.connection.outbox, "offer", lambda frame: next(then, offer)(frame))  # type: ignore[no-untyped-call]
        facts = [here.town.next("r_a"), RoomMemberEvent("r_a", "join", "u_bob", "u_bob"), here.town.next("r_a")]
        here.bus.publish_all([(fact, Context()) for fact in facts])
        assert await ann.closed() == 4008
        assert (await seqs(here, cat), here.house.hub.stats().holes) == ([1, 2], 0)


async def test_a_long_moment_leaves_in_portions_and_complete() -> None:
    async with scene() as here:
        one, batching = await here.member("one"), await here.member("two", "batch")
        here.town.tell_all("r_a", 1000)
        assert (await seqs(here, one), await seqs(here, batching)) == (list(range(1, 1001)), list(range(1, 1001)))

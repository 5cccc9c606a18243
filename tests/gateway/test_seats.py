"""Who hears a call: the connections that have a place in it, one for each peer, from the fact on and no longer."""

from __future__ import annotations

import pytest

from bus.message import Context, Fact
from bus.protocol.places import PeerSeated, PeerUnseated, SeatsCleared
from bus.protocol.rtc import CallPeer, RtcPeerEvent
from bus.protocol.signals import RtcOfferEvent
from gateway.limits import RATES, Buckets
from tests.gateway.scene import Scene, scene
from tests.gateway.wires import Client

pytestmark = pytest.mark.anyio
NEWS = RtcPeerEvent("call_1", "join", CallPeer("p_1", "u_x"))
OFFER = RtcOfferEvent("call_1", "p_1", "p_2", "v=0")


def seat(client: Client, peer_id: str = "p_1") -> PeerSeated:
    return PeerSeated(client.connection.sid, "call_1", peer_id)


def unseat(client: Client, peer_id: str = "p_1") -> PeerUnseated:
    return PeerUnseated(client.connection.sid, "call_1", peer_id)


async def tell(here: Scene, *facts: Fact) -> None:
    for fact in facts:
        here.bus.publish(fact, Context(trace="told"))
    await here.settled()


def heard(*clients: Client) -> list[tuple[int, int]]:
    """How often each heard of the call, and was offered a connection."""
    return [(len(client.heard("rtc.peer_event")), len(client.heard("rtc.offer_event"))) for client in clients]


async def test_a_call_is_told_to_those_in_it_and_an_offer_to_the_one_connection_of_its_peer() -> None:
    async with scene() as here:
        phone, laptop, bob, eve = [await here.member(name) for name in ("ann", "ann", "bob", "eve")]
        await tell(here, seat(laptop), seat(bob, "p_2"), NEWS, OFFER)
        assert heard(phone, laptop, bob, eve) == [(0, 0), (1, 1), (1, 0), (0, 0)]
        assert laptop.heard("rtc.offer_event") == [{"call_id": "call_1", "to_peer_id": "p_1", "from_peer_id": "p_2", "sdp": "v=0"}]


async def test_who_has_no_place_any_more_hears_nothing_more() -> None:
    async with scene() as here:
        ann, bob = await here.member("ann"), await here.member("bob")
        await tell(here, seat(ann), seat(bob, "p_2"), NEWS, unseat(ann), NEWS, OFFER)
        assert heard(ann, bob) == [(1, 0), (2, 0)]


async def test_a_place_moves_from_one_connection_to_another() -> None:
    async with scene() as here:
        old, new = await here.member("ann"), await here.member("ann")
        await tell(here, seat(old), unseat(old), seat(new), OFFER)
        assert heard(old, new) == [(0, 0), (0, 1)]


async def test_when_calls_live_anew_nobody_hears_any_until_they_are_back() -> None:
    async with scene() as here:
        ann, bob = await here.member("ann"), await here.member("bob")
        await tell(here, seat(ann), seat(bob, "p_2"), SeatsCleared(), NEWS, OFFER, seat(ann), NEWS)
        assert heard(ann, bob) == [(1, 0), (0, 0)]
        here.town.tell("r_a")
        await here.settled()
        assert len(bob.heard("msg.event")) == 1, "their rooms they hear as before"


async def test_a_connection_that_is_gone_or_signed_out_leaves_nothing_behind() -> None:
    async with scene() as here:
        before = here.house.hub.stats().topics
        ann, bob = await here.member("ann"), await here.member("bob")
        await tell(here, seat(ann), seat(bob, "p_2"), PeerSeated("c_nobody", "call_9", "p_9"))
        ann.wire.hang_up()
        await bob.say("auth.logout")
        await tell(here, NEWS, seat(ann), seat(bob))
        assert heard(bob) == [(0, 0)]
        assert here.house.hub.stats().topics == before


async def test_who_offers_too_fast_is_told_for_which_peer_and_how_long_to_wait() -> None:
    async with scene(rates=True) as here:
        here.house.buckets = Buckets(clock=lambda: 0.0)
        ann = await here.member("ann")
        answers = [await ann.say("rtc.offer", call_id="call_1", to_peer_id="p_2", sdp="v=0") for _ in range(202)]
        refused = [answer["body"] for answer in answers if answer["body"]["code"] == "RATE_LIMITED"]
        assert len(refused) == 202 - (RATES["all"].burst - 1)
        assert {body["details"]["to_peer_id"] for body in refused} == {"p_2"}
        assert all(body["details"]["retry_after_ms"] > 0 for body in refused)


async def test_a_peer_that_reads_slowly_is_not_thrown_out_by_the_offers_of_another() -> None:
    async with scene(rates=True) as here:
        here.house.buckets = Buckets(clock=lambda: 0.0)
        ann = await here.member("ann")
        large = "v=".ljust(60_000)
        answers = [await ann.say("rtc.offer", call_id="call_1", to_peer_id="p_2", sdp=large) for _ in range(30)]
        passed = sum(answer["body"]["code"] != "RATE_LIMITED" for answer in answers)
        assert 9 < passed < here.house.settings.limits.outbox_bytes / len(large)

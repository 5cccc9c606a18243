"""What peers say to one another is handed on to that one alone, with the server's word on who says it; and to all, what they show."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from bus.errors import BadRequest, Conflict, Forbidden, NotFound, PayloadTooLarge, Refused, Unavailable
from bus.message import Request
from bus.protocol.rtc import IceServers, PeerState, RtcIceServers, RtcLeave, RtcPeerEvent, Stream, Tracks
from bus.protocol.signals import IceCandidate, RtcAnswer, RtcAnswerEvent, RtcIce, RtcIceEvent, RtcOffer, RtcOfferEvent, RtcRelayed
from bus.protocol.streams import RtcPeerState, RtcStreamEvent, RtcStreamPublish, RtcStreamUnpublish, RtcStreamUpdate, StreamName
from bus.protocol.terms import MAX_SIGNALING_BYTES
from services.signaling.talk import MAX_STREAMS
from tests.services.signaling.scene import scene

pytestmark = pytest.mark.anyio
CAM = Stream("cam", "cam", "my camera", Tracks(video=True), "{1-a}")


async def test_offers_answers_and_candidates_go_to_one_peer_with_the_servers_word_on_who_sent_them() -> None:
    async with scene() as here:
        ada, bob, eve = await here.users("ada", "bob", "eve")
        _, call_id, (first, second, _) = await here.call(ada, bob, eve)
        await here.heard()
        way = IceCandidate("candidate:1 1 udp 1 192.0.2.1 9 typ host", "0", 0, "frag")
        words: list[Request[Any]] = [
            RtcOffer(call_id, second, "v=0\r\n", pc_id="pc1"),
            RtcAnswer(call_id, second, "v=0\r\n", from_peer_id=first),
            RtcIce(call_id, second, way),
            RtcIce(call_id, second, None),
        ]
        for word in words:
            assert await here.bus.ask(word, ada) == RtcRelayed(call_id, second)
        told = await here.heard()
        assert told == [
            RtcOfferEvent(call_id, second, first, "v=0\r\n", "pc1"),
            RtcAnswerEvent(call_id, second, first, "v=0\r\n"),
            RtcIceEvent(call_id, second, first, way),
            RtcIceEvent(call_id, second, first, None),
        ]
        assert {event.audience() for event in told} == {f"peer:{second}"}


async def test_nobody_speaks_for_another() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (first, second) = await here.call(ada, bob)
        await here.heard()
        words: list[Request[Any]] = [
            RtcOffer(call_id, second, "v=0", from_peer_id=second),
            RtcAnswer(call_id, second, "v=0", from_peer_id=second),
            RtcIce(call_id, second, None, from_peer_id=second),
            RtcStreamPublish(call_id, CAM, peer_id=second),
            RtcPeerState(call_id, peer_id=second, muted=True),
            RtcLeave(call_id, second),
        ]
        for word in words:
            with pytest.raises(Forbidden):
                await here.bus.ask(word, ada)
        assert await here.heard() == []
        assert first != second


async def test_a_peer_of_another_call_cannot_be_reached() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, mine, (me,) = await here.call(ada)
        _, theirs, (them,) = await here.call(bob)
        await here.heard()
        for call_id, to in ((mine, them), (theirs, them), (mine, "p_0123456789abcdef"), (mine, me)):
            with pytest.raises(NotFound):
                await here.bus.ask(RtcOffer(call_id, to, "v=0"), ada)
        assert await here.heard() == []


async def test_somebody_away_is_not_spoken_to() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (first, second) = await here.call(ada, bob)
        await here.close(bob)
        await here.heard()
        with pytest.raises(Unavailable):
            await here.bus.ask(RtcOffer(call_id, second, "v=0"), ada)
        with pytest.raises(NotFound):
            await here.bus.ask(RtcOffer(call_id, first, "v=0"), bob)
        assert await here.heard() == []


@pytest.mark.parametrize(
    ("sdp", "refusal"),
    [("", BadRequest), ("o=v=", BadRequest), ("v=" + "x" * MAX_SIGNALING_BYTES, PayloadTooLarge), ("v=" + "ä" * 32_000, PayloadTooLarge)],
    ids=["empty", "no sdp", "too long", "too many bytes"],
)
async def test_what_is_no_sdp_or_too_large_is_refused_and_not_repeated(sdp: str, refusal: type[Refused]) -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (_, second) = await here.call(ada, bob)
        for word in (RtcOffer(call_id, second, sdp), RtcAnswer(call_id, second, sdp)):
            with pytest.raises(refusal) as refused:
                await here.bus.ask(word, ada)
            assert not sdp or sdp not in f"{refused.value} {refused.value.details}"


async def test_the_largest_sdp_there_may_be_is_handed_on() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (_, second) = await here.call(ada, bob)
        sdp = "v=".ljust(MAX_SIGNALING_BYTES, "x")
        await here.bus.ask(RtcOffer(call_id, second, sdp), ada)
        assert [event.sdp for event in await here.heard(RtcOfferEvent)] == [sdp]


async def test_streams_are_told_to_the_call_and_kept_for_who_comes_later() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first,) = await here.call(ada)
        await here.member(room_id, "join", bob, "member")
        await here.heard()
        muted = replace(CAM, muted=True)
        published = await here.bus.ask(RtcStreamPublish(call_id, CAM), ada)
        await here.bus.ask(RtcStreamUpdate(call_id, muted), ada)
        assert published == RtcStreamEvent(call_id, first, "published", CAM)
        assert await here.heard() == [published, RtcStreamEvent(call_id, first, "updated", muted)]
        assert published.audience() == f"call:{call_id}"
        assert (await here.join(call_id, bob)).peers[0].streams == [muted]
        await here.heard()
        gone = await here.bus.ask(RtcStreamUnpublish(call_id, StreamName("cam")), ada)
        assert (gone.event, gone.stream) == ("unpublished", muted)
        for word in (RtcStreamUnpublish(call_id, StreamName("cam")), RtcStreamUpdate(call_id, CAM)):
            with pytest.raises(NotFound):
                await here.bus.ask(word, ada)
        assert await here.heard() == [gone]


async def test_a_peer_has_so_many_streams_and_no_more() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        _, call_id, _ = await here.call(ada)
        for number in range(MAX_STREAMS):
            await here.bus.ask(RtcStreamPublish(call_id, replace(CAM, stream_id=f"s{number}")), ada)
        with pytest.raises(Conflict):
            await here.bus.ask(RtcStreamPublish(call_id, replace(CAM, stream_id="more")), ada)
        await here.bus.ask(RtcStreamPublish(call_id, replace(CAM, stream_id="s0", label="again")), ada)


async def test_a_state_is_merged_told_whole_and_only_when_it_is_new() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (first, _) = await here.call(ada, bob)
        await here.heard()
        await here.bus.ask(RtcPeerState(call_id, muted=True, quality=2), ada)
        answer = await here.bus.ask(RtcPeerState(call_id, speaking=False, cam=True), ada)
        assert (answer.kind, answer.state) == ("state", PeerState(muted=True, cam=True, quality=2))
        assert [event.state for event in await here.heard(RtcPeerEvent)] == [PeerState(muted=True, quality=2), answer.state]
        assert (await here.bus.ask(RtcPeerState(call_id, muted=True), ada)).state == answer.state
        assert await here.heard() == []
        (peer,) = [peer for peer in (await here.join(call_id, bob)).peers if peer.peer_id == first]
        assert peer.state == answer.state


async def test_credentials_for_turn_are_ones_own_and_only_for_those_in_the_call() -> None:
    async with scene() as here:
        ada, bob, eve = await here.users("ada", "bob", "eve")
        _, call_id, _ = await here.call(ada, bob)
        found: list[IceServers] = [(await here.bus.ask(RtcIceServers(call_id), who)).ice for who in (ada, bob)]
        assert [ice.turn_username for ice in found] == ["1700003600:u_ada", "1700003600:u_bob"]
        assert found[0].turn_credential != found[1].turn_credential
        with pytest.raises(NotFound):
            await here.bus.ask(RtcIceServers(call_id), eve)

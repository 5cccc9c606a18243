"""What peers say once they have a place: to one another, handed on and forgotten, and to all, of their streams and themselves.

The server says who speaks. To whom and of what is looked up in memory, which follows the facts: whoever was put out has no place
to speak from, and none to be spoken to.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from bus.bus import Bus
from bus.errors import BadRequest, Conflict, NotFound, PayloadTooLarge, Unavailable
from bus.message import Context, Event
from bus.protocol.rtc import PeerState, RtcPeerEvent
from bus.protocol.signals import RtcAnswer, RtcAnswerEvent, RtcIce, RtcIceEvent, RtcOffer, RtcOfferEvent, RtcRelayed
from bus.protocol.streams import RtcPeerState, RtcStreamEvent, RtcStreamPublish, RtcStreamUnpublish, RtcStreamUpdate
from bus.protocol.terms import MAX_SIGNALING_BYTES
from bus.service import Service
from services.signaling.calls import Call, Calls, Place

E = TypeVar("E", bound=Event)
MAX_STREAMS = 10
NO_STREAM = "you have no such stream"


class Talk(Service):
    def __init__(self, bus: Bus, calls: Calls) -> None:
        self.calls = calls
        self.relayed = 0
        super().__init__("signaling", bus, capacity=4096)

    @RtcOffer.at_once
    def offer(self, request: RtcOffer, context: Context) -> RtcRelayed:
        me, to = self._pair(request, context)
        check_sdp(request.sdp)
        return self._hand_on(RtcOfferEvent(request.call_id, to.peer_id, me.peer_id, request.sdp, request.pc_id), context)

    @RtcAnswer.at_once
    def answer(self, request: RtcAnswer, context: Context) -> RtcRelayed:
        me, to = self._pair(request, context)
        check_sdp(request.sdp)
        return self._hand_on(RtcAnswerEvent(request.call_id, to.peer_id, me.peer_id, request.sdp, request.pc_id), context)

    @RtcIce.at_once
    def ice(self, request: RtcIce, context: Context) -> RtcRelayed:
        me, to = self._pair(request, context)
        return self._hand_on(RtcIceEvent(request.call_id, to.peer_id, me.peer_id, request.candidate, request.pc_id), context)

    @RtcStreamPublish.at_once
    def publish(self, request: RtcStreamPublish, context: Context) -> RtcStreamEvent:
        """Published again it is told again: a peer that is back says all anew."""
        _, me = self.seat(request.call_id, request.peer_id, context)
        if len(me.streams.keys() | {request.stream.stream_id}) > MAX_STREAMS:
            raise Conflict(f"a peer has at most {MAX_STREAMS} streams; take one back first")
        me.streams[request.stream.stream_id] = request.stream
        return self._tell(RtcStreamEvent(request.call_id, me.peer_id, "published", request.stream), context)

    @RtcStreamUpdate.at_once
    def update(self, request: RtcStreamUpdate, context: Context) -> RtcStreamEvent:
        _, me = self.seat(request.call_id, request.peer_id, context)
        if request.stream.stream_id not in me.streams:
            raise NotFound(NO_STREAM)
        me.streams[request.stream.stream_id] = request.stream
        return self._tell(RtcStreamEvent(request.call_id, me.peer_id, "updated", request.stream), context)

    @RtcStreamUnpublish.at_once
    def unpublish(self, request: RtcStreamUnpublish, context: Context) -> RtcStreamEvent:
        _, me = self.seat(request.call_id, request.peer_id, context)
        stream = me.streams.pop(request.stream.stream_id, None)
        if stream is None:
            raise NotFound(NO_STREAM)
        return self._tell(RtcStreamEvent(request.call_id, me.peer_id, "unpublished", stream), context)

    @RtcPeerState.at_once
    def state(self, request: RtcPeerState, context: Context) -> RtcPeerEvent:
        _, me = self.seat(request.call_id, request.peer_id, context)
        before, me.state = me.state, merged(me.state, request)
        event = RtcPeerEvent(request.call_id, "state", me.peer, state=me.state)
        return event if before == me.state else self._tell(event, context)

    def seat(self, call_id: str, claimed: str | None, context: Context) -> tuple[Call, Place]:
        """The call, and the asker's own place in it; raises NotFound and Forbidden as `Call.speaker` does."""
        call = self.calls.find(call_id)
        return call, call.speaker(claimed, context)

    def _pair(self, request: RtcOffer | RtcAnswer | RtcIce, context: Context) -> tuple[Place, Place]:
        """Who speaks, and to whom. Somebody away would not hear it: the link says it anew when they are back."""
        call, me = self.seat(request.call_id, request.from_peer_id, context)
        to = call.other(me, request.to_peer_id)
        if to.away:
            raise Unavailable("that peer is away for a moment; say it again when it is back")
        return me, to

    def _hand_on(self, event: RtcOfferEvent | RtcAnswerEvent | RtcIceEvent, context: Context) -> RtcRelayed:
        self.relayed += 1
        self.bus.publish(event, context)
        return RtcRelayed(event.call_id, event.to_peer_id)

    def _tell(self, event: E, context: Context) -> E:
        self.bus.publish(event, context)
        return event


def check_sdp(sdp: str) -> None:
    """Raises PayloadTooLarge and BadRequest; nothing of what was said is repeated."""
    if len(sdp.encode(errors="surrogatepass")) > MAX_SIGNALING_BYTES:
        raise PayloadTooLarge(f"an offer or answer has at most {MAX_SIGNALING_BYTES} bytes")
    if not sdp.startswith("v="):
        raise BadRequest("sdp begins with v=")


def merged(state: PeerState, said: RtcPeerState) -> PeerState:
    """The state with whatever was said anew."""
    news = {name: value for name in PeerState.__struct_fields__ if (value := getattr(said, name)) is not None}
    return replace(state, **news)

"""What two peers of a call say to one another to get connected: handed on to one connection, never kept, never logged."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bus.message import Event, Reply, Request
from bus.protocol.rtc import CallId, PeerId

PcId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z", description="Which RTCPeerConnection of the sender; handed on as it is.")]
Sdp = Annotated[str, Meta(description="Begins with v=; at most 64000 bytes.")]


class IceCandidate(Struct, frozen=True, rename="camel"):
    """As the browser makes it."""

    candidate: Annotated[str, Meta(max_length=1024)]
    sdp_mid: Annotated[str, Meta(max_length=16)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=255)] | None = None
    username_fragment: Annotated[str, Meta(max_length=256)] | None = None


class Handed(Event, frozen=True, omit_defaults=True):
    """Something from one peer to one other. The server says who it is from."""

    call_id: CallId
    to_peer_id: PeerId
    from_peer_id: PeerId

    def audience(self) -> str:
        return f"peer:{self.to_peer_id}"


class RtcOfferEvent(Handed, frozen=True):
    """A peer offers you a connection, or a change of it."""

    t = "rtc.offer_event"
    hidden = ("sdp",)
    sdp: str
    pc_id: PcId | None = None


class RtcAnswerEvent(Handed, frozen=True):
    """A peer answers your offer."""

    t = "rtc.answer_event"
    hidden = ("sdp",)
    sdp: str
    pc_id: PcId | None = None


class RtcIceEvent(Handed, frozen=True):
    """A way by which a peer may be reached; null when it has no more."""

    t = "rtc.ice_event"
    hidden = ("candidate",)
    candidate: IceCandidate | None
    pc_id: PcId | None = None


class RtcRelayed(Reply, frozen=True):
    """It was handed on to that peer's connection."""

    t = "rtc.relayed"
    call_id: CallId
    to_peer_id: PeerId


class RtcOffer(Request[RtcRelayed], frozen=True):
    """Offer a peer of your call a connection. Whatever refuses it names `details.to_peer_id`."""

    t = "rtc.offer"
    rate = "signal"
    names = ("to_peer_id",)
    call_id: CallId
    to_peer_id: PeerId
    sdp: Sdp
    from_peer_id: PeerId | None = None
    pc_id: PcId | None = None


class RtcAnswer(Request[RtcRelayed], frozen=True):
    """Answer a peer's offer."""

    t = "rtc.answer"
    rate = "signal"
    names = ("to_peer_id",)
    call_id: CallId
    to_peer_id: PeerId
    sdp: Sdp
    from_peer_id: PeerId | None = None
    pc_id: PcId | None = None


class RtcIce(Request[RtcRelayed], frozen=True):
    """Tell a peer a way by which you may be reached; null when there are no more."""

    t = "rtc.ice"
    rate = "signal"
    names = ("to_peer_id",)
    call_id: CallId
    to_peer_id: PeerId
    candidate: IceCandidate | None
    from_peer_id: PeerId | None = None
    pc_id: PcId | None = None

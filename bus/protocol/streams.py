"""What a peer shows in a call, and how it is."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bus.message import Event, Request
from bus.protocol.rtc import CallId, PeerId, Quality, RtcPeerEvent, Stream, StreamId


class StreamName(Struct, frozen=True):
    """Which stream; whatever else is said of it does not matter."""

    stream_id: StreamId


class RtcStreamEvent(Event, frozen=True):
    """A peer shows something, changed what it says of it, or shows it no more."""

    t = "rtc.stream_event"
    hidden = ("label",)
    call_id: CallId
    peer_id: PeerId
    event: Literal["published", "updated", "unpublished"]
    stream: Stream

    def audience(self) -> str:
        return f"call:{self.call_id}"


class RtcStreamPublish(Request[RtcStreamEvent], frozen=True):
    """Say what a stream of yours is; at most 10 a peer. Publish again after every join."""

    t = "rtc.stream_publish"
    rate = "signal"
    call_id: CallId
    stream: Stream
    peer_id: PeerId | None = None


class RtcStreamUpdate(Request[RtcStreamEvent], frozen=True):
    """Say all anew of a stream that you have published."""

    t = "rtc.stream_update"
    rate = "signal"
    call_id: CallId
    stream: Stream
    peer_id: PeerId | None = None


class RtcStreamUnpublish(Request[RtcStreamEvent], frozen=True):
    """Take a stream back."""

    t = "rtc.stream_unpublish"
    rate = "signal"
    call_id: CallId
    stream: StreamName
    peer_id: PeerId | None = None


class RtcPeerState(Request[RtcPeerEvent], frozen=True):
    """Say how you are; what is left out stays. Told to the others only when it changed something."""

    t = "rtc.peer_state"
    rate = "signal"
    call_id: CallId
    peer_id: PeerId | None = None
    muted: bool | None = None
    deafened: bool | None = None
    cam: bool | None = None
    speaking: bool | None = None
    quality: Quality | None = None

"""Calls: the running call of a room, and who has a place in it.

The server only signals; voice and pictures go from peer to peer. A peer is one connection's place in one call. What peers show, and
how they are, is in `streams`; what they say to one another to get connected, in `signals`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bus.message import Event, Reply, Request, Scope
from bus.protocol.terms import Line, RoomId, UserId, check_label
from bus.secret import Secret

CallId = Annotated[str, Meta(pattern=r"^call_[a-z0-9]{1,40}\Z")]
PeerId = Annotated[str, Meta(pattern=r"^p_[a-z0-9]{1,40}\Z")]
StreamId = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,32}\Z", description="Made by the client, unique per peer.")]
StreamKind = Annotated[str, Meta(pattern=r"^[a-z-]{1,16}\Z", description="Ours: mic, cam, screen, window, tab, screen-audio.")]
MediaId = Annotated[str, Meta(pattern=r"^[{}A-Za-z0-9-]{1,64}\Z", description="The id of the MediaStream that carries it.")]
Label = Annotated[str, Meta(max_length=64, description="One line of plain text.")]
Quality = Annotated[int, Meta(ge=0, le=3, description="The worst of this peer's links, as the peer reads them.")]
Capability = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,32}\Z")]
Reason = Literal["left", "lost", "removed", "ended"]


class Media(Struct, frozen=True):
    """What the call is begun with; everybody may add more."""

    audio: bool = True
    video: bool = False


class IceServers(Struct, frozen=True):
    """What to give an RTCPeerConnection: STUN servers without, TURN servers with this username and credential.

    Where credentials are limited in time they are this user's own: ask `rtc.ice_servers` for new ones before an ICE restart.
    """

    stun_urls: list[str]
    turn_urls: list[str]
    turn_username: str | None = None
    turn_credential: Secret | None = None


class PeerMeta(Struct, frozen=True):
    """What a peer says of its program, for the other peers; `capabilities` are names that clients agree on."""

    device: Line = ""
    capabilities: Annotated[list[Capability], Meta(max_length=16)] = []

    def __post_init__(self) -> None:
        check_label(self.device)


class PeerState(Struct, frozen=True):
    """How a peer is, as it last said."""

    muted: bool = False
    deafened: bool = False
    cam: bool = False
    speaking: bool = False
    quality: Quality | None = None


class CallPeer(Struct, frozen=True):
    """Somebody's place in a call."""

    peer_id: PeerId
    user_id: UserId
    peer_meta: PeerMeta = PeerMeta()


class Tracks(Struct, frozen=True):
    audio: bool = False
    video: bool = False


class Stream(Struct, frozen=True):
    """Something that a peer shows or lets hear. Join it to its media by `media_id`; either may come first."""

    stream_id: StreamId
    kind: StreamKind
    label: Label = ""
    tracks: Tracks = Tracks()
    media_id: MediaId | None = None
    muted: bool = False

    def __post_init__(self) -> None:
        check_label(self.label)


class Participant(Struct, frozen=True):
    """A peer with all that it shows. `away`: its connection is gone, and may come back in a moment."""

    peer_id: PeerId
    user_id: UserId
    streams: list[Stream]
    state: PeerState
    away: bool
    peer_meta: PeerMeta = PeerMeta()


class RtcCall(Reply, frozen=True):
    """The room's running call."""

    t = "rtc.call"
    call_id: CallId
    room_id: RoomId
    ice: IceServers
    topology: Literal["mesh"] = "mesh"


class RtcCallCreate(Request[RtcCall], frozen=True):
    """Begin a call in a room that you are in, or find the one that is running. Join it within 15 s, or it ends."""

    t = "rtc.call_create"
    rate = "signal"
    room_id: RoomId
    kind: Literal["mesh"] = "mesh"
    media: Media = Media()


class RtcCallEvent(Event, frozen=True):
    """A call began or ended; told to the room's members.

    `created` for a call that you are in means that the server lives anew: join it again with your `resume_peer_id`.
    """

    t = "rtc.call_event"
    room_id: RoomId
    call_id: CallId
    event: Literal["created", "ended"]

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class RtcCallRoster(Event, frozen=True):
    """Who is in the room's call now, in order of their coming; told to the room's members when somebody comes or goes."""

    t = "rtc.call_roster"
    room_id: RoomId
    call_id: CallId
    user_ids: list[UserId]

    def audience(self) -> str:
        return f"room:{self.room_id}"


class RtcParticipants(Reply, frozen=True):
    """Your place, and everybody in the call, you too. Whoever joins makes the offers."""

    t = "rtc.participants"
    call_id: CallId
    self_peer_id: PeerId
    ice: IceServers
    peers: list[Participant]


class RtcJoin(Request[RtcParticipants], frozen=True):
    """Take a place in a call, or with `resume_peer_id` the one that this session had. Asked again it answers again.

    A place is kept for 15 s when its connection is gone. A `resume_peer_id` that is not there any more gives a new place.
    """

    t = "rtc.join"
    rate = "signal"
    call_id: CallId
    peer_meta: PeerMeta = PeerMeta()
    resume_peer_id: PeerId | None = None


class RtcPeerEvent(Event, frozen=True, omit_defaults=True):
    """A peer came, went, lost its connection, is back, or is otherwise than before (`state`, whole). `leave` has a `reason`."""

    t = "rtc.peer_event"
    call_id: CallId
    kind: Literal["join", "leave", "away", "back", "state"]
    peer: CallPeer
    state: PeerState | None = None
    reason: Reason | None = None

    def audience(self) -> str:
        return f"call:{self.call_id}"


class RtcLeave(Request[RtcPeerEvent], frozen=True):
    """Give up your place. Also of an earlier connection of this session, by its `peer_id`."""

    t = "rtc.leave"
    rate = "signal"
    call_id: CallId
    peer_id: PeerId | None = None


class RtcCallEnd(Event, frozen=True):
    """Somebody ended the call for all; told to those who were in it."""

    t = "rtc.call_end"
    call_id: CallId
    room_id: RoomId

    def audience(self) -> str:
        return f"call:{self.call_id}"


class RtcEndCall(Request[RtcCallEnd], frozen=True):
    """End the call of a room that you moderate, for everybody."""

    t = "rtc.end_call"
    rate = "signal"
    call_id: CallId


class RtcIceServersResult(Reply, frozen=True):
    t = "rtc.ice_servers_result"
    call_id: CallId
    ice: IceServers


class RtcIceServers(Request[RtcIceServersResult], frozen=True):
    """Fresh credentials for the TURN servers, before an ICE restart; for those who have a place in the call."""

    t = "rtc.ice_servers"
    rate = "signal"
    call_id: CallId

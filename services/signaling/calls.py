"""The running calls and the places in them: pure state, knowing neither bus nor loop.

A place is one connection's in one call. When its connection is gone it is kept for a moment; a call that nobody has joined yet is
too. Times are seconds of a monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bus.errors import Forbidden, NotFound
from bus.message import Context
from bus.protocol.rtc import CallPeer, Participant, PeerMeta, PeerState, Stream

MAX_PEERS = 16
NO_CALL = "there is no such call"
NO_PEER = "there is no such peer in this call"


class Place:
    """`away_until` is None while its connection `sid` is there."""

    def __init__(self, peer_id: str, user_id: str, session_id: str) -> None:
        self.peer_id = peer_id
        self.user_id = user_id
        self.session_id = session_id
        self.sid: str | None = None
        self.away_until: float | None = None
        self.meta = PeerMeta()
        self.state = PeerState()
        self.streams: dict[str, Stream] = {}

    @property
    def away(self) -> bool:
        return self.away_until is not None

    @property
    def peer(self) -> CallPeer:
        return CallPeer(self.peer_id, self.user_id, self.meta)

    @property
    def participant(self) -> Participant:
        return Participant(self.peer_id, self.user_id, list(self.streams.values()), self.state, self.away, self.meta)

    def is_of(self, context: Context) -> bool:
        """Whether this session once took it."""
        return self.user_id == context.user_id and self.session_id == (context.session_id or "")

    def speaks(self, context: Context) -> bool:
        """Whether this very connection sits here."""
        return not self.away and self.is_of(context) and self.sid == context.sid


class Call:
    """`ends_at` is when it ends unless somebody has joined by then."""

    def __init__(self, call_id: str, room_id: str, ends_at: float) -> None:
        self.call_id = call_id
        self.room_id = room_id
        self.ends_at = ends_at
        self.places: dict[str, Place] = {}
        """By peer_id, in order of their coming."""

    @property
    def user_ids(self) -> list[str]:
        return list(dict.fromkeys(place.user_id for place in self.places.values()))

    def mine(self, context: Context) -> Place | None:
        return next((place for place in self.places.values() if place.speaks(context)), None)

    def speaker(self, claimed: str | None, context: Context) -> Place:
        """The place that asks. Raises NotFound for whoever has none: of a call that one is not in, nothing is said."""
        place = self.mine(context)
        if place is None:
            raise NotFound(NO_CALL)
        if claimed is not None and claimed != place.peer_id:
            raise Forbidden("speak for your own peer")
        return place

    def other(self, place: Place, peer_id: str) -> Place:
        """The peer that is spoken to."""
        found = self.places.get(peer_id)
        if found is None or found is place:
            raise NotFound(NO_PEER)
        return found


class CallStats(Struct, frozen=True):
    """One call, for diagnostics: ids and counts, nothing that anybody says or shows."""

    call_id: str
    room_id: str
    places: int
    away: int
    streams: int


class PlaceStats(Struct, frozen=True):
    call_id: str
    peer_id: str
    user_id: str
    sid: str | None
    state: str
    streams: int
    quality: int | None


class Calls:
    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls.values()))

    def open(self, call_id: str, room_id: str, ends_at: float) -> Call:
        """The call, made if it is not known yet."""
        return self._calls.setdefault(call_id, Call(call_id, room_id, ends_at))

    def close(self, call: Call) -> None:
        self._calls.pop(call.call_id, None)

    def get(self, call_id: str) -> Call | None:
        return self._calls.get(call_id)

    def find(self, call_id: str) -> Call:
        """Raises NotFound."""
        call = self._calls.get(call_id)
        if call is None:
            raise NotFound(NO_CALL)
        return call

    def in_room(self, room_id: str) -> list[Call]:
        return [call for call in self if call.room_id == room_id]

    def places(self) -> Iterator[tuple[Call, Place]]:
        """Every place that is still there when its turn comes: others may end meanwhile."""
        for call in self:
            for place in list(call.places.values()):
                if self.get(call.call_id) is call and call.places.get(place.peer_id) is place:
                    yield call, place

    def next_deadline(self) -> float | None:
        """When the first place or call is over that nobody has come back to."""
        places = (place.away_until for _, place in self.places() if place.away_until is not None)
        return min((*places, *(call.ends_at for call in self if not call.places)), default=None)

    def stats(self) -> list[CallStats]:
        return [
            CallStats(call.call_id, call.room_id, len(places := list(call.places.values())), sum(p.away for p in places), _streams(places))
            for call in self
        ]

    def place_stats(self) -> list[PlaceStats]:
        return [
            PlaceStats(
                call.call_id,
                place.peer_id,
                place.user_id,
                place.sid,
                "away" if place.away else "here",
                len(place.streams),
                place.state.quality,
            )
            for call, place in self.places()
        ]


def _streams(places: list[Place]) -> int:
    return sum(len(place.streams) for place in places)

"""Places in calls, as the house itself tells of them: what the log keeps, and which connection the hub tells. No frame carries these."""

from __future__ import annotations

from bus.message import Fact, Scope
from bus.protocol.rtc import Reason


class PlaceFact(Fact, frozen=True):
    """A fact about one place in a call."""

    room_id: str
    call_id: str
    peer_id: str
    user_id: str

    def scope(self) -> Scope:
        return "room", self.room_id


class PlaceTaken(PlaceFact, frozen=True):
    """Somebody joined a call; only that session may take the place back."""

    t = "rtc.place_taken"
    session_id: str


class PlaceLeft(PlaceFact, frozen=True):
    t = "rtc.place_left"
    reason: Reason


class PeerSeated(Fact, frozen=True):
    """From now on this connection hears what is for its call and its peer."""

    t = "house.peer_seated"
    sid: str
    call_id: str
    peer_id: str


class PeerUnseated(Fact, frozen=True):
    t = "house.peer_unseated"
    sid: str
    call_id: str
    peer_id: str


class SeatsCleared(Fact, frozen=True):
    """Calls live anew: no connection hears any until it has taken its place again."""

    t = "house.seats_cleared"

"""Signaling: begins and finds calls, and gives places in them.

Membership is read where a place is taken, in the transaction that takes it, and then follows the facts: a kick ends the place at
once. A new life finds the running calls in the rows with everybody away, and tells each room that its call is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import anyio
import apsw

from bus.bus import Bus
from bus.errors import Unavailable
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.places import SeatsCleared
from bus.protocol.rtc import (
    IceServers,
    RtcCall,
    RtcCallCreate,
    RtcCallEnd,
    RtcCallEvent,
    RtcEndCall,
    RtcIceServers,
    RtcIceServersResult,
    RtcJoin,
    RtcLeave,
    RtcParticipants,
    RtcPeerEvent,
)
from bus.service import Way
from services.signaling import deeds, rows
from services.signaling.calls import MAX_PEERS, Call, Calls, CallStats, Place, PlaceStats
from services.signaling.floor import PATIENCE, Floor
from services.signaling.ice import Ice

T = TypeVar("T")


class Query(Protocol):
    """Reads from the rows, off the loop: `store.readers.query`."""

    def __call__(self, look_at: Callable[[apsw.Connection], T], /) -> Awaitable[T]: ...


class Signaling(Floor):
    """`grace` and `long_grace` (after a restart) are seconds; `now` gives epoch milliseconds, for the credentials."""

    def __init__(
        self, bus: Bus, query: Query, commit: Way, ice: Ice, *, now: Callable[[], int], grace: float = 15.0, long_grace: float = 60.0
    ) -> None:
        super().__init__(bus, commit, grace=grace)
        self._query = query
        self._ice = ice
        self._now = now
        self._long_grace = long_grace
        self._dropped = 0

    def calls_now(self) -> list[CallStats]:
        """For diagnostics: ids, states and counts; no address, and nothing of what peers say to one another."""
        return self.calls.stats()

    def places_now(self) -> list[PlaceStats]:
        return self.calls.place_stats()

    async def setup(self) -> None:
        """Take the calls from the rows. Whoever is in one hears that it is there, and comes back to their place."""
        self._dropped = self.inbox.stats().dropped
        found = await self._look()
        until = anyio.current_time() + self._long_grace
        self.calls = Calls()
        self.bus.publish(SeatsCleared())
        for stored in found:
            call = self.calls.open(stored.call_id, stored.room_id, until)
            for place in stored.places:
                self.keep(call, Place(place.peer_id, place.user_id, place.session_id), self._long_grace)
            self.bus.publish(RtcCallEvent(call.room_id, call.call_id, "created"))
        self._changed.set()

    @RtcCallCreate.answer
    async def create(self, request: RtcCallCreate, context: Context) -> RtcCall:
        call_id = await self.decide(deeds.create, request, context)
        self.open(call_id, request.room_id)
        return RtcCall(call_id, request.room_id, self._servers(context))

    @RtcJoin.answer
    async def join(self, request: RtcJoin, context: Context) -> RtcParticipants:
        call = self.calls.get(request.call_id)
        place = call and (call.mine(context) or self._come_back(call, request, context))
        if call is None or place is None:
            call, place = await self._come(request, context)
        return RtcParticipants(call.call_id, place.peer_id, self._servers(context), [each.participant for each in call.places.values()])

    @RtcLeave.answer
    async def leave(self, request: RtcLeave, context: Context) -> RtcPeerEvent:
        call = self.calls.find(request.call_id)
        earlier = call.places.get(request.peer_id or "")
        place = earlier if earlier and earlier.is_of(context) else call.speaker(request.peer_id, context)
        event = await self.give_up(call, place, "left", context)
        await self.written(request)
        return event

    @RtcEndCall.answer
    async def end(self, request: RtcEndCall, context: Context) -> RtcCallEnd:
        ended = await self.decide(deeds.end, request, context)
        if call := self.calls.get(request.call_id):
            self.break_up(call, context)
        return ended

    @RtcIceServers.answer
    async def ice_servers(self, request: RtcIceServers, context: Context) -> RtcIceServersResult:
        self.seat(request.call_id, None, context)
        return RtcIceServersResult(request.call_id, self._servers(context))

    def _come_back(self, call: Call, request: RtcJoin, context: Context) -> Place | None:
        """The place that this session has had, wherever its earlier connection is. No right is read: who has lost it has no place."""
        place = call.places.get(request.resume_peer_id or "")
        if place is None or not place.is_of(context):
            return None
        place.meta = request.peer_meta
        self.sit(call, place, context)
        self.bus.publish(RtcPeerEvent(call.call_id, "back", place.peer), context)
        return place

    async def _come(self, request: RtcJoin, context: Context) -> tuple[Call, Place]:
        """A new place. The deed looks for the call itself: it refuses alike what is not there and what the asker may not know of."""
        await self._make_room(request.call_id, context)
        taken = await self.decide(deeds.join, request, context)
        call = self.calls.find(request.call_id)
        place = call.places[taken.peer_id] = Place(taken.peer_id, taken.user_id, taken.session_id)
        place.meta = request.peer_meta
        self.sit(call, place, context)
        self.bus.publish(RtcPeerEvent(call.call_id, "join", place.peer), context)
        return call, place

    async def _make_room(self, call_id: str, context: Context) -> None:
        """In a full call somebody's own lost places are not kept any longer."""
        for call, place in self.calls.places():
            if call.call_id == call_id and len(call.places) >= MAX_PEERS and place.away and place.user_id == context.user_id:
                await self.give_up(call, place, "lost", context)

    def _servers(self, context: Context) -> IceServers:
        return self._ice.servers(context.user, self._now())

    async def _look(self) -> list[rows.StoredCall]:
        with anyio.move_on_after(PATIENCE):
            return await self._query(rows.running)
        raise Unavailable("the store does not answer; try again")

    async def _handle(self, letter: Letter) -> None:
        """A fact that found the inbox full is lost: then nothing here is certain, and all is read anew."""
        await super()._handle(letter)
        if self.inbox.stats().dropped != self._dropped:
            await self.setup()

"""Signaling: begins and finds calls, and gives places in them.

Membership is read where a place is taken, in the transaction that takes it, and then follows the facts: a kick ends the place at
once. While that transaction waits for the disk the others go on; its fact gives the seat. A new life finds the running calls in
the rows with everybody away, and tells each room that its call is there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import anyio
import apsw

from bus.bus import Bus
from bus.errors import NotFound, Unavailable
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.inside import ConnectionClosed
from bus.protocol.places import PlaceTaken, SeatsCleared
from bus.protocol.rtc import (
    IceServers,
    RtcCall,
    RtcCallCreate,
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
from services.signaling.calls import MAX_PEERS, NO_CALL, Call, Calls, CallStats, Place, PlaceStats
from services.signaling.floor import Floor
from services.signaling.ice import Ice
from services.store import Transaction

T = TypeVar("T")
PATIENCE = 4.0
"""Seconds to wait for the rows of a new life."""


class Coming(Letter):
    """Somebody's wish for a place. That the store has written it is no answer yet: the fact is, when its turn to be heard comes."""

    def answer(self, reply: Any) -> None: ...

    def seated(self, reply: RtcParticipants) -> None:
        super().answer(reply)


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
        self._coming: dict[str, Coming] = {}
        """By connection, which asks for one thing at a time."""

    def calls_now(self) -> list[CallStats]:
        """For diagnostics: ids, states and counts; no address, and nothing of what peers say to one another."""
        return self.calls.stats()

    def places_now(self) -> list[PlaceStats]:
        return self.calls.place_stats()

    async def setup(self) -> None:
        """Take the calls from the rows. Whoever is in one hears that it is there, and comes back to their place."""
        self._dropped = self.inbox.dropped
        found = await self._look()
        until = anyio.current_time() + self._long_grace
        self._coming = {sid: coming for sid, coming in self._coming.items() if coming.awaited}
        self.calls = Calls()
        self.bus.publish(SeatsCleared())
        for stored in found:
            call = self.calls.open(stored.call_id, stored.room_id, until)
            for place in stored.places:
                self.keep(call, Place(place.peer_id, place.user_id, place.session_id), self._long_grace)
            self.bus.publish(RtcCallEvent(call.room_id, call.call_id, "created"))
        self._changed.set()

    @RtcCallCreate.take
    async def create(self, letter: Letter) -> None:
        await self.commit.put(letter, self._create)

    @RtcJoin.take
    async def join(self, letter: Letter) -> None:
        request, context = letter.message, letter.context
        call = self.calls.get(request.call_id)
        place = call and (call.mine(context) or self._come_back(call, request, context))
        if call and place:
            return letter.answer(self._participants(call, place, context))
        await self._make_room(request.call_id, context)
        self._coming[str(context.sid)] = coming = Coming(request, context, letter.reply)
        await self.commit.put(coming, deeds.join)

    @PlaceTaken.heard
    async def taken(self, fact: PlaceTaken, context: Context) -> None:
        """Whoever asked for it sits down, if they still wait; else it is kept for a moment, for they may come for it."""
        coming = self._coming.get(str(context.sid))
        mine = coming if coming is not None and coming.context is context else None
        call = self.calls.get(fact.call_id)
        if call is None:
            return mine.refuse(NotFound(NO_CALL)) if mine else None
        place = call.places.get(fact.peer_id) or Place(fact.peer_id, fact.user_id, fact.session_id)
        if mine and mine.awaited:
            self._seat(call, place, mine)
        elif place.peer_id not in call.places:
            self.keep(call, place, self.grace)
        self.tell_roster(call, context)

    @ConnectionClosed.heard
    async def closed(self, fact: ConnectionClosed, context: Context) -> None:
        self._coming.pop(fact.sid, None)
        await self.lost(fact.sid, context)

    @RtcLeave.take
    async def leave(self, letter: Letter) -> None:
        """Answered when it is on disk: then whoever starts anew does not find the place."""
        request, context = letter.message, letter.context
        call = self.calls.find(request.call_id)
        earlier = call.places.get(request.peer_id or "")
        place = earlier if earlier and earlier.is_of(context) else call.speaker(request.peer_id, context)
        event = await self.give_up(call, place, "left", context)
        await self.commit.put(Letter(request, Context(), letter.reply), lambda *_: event)

    @RtcEndCall.take
    async def end(self, letter: Letter) -> None:
        await self.commit.put(letter, deeds.end)

    @RtcIceServers.at_once
    def ice_servers(self, request: RtcIceServers, context: Context) -> RtcIceServersResult:
        self.seat(request.call_id, None, context)
        return RtcIceServersResult(request.call_id, self._servers(context))

    def _create(self, tx: Transaction, request: RtcCallCreate, context: Context) -> RtcCall:
        return RtcCall(deeds.create(tx, request, context), request.room_id, self._servers(context))

    def _come_back(self, call: Call, request: RtcJoin, context: Context) -> Place | None:
        """The place that this session has had, wherever its earlier connection is. No right is read: who has lost it has no place."""
        place = call.places.get(request.resume_peer_id or "")
        if place is None or not place.is_of(context):
            return None
        place.meta = request.peer_meta
        self.sit(call, place, context)
        self.bus.publish(RtcPeerEvent(call.call_id, "back", place.peer), context)
        return place

    def _seat(self, call: Call, place: Place, coming: Coming) -> None:
        place.meta = coming.message.peer_meta
        call.places[place.peer_id] = place
        self.sit(call, place, coming.context)
        self.bus.publish(RtcPeerEvent(call.call_id, "join", place.peer), coming.context)
        coming.seated(self._participants(call, place, coming.context))

    def _participants(self, call: Call, place: Place, context: Context) -> RtcParticipants:
        return RtcParticipants(call.call_id, place.peer_id, self._servers(context), [each.participant for each in call.places.values()])

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
        if self.inbox.dropped != self._dropped:
            await self.setup()

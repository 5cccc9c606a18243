"""Who is in: places taken, kept for a moment while their connection is gone, and given up; calls begun and ended.

Memory changes at once and is told at once; the log is written behind it, in order. Only what gives somebody a right waits for the
disk. All that puts somebody out comes as a fact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.abc import TaskStatus

from bus.bus import Bus
from bus.errors import Unavailable
from bus.inbox import Letter
from bus.message import Context, Fact, Message
from bus.protocol.inside import ConnectionClosed, SessionRevoked, UserUpdated
from bus.protocol.places import PeerSeated, PeerUnseated, PlaceLeft, PlaceTaken
from bus.protocol.rooms import RoomDeleted, RoomMemberEvent
from bus.protocol.rtc import Reason, RtcCallEnd, RtcCallEvent, RtcCallRoster, RtcPeerEvent
from bus.service import Way
from services.signaling import deeds
from services.signaling.calls import Call, Calls, Place
from services.signaling.talk import Talk
from services.store import Transaction

T = TypeVar("T")
M = TypeVar("M", bound=Message)
PATIENCE = 4.0
"""Seconds to wait for the store: less than an asker waits for us."""


class Floor(Talk):
    """`commit` is the store's way for deeds; `grace` the seconds for which a place, or a new call, waits for somebody."""

    def __init__(self, bus: Bus, commit: Way, *, grace: float) -> None:
        super().__init__(bus, Calls())
        self.grace = grace
        self._commit = commit
        self._changed = anyio.Event()

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._keep_time)
            await super().run(task_status=task_status)

    @ConnectionClosed.heard
    async def closed(self, fact: ConnectionClosed, context: Context) -> None:
        for call, place in self.calls.places():
            if place.sid == fact.sid and not place.away:
                place.away_until = anyio.current_time() + self.grace
                self.bus.publish(RtcPeerEvent(call.call_id, "away", place.peer), context)
        self._changed.set()

    @RoomMemberEvent.heard
    async def moved(self, fact: RoomMemberEvent, context: Context) -> None:
        if fact.kind in {"leave", "kick", "ban"}:
            here = self.calls.in_room(fact.room_id)
            await self._remove(lambda call, place: call in here and place.user_id == fact.target_user_id, context)

    @UserUpdated.heard
    async def updated(self, fact: UserUpdated, context: Context) -> None:
        if fact.banned:
            await self._remove(lambda _, place: place.user_id == fact.user_id, context)

    @SessionRevoked.heard
    async def revoked(self, fact: SessionRevoked, context: Context) -> None:
        await self._remove(lambda _, place: place.session_id == fact.session_id, context)

    @RoomDeleted.heard
    async def deleted(self, fact: RoomDeleted, context: Context) -> None:
        for call in self.calls.in_room(fact.room_id):
            self.break_up(call, context)
            await self._note(RtcCallEvent(call.room_id, call.call_id, "ended"), context)

    @RtcCallEvent.heard
    async def began_or_ended(self, fact: RtcCallEvent, context: Context) -> None:
        """Mostly known already. News are those of a deed that outlived the patience of its asker."""
        call = self.calls.get(fact.call_id)
        if fact.event == "created":
            self.open(fact.call_id, fact.room_id)
        elif call is not None:
            self.break_up(call, context)

    @PlaceTaken.heard
    async def taken(self, fact: PlaceTaken, context: Context) -> None:
        """The roster is told when the list of rooms shows it too. Who got a place without hearing of it may come for it."""
        call = self.calls.get(fact.call_id)
        if call is None:
            return
        if fact.peer_id not in call.places:
            self.keep(call, Place(fact.peer_id, fact.user_id, fact.session_id), self.grace)
        self._tell_roster(call, context)

    @PlaceLeft.heard
    async def left(self, fact: PlaceLeft, context: Context) -> None:
        if call := self.calls.get(fact.call_id):
            self._tell_roster(call, context)

    def open(self, call_id: str, room_id: str) -> Call:
        """The call, which ends soon unless somebody joins it."""
        call = self.calls.open(call_id, room_id, anyio.current_time() + self.grace)
        self._changed.set()
        return call

    def keep(self, call: Call, place: Place, grace: float) -> None:
        """Keep a place for whoever may come back to it."""
        place.away_until = anyio.current_time() + grace
        call.places[place.peer_id] = place
        self._changed.set()

    def sit(self, call: Call, place: Place, context: Context) -> None:
        """From now on this connection speaks and hears for the place; an earlier one does no more."""
        self._unseat(call, place, context)
        place.sid, place.away_until = context.sid, None
        if place.sid is not None:
            self.bus.publish(PeerSeated(place.sid, call.call_id, place.peer_id), context)
        self._changed.set()

    async def give_up(self, call: Call, place: Place, reason: Reason, context: Context) -> RtcPeerEvent:
        """End a place, and with the last one the call. Whoever sat there hears it, and nothing after."""
        del call.places[place.peer_id]
        event = RtcPeerEvent(call.call_id, "leave", place.peer, reason=reason)
        self.bus.publish(event, context)
        self._unseat(call, place, context)
        over = not call.places
        if over:
            self.calls.close(call)
        await self._note(PlaceLeft(call.room_id, call.call_id, place.peer_id, place.user_id, reason), context)
        if over:
            await self._note(RtcCallEvent(call.room_id, call.call_id, "ended"), context)
        return event

    def break_up(self, call: Call, context: Context) -> None:
        """The call is over for all who are in it."""
        self.calls.close(call)
        self.bus.publish(RtcCallEnd(call.call_id, call.room_id), context)
        for place in call.places.values():
            self._unseat(call, place, context)

    async def decide(self, deed: Callable[[Transaction, M, Context], T], word: M, context: Context) -> T:
        """Run a deed and wait until it is on disk. Letters wait meanwhile: so they see what those before them did."""
        reply: anyio.Future[T] = anyio.Future()
        try:
            with anyio.move_on_after(PATIENCE):
                await self._commit(Letter(word, context, reply), deed)
                await reply.wait()
        finally:
            reply.cancel()
        if reply.status is anyio.Future.Status.CANCELLED:
            raise Unavailable("the store does not answer; try again")
        if error := reply.exception:
            raise error
        return reply.return_value

    async def written(self, word: Message) -> None:
        """Until all that was noted by now is on disk; raises Unavailable when that takes too long, though it is done."""
        await self.decide(deeds.nothing, word, Context())

    async def _note(self, fact: Fact, context: Context) -> None:
        """Write down what has happened; not as its session, which may be over."""
        await self._commit(Letter(fact, Context(context.user_id, trace=context.trace)), deeds.note)

    async def _remove(self, put_out: Callable[[Call, Place], bool], context: Context) -> None:
        for call, place in self.calls.places():
            if put_out(call, place):
                await self.give_up(call, place, "removed", context)

    async def _keep_time(self) -> None:
        while True:
            self._changed = anyio.Event()
            first = self.calls.next_deadline()
            with anyio.CancelScope(deadline=float("inf") if first is None else first):
                await self._changed.wait()
            await self._end_what_is_over(anyio.current_time())

    async def _end_what_is_over(self, now: float) -> None:
        for call, place in self.calls.places():
            if place.away_until is not None and place.away_until <= now:
                await self.give_up(call, place, "lost", Context())
        for call in self.calls:
            if not call.places and call.ends_at <= now and self.calls.get(call.call_id) is call:
                self.calls.close(call)
                await self._note(RtcCallEvent(call.room_id, call.call_id, "ended"), Context())

    def _unseat(self, call: Call, place: Place, context: Context) -> None:
        if place.sid is not None and not place.away:
            self.bus.publish(PeerUnseated(place.sid, call.call_id, place.peer_id), context)

    def _tell_roster(self, call: Call, context: Context) -> None:
        self.bus.publish(RtcCallRoster(call.room_id, call.call_id, call.user_ids), context)

"""Who is in: places taken, kept for a moment while their connection is gone, and given up; calls begun and ended.

Memory changes at once and is told at once; the log is written behind it, in order, and nobody waits for it but those who asked.
What gives somebody a right, and all that puts somebody out, comes as a fact, in the order of the log.
"""

from __future__ import annotations

from collections.abc import Callable

import anyio
from anyio.abc import TaskStatus

from bus.bus import Bus
from bus.errors import Unavailable
from bus.inbox import Letter
from bus.message import Context, Fact
from bus.protocol.inside import SessionRevoked, UserUpdated
from bus.protocol.places import PeerSeated, PeerUnseated, PlaceLeft
from bus.protocol.rooms import RoomDeleted, RoomMemberEvent
from bus.protocol.rtc import Reason, RtcCallEnd, RtcCallEvent, RtcCallRoster, RtcPeerEvent
from bus.service import Way
from services.signaling import deeds
from services.signaling.calls import Call, Calls, Place
from services.signaling.talk import Talk

AGAIN = 1.0
"""Seconds until what could not be written is tried again."""


class Note(Letter, kw_only=True):
    """A fact that memory has gone by already. Refused, as by a full disk, it comes back to be written later."""

    back: Callable[[Note], None]

    def refuse(self, error: Exception) -> None:
        if isinstance(error, Unavailable):
            self.back(self)


class Floor(Talk):
    """`commit` is the store's way for deeds; `grace` the seconds for which a place, or a new call, waits for somebody."""

    def __init__(self, bus: Bus, commit: Way, *, grace: float) -> None:
        super().__init__(bus, Calls())
        self.grace = grace
        self.commit = commit
        self._unwritten: list[Note] = []
        self._again_at = float("inf")
        self._changed = anyio.Event()

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._keep_time)
            await super().run(task_status=task_status)

    async def lost(self, sid: str, context: Context) -> None:
        """That connection is gone: its places are kept for a moment."""
        for call, place in self.calls.places():
            if place.sid == sid and not place.away:
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
        """An end of our own is known already."""
        call = self.calls.get(fact.call_id)
        if fact.event == "created":
            self.open(fact.call_id, fact.room_id)
        elif call is not None:
            self.break_up(call, context)

    @PlaceLeft.heard
    async def left(self, fact: PlaceLeft, context: Context) -> None:
        """The roster is told when the list of rooms shows it too. A place that is here still was found in rows older than this."""
        call = self.calls.get(fact.call_id)
        if call is None:
            return
        if place := call.places.get(fact.peer_id):
            self._put_out(call, place, fact.reason, context)
        self.tell_roster(call, context)

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
        event = self._put_out(call, place, reason, context)
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

    def tell_roster(self, call: Call, context: Context) -> None:
        self.bus.publish(RtcCallRoster(call.room_id, call.call_id, call.user_ids), context)

    async def _note(self, fact: Fact, context: Context) -> None:
        """Write down what has happened; not as its session, which may be over."""
        await self.commit.put(Note(fact, Context(context.user_id, trace=context.trace), back=self._keep_note), deeds.note)

    def _keep_note(self, note: Note) -> None:
        self._unwritten.append(note)
        self._again_at = anyio.current_time() + AGAIN
        self._changed.set()

    async def _write_again(self, now: float) -> None:
        if self._again_at > now:
            return
        notes, self._unwritten, self._again_at = self._unwritten, [], float("inf")
        for note in notes:
            await self.commit.put(note, deeds.note)

    async def _remove(self, put_out: Callable[[Call, Place], bool], context: Context) -> None:
        for call, place in self.calls.places():
            if put_out(call, place):
                await self.give_up(call, place, "removed", context)

    async def _keep_time(self) -> None:
        while True:
            self._changed = anyio.Event()
            first = self.calls.next_deadline()
            with anyio.CancelScope(deadline=self._again_at if first is None else min(first, self._again_at)):
                await self._changed.wait()
            await self._end_what_is_over(anyio.current_time())
            await self._write_again(anyio.current_time())

    async def _end_what_is_over(self, now: float) -> None:
        for call, place in self.calls.places():
            if place.away_until is not None and place.away_until <= now:
                await self.give_up(call, place, "lost", Context())
        for call in self.calls:
            if not call.places and call.ends_at <= now and self.calls.get(call.call_id) is call:
                self.calls.close(call)
                await self._note(RtcCallEvent(call.room_id, call.call_id, "ended"), Context())

    def _put_out(self, call: Call, place: Place, reason: Reason, context: Context) -> RtcPeerEvent:
        del call.places[place.peer_id]
        event = RtcPeerEvent(call.call_id, "leave", place.peer, reason=reason)
        self.bus.publish(event, context)
        self._unseat(call, place, context)
        return event

    def _unseat(self, call: Call, place: Place, context: Context) -> None:
        if place.sid is not None and not place.away:
            self.bus.publish(PeerUnseated(place.sid, call.call_id, place.peer_id), context)

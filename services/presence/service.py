"""Presence: hears sockets come and go, and tells who is here.

All of it lives in memory, and outlives a revival: then everybody begins to leave, and whoever the hub still has a
socket of is back within the grace, unnoticed. What only the rows know is read through the store.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import anyio
import apsw
from anyio.abc import TaskStatus

from bus.bus import Bus
from bus.errors import Unavailable
from bus.message import Context
from bus.protocol.inside import ConnectionClosed, ConnectionOpened, HearersSought, PresenceWatched, ProfileChanged, UserJoined
from bus.protocol.presence import (
    PresenceEvent,
    PresenceMeta,
    PresenceSet,
    PresenceSnapshot,
    PresenceSubscribe,
    Present,
)
from bus.protocol.rooms import Member, RoomMemberEvent, RoomMembers, RoomMembersResult
from bus.service import Service
from services import access
from services.presence import queries
from services.presence.attendance import Attendance, Counts, Said
from services.presence.queries import Person, Roster, Seat

T = TypeVar("T")
PATIENCE = 4.0
"""Seconds to wait for the store: less than an asker waits for us."""


class Query(Protocol):
    """Reads from the rows, off the loop: `store.readers.query`."""

    def __call__(self, look_at: Callable[[apsw.Connection], T], /) -> Awaitable[T]: ...


class Presence(Service):
    """`grace`: seconds for which somebody without a socket is still here."""

    def __init__(self, bus: Bus, query: Query, *, grace: float = 5.0) -> None:
        super().__init__("presence", bus)
        self._query = query
        self._here = Attendance(grace)
        self._people: dict[str, Person] = {}
        self._left = anyio.Event()

    def counts(self) -> Counts:
        return self._here.counts()

    async def setup(self) -> None:
        people = await self._look(queries.everybody)
        self._people = {person.user_id: person for person in people}
        self._here.lose_sight(anyio.current_time())
        self._left.set()
        self.bus.publish(HearersSought())

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._say_farewells)
            await super().run(task_status=task_status)

    @ConnectionOpened.heard
    async def opened(self, fact: ConnectionOpened, context: Context) -> None:
        if self._here.come(fact.user_id, fact.sid):
            self.bus.publish(PresenceEvent("online", fact.user_id, meta=self._meta(fact.user_id)))

    @ConnectionClosed.heard
    async def closed(self, fact: ConnectionClosed, context: Context) -> None:
        self._here.go(fact.user_id, fact.sid, anyio.current_time())
        self._left.set()

    @UserJoined.heard
    async def joined(self, fact: UserJoined, context: Context) -> None:
        self._people[fact.user_id] = Person(fact.user_id, fact.handle, fact.display_name)

    @ProfileChanged.heard
    async def renamed(self, fact: ProfileChanged, context: Context) -> None:
        self._people[fact.user_id] = Person(fact.user_id, fact.handle, fact.display_name)
        meta = PresenceMeta(handle=fact.handle, display_name=fact.display_name)
        self.bus.publish(PresenceEvent("status", fact.user_id, meta=meta), context)

    @RoomMemberEvent.heard
    async def moved(self, fact: RoomMemberEvent, context: Context) -> None:
        match fact.kind:
            case "join":
                self.bus.publish(PresenceEvent("join_room", fact.target_user_id, fact.room_id), context)
            case "leave" | "kick" | "ban":
                self.bus.publish(PresenceEvent("leave_room", fact.target_user_id, fact.room_id), context)
            case "unban" | "role":
                pass

    @PresenceSubscribe.answer
    async def subscribe(self, request: PresenceSubscribe, context: Context) -> PresenceSnapshot:
        """The watch begins before the snapshot is taken, so that no change falls between the two."""
        roster = await self._look_for(context, lambda db: queries.roster(db, context, request.room_id))
        if context.sid is not None:
            self.bus.publish(PresenceWatched(context.sid), context)
        return PresenceSnapshot([self._present(person, roster) for person in roster.people])

    @PresenceSet.answer
    async def set_status(self, request: PresenceSet, context: Context) -> PresenceEvent:
        await self._look_for(context, lambda db: None)
        self._here.say(context.user, Said(request.status, request.text))
        meta = PresenceMeta(status=request.status, text=request.text)
        event = PresenceEvent("status", context.user, meta=meta)
        self.bus.publish(event, context)
        return event

    @RoomMembers.answer
    async def members(self, request: RoomMembers, context: Context) -> RoomMembersResult:
        def seats(db: apsw.Connection) -> list[Seat]:
            return queries.seats(db, access.entered(db, context, request.room_id).room_no)

        found = await self._look_for(context, seats)
        return RoomMembersResult(request.room_id, [self._member(seat) for seat in found])

    async def _look_for(self, context: Context, look_at: Callable[[apsw.Connection], T]) -> T:
        """Read on behalf of somebody, unless their session is over."""

        def guarded(db: apsw.Connection) -> T:
            access.living_session(db, context)
            return look_at(db)

        return await self._look(guarded)

    async def _look(self, look_at: Callable[[apsw.Connection], T]) -> T:
        """Letters wait meanwhile: a read takes less than a millisecond, and so sees what those before it have told."""
        with anyio.move_on_after(PATIENCE):
            return await self._query(look_at)
        raise Unavailable("the store does not answer; try again")

    async def _say_farewells(self) -> None:
        while True:
            self._left = anyio.Event()
            first = self._here.next_departure()
            if first is None:
                await self._left.wait()
            else:
                await anyio.sleep_until(first)
            for user_id in self._here.depart(anyio.current_time()):
                self.bus.publish(PresenceEvent("offline", user_id))

    def _meta(self, user_id: str) -> PresenceMeta:
        said = self._here.said(user_id)
        person = self._people.get(user_id)
        return PresenceMeta(person and person.handle, person and person.display_name, said.status, said.text)

    def _present(self, person: Person, roster: Roster) -> Present:
        said = self._here.said(person.user_id)
        online = self._here.online(person.user_id)
        rooms = roster.shared.get(person.user_id, [])
        return Present(person.user_id, person.handle, person.display_name, online, said.status, rooms, said.text, person.bot)

    def _member(self, seat: Seat) -> Member:
        person = seat.person
        online = self._here.online(person.user_id)
        return Member(person.user_id, person.handle, person.display_name, seat.role, online, seat.read_seq, seat.muted_until, seat.bot)

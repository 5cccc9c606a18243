"""The hub hears every event that has an audience, encodes it once, and offers the frame to each connection that listens.

It follows who is in which room itself, by facts in the order of the log: who joins is added and then told, who goes is told
and then removed. It never leaves a silent hole: when it lost a letter, or begins a new life, every socket is let go (4008)
and catches up by seq.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import anyio
from anyio.abc import TaskStatus
from msgspec import Struct

from bus import protocol
from bus.bus import Bus, speaker
from bus.inbox import Inbox, InboxStats, Letter
from bus.message import Context, Event, Fact
from bus.protocol import inside, places
from bus.protocol.presence import PresenceEvent
from bus.protocol.rooms import RoomCreated, RoomDeleted, RoomMemberEvent
from gateway import codec
from gateway.attendance import BANNED, CATCH_UP, ENDED, TOO_MANY, Attendance
from gateway.run import Run
from gateway.topics import Topics, of_seat

if TYPE_CHECKING:
    from gateway.connection import Connection

log = logging.getLogger(__name__)
REMEMBERED = 10_000


class HubStats(Struct, frozen=True):
    """A reading of the hub. `holes` counts how often everybody had to catch up."""

    inbox: InboxStats
    told: int
    sends: int
    topics: int
    holes: int


class Hub:
    """One inbox and one task. Connections call enter and leave; all else it hears."""

    def __init__(self, bus: Bus, attendance: Attendance, *, clock: Callable[[], int]) -> None:
        self.inbox = Inbox("hub", 65_536)
        self._bus = bus
        self._attendance = attendance
        self._clock = clock
        self._topics: Topics[Connection] = Topics()
        self._heard: dict[str, inside.UserUpdated] = {}
        self._over: OrderedDict[str, None] = OrderedDict()
        self._run = Run()
        self._told = self._sends = self._dropped = self._loads = 0
        self.inbox.straight = self._straight
        bus.seat(self.inbox)
        bus.after.append(self._run.leave)
        self._hear: dict[type[Fact], Callable[[Any, Context], None]] = {
            **dict.fromkeys(protocol.events().values(), self._pass_on),
            PresenceEvent: self._presence,
            RoomCreated: self._room_created,
            RoomDeleted: self._room_deleted,
            RoomMemberEvent: self._member,
            inside.UserUpdated: self._user_updated,
            inside.SessionRevoked: self._session_revoked,
            inside.PresenceWatched: self._presence_watched,
            inside.HearersSought: self._hearers_sought,
            places.PeerSeated: self._peer_seated,
            places.PeerUnseated: self._peer_unseated,
            places.SeatsCleared: self._seats_cleared,
        }
        for kind in self._hear:
            bus.subscribe(kind, self.inbox)

    def stats(self) -> HubStats:
        return HubStats(self.inbox.stats(), self._told, self._sends, len(self._topics), max(0, self._loads - 1))

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        speaker.set(self.inbox)
        letters = self.inbox.letters()
        await self._load()
        task_status.started()
        async for letter in letters:
            self._handle(letter)
            if not self.inbox:
                self._run.leave()
            if self.inbox.dropped != self._dropped:
                await self._load()
            if self._run.breathless:
                await self._run.breathe(self._listeners(letter.message))

    def _straight(self, letter: Letter) -> bool:
        """Told there and then, unless the sockets want a breath first."""
        if self._run.breathless or self.inbox.dropped != self._dropped:
            return False
        self._handle(letter)
        if not self._bus.midway:
            self._run.leave()
        return True

    def _handle(self, letter: Letter) -> None:
        hear = self._hear[type(letter.message)]
        if hear != self._pass_on:
            self._run.leave()  # It may change who listens.
        hear(letter.message, letter.context)

    def enter(self, connection: Connection, signed: inside.Signed) -> None:
        """Somebody signed in: they hear their topics from now on, or are let go at once.

        What the hub has heard is newer than what the connection read, or is about to be: so its word on roles and bans counts.
        """
        self._run.leave()
        user_id = signed.user.user_id
        heard = self._heard.get(user_id)
        if signed.session_id in self._over:
            return connection.let_go(*ENDED)
        if heard and heard.banned:
            return connection.let_go(*BANNED)
        if sum(not device.ending for device in self._topics.of(user_id)) >= self._attendance.limits.per_user:
            return connection.let_go(*TOO_MANY)
        connection.sign_in(user_id, signed.session_id)
        self._topics.enter(connection, user_id)
        self._give_roles(connection, heard.roles if heard else signed.user.roles)
        self._announce(connection)

    def leave(self, connection: Connection) -> None:
        """A connection has ended, or signed out: it hears nothing more."""
        self._run.leave()
        user_id = connection.context.user_id
        if user_id is None:
            return
        self._topics.leave(connection)
        self._bus.publish(inside.ConnectionClosed(connection.sid, user_id), connection.context)
        connection.sign_out()

    async def _load(self) -> None:
        """Learn who is where. The inbox may hold facts older than the answer: told again in order, they end in the same."""
        self._dropped = self.inbox.dropped
        self._loads += 1
        found = await self._bus.ask(inside.Memberships())
        self._heard.clear()
        self._attendance.let_all_go(*CATCH_UP)
        self._topics.load(found.rooms)

    def _pass_on(self, event: Event, context: Context) -> None:
        self._offer(event, context, self._listeners(event))

    def _tell(self, event: Event, context: Context) -> None:
        """To those who listen now."""
        self._pass_on(event, context)
        self._run.leave()

    def _listeners(self, fact: Fact) -> Mapping[Connection, None]:
        return self._topics.listeners(fact.audience() if isinstance(fact, Event) else "everyone")

    def _offer(self, event: Event, context: Context, listeners: Mapping[Connection, None]) -> None:
        if not listeners:
            return
        frame = codec.event(event, trace=context.trace, now=self._clock())
        self._run.add(frame, listeners)
        self._told += 1
        self._sends += len(listeners)

    def _presence(self, event: PresenceEvent, context: Context) -> None:
        """Only to those who asked for presence, and of a room only to those who are in it."""
        listeners = self._listeners(event)
        watching = self._topics.listeners("presence")
        self._offer(event, context, {connection: None for connection in listeners if connection in watching})

    def _room_created(self, event: RoomCreated, context: Context) -> None:
        self._topics.join(event.room.created_by, event.room.room_id)
        self._tell(event, context)

    def _room_deleted(self, event: RoomDeleted, context: Context) -> None:
        self._tell(event, context)
        self._topics.forget(event.room_id)

    def _member(self, event: RoomMemberEvent, context: Context) -> None:
        if event.kind == "join":
            self._topics.join(event.target_user_id, event.room_id)
        self._tell(event, context)
        if event.kind in {"leave", "kick", "ban"}:
            self._topics.part(event.target_user_id, event.room_id)

    def _user_updated(self, fact: inside.UserUpdated, context: Context) -> None:
        self._heard[fact.user_id] = fact
        for connection in self._topics.of(fact.user_id):
            if fact.banned:
                connection.let_go(*BANNED)
            else:
                self._give_roles(connection, fact.roles)

    def _give_roles(self, connection: Connection, roles: list[Any]) -> None:
        connection.give_roles(frozenset(roles))
        change = self._topics.listen if "admin" in roles else self._topics.unlisten
        change(connection, "admins")

    def _session_revoked(self, fact: inside.SessionRevoked, context: Context) -> None:
        """Its sockets close, but for the one that asked for it: that one still gets its answer, and is a guest again."""
        self._over[fact.session_id] = None
        if len(self._over) > REMEMBERED:
            self._over.popitem(last=False)
        for connection in self._topics.of(fact.user_id):
            if connection.context.session_id == fact.session_id:
                if connection.sid == context.sid:
                    self.leave(connection)
                else:
                    connection.let_go(*ENDED)

    def _presence_watched(self, fact: inside.PresenceWatched, context: Context) -> None:
        connection = self._attendance.by_sid.get(fact.sid)
        if connection is not None and connection.signed_in:
            self._topics.listen(connection, "presence")

    def _peer_seated(self, fact: places.PeerSeated, context: Context) -> None:
        connection = self._attendance.by_sid.get(fact.sid)
        if connection is not None and connection.signed_in:
            for topic in of_seat(fact.call_id, fact.peer_id):
                self._topics.listen(connection, topic)

    def _peer_unseated(self, fact: places.PeerUnseated, context: Context) -> None:
        connection = self._attendance.by_sid.get(fact.sid)
        if connection is not None:
            for topic in of_seat(fact.call_id, fact.peer_id):
                self._topics.unlisten(connection, topic)

    def _seats_cleared(self, fact: places.SeatsCleared, context: Context) -> None:
        self._topics.clear("call", "peer")

    def _hearers_sought(self, fact: inside.HearersSought, context: Context) -> None:
        for connection in self._topics.listeners("everyone"):
            self._announce(connection)

    def _announce(self, connection: Connection) -> None:
        self._bus.publish(inside.ConnectionOpened(connection.sid, connection.context.user), connection.context)

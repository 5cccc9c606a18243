"""The hub hears every event that has an audience, encodes it once, and offers the frame to each connection that listens.

It follows who is in which room itself, by facts in the order of the log: who joins is added and then told, who goes is told
and then removed. It never leaves a silent hole: when it lost a letter, or begins a new life, every socket is let go (4008)
and catches up by seq.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import anyio
from anyio.abc import TaskStatus
from anyio.lowlevel import checkpoint
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
from gateway.topics import Topics

if TYPE_CHECKING:
    from gateway.connection import Connection

REMEMBERED = 10_000
FENCE_SENDS = 512
FENCE_MS = 20
AT_EASE = 32


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
        self._told = self._sends = self._since_fence = self._dropped = self._loads = 0
        self.inbox.straight = self._straight
        bus.seat(self.inbox)
        self._hear: dict[type[Fact], Callable[[Any, Context], None]] = {
            **dict.fromkeys(protocol.events().values(), self._tell),
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
            self._hear[type(letter.message)](letter.message, letter.context)
            if self.inbox.dropped != self._dropped:
                await self._load()
            if self._since_fence >= FENCE_SENDS:
                await self._breathe(letter.message)

    def _straight(self, letter: Letter) -> bool:
        """Told there and then, unless the sockets want a breath first."""
        if self._since_fence >= FENCE_SENDS:
            return False
        self._hear[type(letter.message)](letter.message, letter.context)
        return True

    def enter(self, connection: Connection, signed: inside.Signed) -> None:
        """Somebody signed in: they hear their topics from now on, or are let go at once.

        What the hub has heard is newer than what the connection read, or is about to be: so its word on roles and bans counts.
        """
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

    async def _breathe(self, last: Fact) -> None:
        """Let the sockets take what was handed over: until one listener is at ease, 20 ms at most.

        Without it 5,000 events in a row had 1,500 frames of every client in flight, though all of them read (measured with
        10 clients); the slowest client is never waited for, only the fastest.
        """
        self._since_fence = 0
        await checkpoint()
        listeners = self._topics.listeners(last.audience() if isinstance(last, Event) else "everyone")
        for _ in range(FENCE_MS):
            if any(connection.outbox.frames <= AT_EASE for connection in listeners) or not listeners:
                return
            await anyio.sleep(0.001)

    def _tell(self, event: Event, context: Context) -> None:
        self._offer(event, context, self._topics.listeners(event.audience()))

    def _offer(self, event: Event, context: Context, listeners: Mapping[Connection, None]) -> None:
        if not listeners:
            return
        frame = codec.event(event, trace=context.trace, now=self._clock())
        for connection in listeners:
            connection.offer(frame)
        self._told += 1
        self._sends += len(listeners)
        self._since_fence += len(listeners)

    def _presence(self, event: PresenceEvent, context: Context) -> None:
        """Only to those who asked for presence, and of a room only to those who are in it."""
        listeners = self._topics.listeners(event.audience())
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
            for topic in seats(fact):
                self._topics.listen(connection, topic)

    def _peer_unseated(self, fact: places.PeerUnseated, context: Context) -> None:
        connection = self._attendance.by_sid.get(fact.sid)
        if connection is not None:
            for topic in seats(fact):
                self._topics.unlisten(connection, topic)

    def _seats_cleared(self, fact: places.SeatsCleared, context: Context) -> None:
        self._topics.clear("call", "peer")

    def _hearers_sought(self, fact: inside.HearersSought, context: Context) -> None:
        for connection in self._topics.listeners("everyone"):
            self._announce(connection)

    def _announce(self, connection: Connection) -> None:
        self._bus.publish(inside.ConnectionOpened(connection.sid, connection.context.user), connection.context)


def seats(fact: places.PeerSeated | places.PeerUnseated) -> tuple[str, str]:
    """The topics of a place in a call."""
    return f"call:{fact.call_id}", f"peer:{fact.peer_id}"

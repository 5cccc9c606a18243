"""The bot's rooms and the people in the house, as the facts tell; and entering the public rooms that the operator named.

What is not in here the bot does not hear.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import anyio
from msgspec.structs import replace

from bus.bus import Bus
from bus.errors import Refused
from bus.message import Context
from bus.protocol.rooms import RoomCreated, RoomJoin, RoomList, RoomMemberEvent
from services.hubot.deeds import BOT
from services.hubot.rows import Known
from services.hubot.words import Person

log = logging.getLogger(__name__)
CONTEXT = Context(BOT, trace="hubot:rooms")
ROLES = {"owner": "owner", "mod": "moderator"}
"""As scripts name them."""
RANKS = {None: 0, "moderator": 1, "owner": 2}


class Rooms:
    """`wanted`: ids or names of public rooms that the bot enters by itself."""

    def __init__(self, bus: Bus, wanted: Iterable[str]) -> None:
        self.banned = False
        self.handle = ""
        self._bus = bus
        self._wanted = frozenset(wanted)
        self._mine: set[str] = set()
        self._topics: dict[str, str] = {}
        self._roles: dict[tuple[str, str], str] = {}
        self._people: dict[str, Person] = {}
        self._bots: set[str] = set()
        self._made: list[str] = []
        self._news = anyio.Event()
        self._moved = anyio.Event()

    def __len__(self) -> int:
        return len(self._mine)

    def know(self, known: Known) -> None:
        self.handle, self.banned = known.handle, known.banned
        self._mine, self._topics = set(known.rooms), dict(known.topics)
        self._roles = {(room_id, user_id): ROLES[role] for room_id, user_id, role in known.roles}
        self._people = {person.id: person for person in known.people}
        self._bots = set(known.bots)
        self._moved.set()

    def hears(self, room_id: str, user_id: str) -> bool:
        return room_id in self._mine and user_id not in self._bots and not self.banned

    def mine(self, room_id: str) -> bool:
        return room_id in self._mine

    def person(self, user_id: str) -> Person:
        return self._people.get(user_id) or Person(user_id, user_id.removeprefix("u_"))

    def people(self) -> list[Person]:
        return [person for person in self._people.values() if person.id not in self._bots]

    def role(self, room_id: str, user_id: str) -> str | None:
        """Of those who keep order there; None for others, members or not."""
        return self._roles.get((room_id, user_id))

    def above(self, room_id: str, user_id: str, other_id: str) -> bool:
        """Whether somebody stands above another there. An admin has an owner's place in public rooms, as the server sees it."""
        admin = room_id.startswith("r_") and "admin" in self.person(user_id).roles
        return (RANKS["owner"] if admin else RANKS[self.role(room_id, user_id)]) > RANKS[self.role(room_id, other_id)]

    def meet(self, user_id: str, handle: str, display_name: str, roles: Iterable[str] | None = None, *, bot: bool = False) -> None:
        """Without `roles` they are what they were."""
        self._people[user_id] = Person(user_id, handle, display_name, self.person(user_id).roles if roles is None else tuple(roles))
        if bot:
            self._bots.add(user_id)

    def empower(self, user_id: str, roles: Iterable[str]) -> None:
        self._people[user_id] = replace(self.person(user_id), roles=tuple(roles))

    def moved(self, fact: RoomMemberEvent) -> None:
        self._rank(fact)
        if fact.target_user_id != BOT:
            return
        if fact.kind == "join":
            self._mine.add(fact.room_id)
            self._moved.set()
        elif fact.kind in ("leave", "kick", "ban"):
            self.left(fact.room_id)

    def left(self, room_id: str) -> None:
        self._mine.discard(room_id)
        self._moved.set()

    async def lodge(self, do: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have it done only while the bot is in a room."""
        while True:
            await self._in_any(True)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(do)
                await self._in_any(False)
                tasks.cancel_scope.cancel()

    def deleted(self, room_id: str) -> None:
        self.left(room_id)
        self._roles = {place: role for place, role in self._roles.items() if place[0] != room_id}

    def topic(self, room_id: str, topic: str) -> bool:
        """Whether this is another topic than before."""
        before, self._topics[room_id] = self._topics.get(room_id), topic
        return topic != before

    def created(self, fact: RoomCreated) -> None:
        self._topics[fact.room.room_id] = fact.room.topic
        if fact.room.kind == "public" and {fact.room.room_id, fact.room.name} & self._wanted:
            self._made.append(fact.room.room_id)
            self._news.set()

    async def enter(self) -> None:
        """Enter those that are there, and then those that are made."""
        if self._wanted:
            await self._enter_all()
        while True:
            self._news = anyio.Event()
            while self._made:
                await self._join(self._made.pop(0))
            await self._news.wait()

    async def _in_any(self, wanted: bool) -> None:
        while bool(self._mine) is not wanted:
            self._moved = anyio.Event()
            await self._moved.wait()

    def _rank(self, fact: RoomMemberEvent) -> None:
        place = fact.room_id, fact.target_user_id
        if fact.kind in ("join", "role") and fact.role in ROLES:
            self._roles[place] = ROLES[fact.role]
        elif fact.kind != "unban":
            self._roles.pop(place, None)

    async def _enter_all(self) -> None:
        try:
            listed = await self._bus.ask(RoomList(), CONTEXT)
        except Refused as refusal:
            return log.warning("the bot cannot see its rooms: %s", refusal.code)
        for room in listed.rooms:
            if room.kind == "public" and not room.joined and {room.room_id, room.name} & self._wanted:
                await self._join(room.room_id)

    async def _join(self, room_id: str) -> None:
        if self.banned:
            return
        try:
            await self._bus.ask(RoomJoin(room_id), CONTEXT)
        except Refused as refusal:
            log.warning("the bot cannot enter a room: %s", refusal.code, extra={"room_id": room_id})

"""The bot's rooms and the people in the house, as the facts tell; and entering the public rooms that the operator named.

What is not in here the bot does not hear.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import anyio

from bus.bus import Bus
from bus.errors import Refused
from bus.message import Context
from bus.protocol.rooms import RoomCreated, RoomJoin, RoomList, RoomMemberEvent
from services.hubot.deeds import BOT
from services.hubot.rows import Known
from services.hubot.words import Person

log = logging.getLogger(__name__)
CONTEXT = Context(BOT, trace="hubot:rooms")


class Rooms:
    """`wanted`: ids or names of public rooms that the bot enters by itself."""

    def __init__(self, bus: Bus, wanted: Iterable[str]) -> None:
        self.banned = False
        self.handle = ""
        self._bus = bus
        self._wanted = frozenset(wanted)
        self._mine: set[str] = set()
        self._topics: dict[str, str] = {}
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

    def meet(self, user_id: str, handle: str, display_name: str, *, bot: bool = False) -> None:
        self._people[user_id] = Person(user_id, handle, display_name)
        if bot:
            self._bots.add(user_id)

    def moved(self, fact: RoomMemberEvent) -> None:
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

    async def in_any(self, wanted: bool) -> None:
        """Wait until the bot is in a room, or in none."""
        while bool(self._mine) is not wanted:
            self._moved = anyio.Event()
            await self._moved.wait()

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

    async def _enter_all(self) -> None:
        try:
            listed = await self._bus.ask(RoomList(), CONTEXT)
        except Refused as refusal:
            return log.warning("the bot cannot see its rooms: %s", refusal.code)
        for room in listed.rooms:
            if room.kind == "public" and not room.joined and {room.room_id, room.name} & self._wanted:
                await self._join(room.room_id)

    async def _join(self, room_id: str) -> None:
        try:
            await self._bus.ask(RoomJoin(room_id), CONTEXT)
        except Refused as refusal:
            log.warning("the bot cannot enter a room: %s", refusal.code, extra={"room_id": room_id})

"""What the bot has heard, as the event log tells it: in the rooms that it was in then and is in still, from people, and not taken back.

The same rules as in the running bot; what it could not hear, nobody hears by trying a script on the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from bus.bus import Bus
from bus.message import Fact
from bus.protocol.bot import CommandGiven
from bus.protocol.inside import BrainChanged, ProfileChanged, UserJoined, UserUpdated
from bus.protocol.messages import MsgEvent, MsgUpdated
from bus.protocol.rooms import RoomCreated, RoomDeleted, RoomMemberEvent, RoomUpdated
from services.hubot.deeds import BOT
from services.hubot.rooms import Rooms
from services.hubot.words import Happened, Kind, Person
from services.store import Entry

Facts = Iterable[tuple[Fact, Entry]]
GONE: Final = ("leave", "kick", "ban")


class Heard(Struct, frozen=True):
    """`at` is in epoch seconds."""

    at: float
    happened: Happened


class Recorded(Struct, frozen=True):
    """What was heard since a time; who there was and what the brain held then; and the names of rooms."""

    heard: list[Heard]
    handle: str
    people: list[Person]
    brain: dict[str, Any]
    names: dict[str, str]


class Reading:
    """Folds the log, in order."""

    def __init__(self, since: float) -> None:
        self.heard: list[Heard] = []
        self.names: dict[str, str] = {}
        self.rooms = Rooms(Bus(), ())
        self._since = since
        self._handle = "hubot"
        self._brain: dict[str, str] = {}
        self._then: tuple[str, list[Person], dict[str, str]] | None = None
        self._gone: set[str] = set()

    def read(self, facts: Facts) -> Recorded:
        for fact, entry in facts:
            at = entry.ts / 1000
            if at >= self._since and self._then is None:
                self._then = self._now()
            for happened in self._fold(fact, entry):
                if at >= self._since and self.rooms.hears(happened.room, happened.user.id):
                    self.heard.append(Heard(at, happened))
        handle, people, brain = self._then or self._now()
        heard = [each for each in self.heard if each.happened.key not in self._gone and self.rooms.mine(each.happened.room)]
        return Recorded(heard, handle, people, {key: msgspec.json.decode(value) for key, value in brain.items()}, self.names)

    def _now(self) -> tuple[str, list[Person], dict[str, str]]:
        return self._handle, self.rooms.people(), dict(self._brain)

    def _fold(self, fact: Fact, entry: Entry) -> Iterator[Happened]:
        """What scripts may hear of it, when the bot is there."""
        match fact:
            case MsgUpdated():
                if fact.msg.deleted_at is not None:
                    self._gone.add(fact.msg.msg_id)
            case MsgEvent(room_id=room_id, msg=msg):
                if not msg.bot:
                    yield self._happened(msg.msg_id, "message", room_id, msg.user_id, msg.text, msg.msg_id)
            case CommandGiven(room_id=room_id, user_id=user_id, key=key, text=text):
                yield self._happened(key, "command", room_id, user_id, text)
            case RoomMemberEvent(room_id=room_id, kind=kind, target_user_id=user_id):
                self.rooms.moved(fact)
                if kind == "join" and fact.actor_user_id != BOT:
                    yield self._happened(f"e{entry.event_id}", "enter", room_id, user_id)
                elif kind in GONE:
                    yield self._happened(f"e{entry.event_id}", "leave", room_id, user_id)
            case RoomUpdated(room_id=room_id, name=name, topic=topic):
                self.names[room_id] = name
                if self.rooms.topic(room_id, topic) and entry.actor_user_id:
                    yield self._happened(f"e{entry.event_id}", "topic", room_id, entry.actor_user_id, topic)
            case _:
                self._learn(fact)

    def _happened(self, key: str, kind: Kind, room_id: str, user_id: str, text: str = "", msg_id: str = "") -> Happened:
        role = self.rooms.role(room_id, user_id) or ("member" if kind in ("message", "command", "enter") else "")
        return Happened(key, kind, room_id, self.rooms.person(user_id), text, msg_id, role=role)

    def _learn(self, fact: Fact) -> None:
        match fact:
            case RoomCreated(room=room):
                self.names[room.room_id] = room.name
                self.rooms.created(fact)
            case RoomDeleted(room_id=room_id):
                self.rooms.deleted(room_id)
            case UserJoined(user_id=user_id, handle=handle, display_name=name, bot=bot):
                self.rooms.meet(user_id, handle, name, fact.roles, bot=bot)
                self._handle = handle if user_id == BOT else self._handle
            case ProfileChanged(user_id=user_id, handle=handle, display_name=name):
                self.rooms.meet(user_id, handle, name)
                self._handle = handle if user_id == BOT else self._handle
            case UserUpdated(user_id=user_id, banned=banned):
                self.rooms.empower(user_id, fact.roles)
                self.rooms.banned = banned if user_id == BOT else self.rooms.banned
            case BrainChanged(values=values):
                self._brain |= {key: value for key, value in values.items() if value is not None}
                for key in [key for key, value in values.items() if value is None]:
                    self._brain.pop(key, None)
            case _:
                pass

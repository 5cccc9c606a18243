"""Webhooks out: a message that mentions `@NAME` is posted, signed, to the URL that the operator has given that name.

Each webhook has a list with an end, and a task that works it off in order, so that a receiver that hangs holds up nobody. What waits
when the server ends is lost. Of what goes wrong only the kind is kept: no text, no secret, and nothing of the URL.
"""

from __future__ import annotations

import hmac
import re
from collections import deque
from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
import msgspec
from msgspec import Struct

from bus.bus import Bus
from bus.errors import Refused
from bus.message import Context
from bus.protocol.messages import MsgEvent
from bus.protocol.rooms import ListedRoom, RoomList
from services.hubot.actions import Desk
from services.hubot.bucket import Buckets
from services.hubot.deeds import BOT
from services.hubot.settings import Scripts, Webhook
from services.hubot.targets import parse
from services.hubot.words import Act

if TYPE_CHECKING:
    from services.hubot.posting import Poster

MOST: Final = 100
PAUSES_S = (0.0, 5.0, 45.0)
"""Before each try."""
CONTEXT: Final = Context(BOT, trace="hubot:webhooks")
ID: Final = re.compile("[rg]_[a-z0-9]+")
Make = Callable[[], "Poster"]


class Mention(Struct, frozen=True):
    """What is posted. `ts` is epoch milliseconds."""

    event_id: str
    room_id: str
    room_name: str
    user_id: str
    user_handle: str
    text: str
    msg_id: str
    seq: int
    ts: int


class Said(Struct, frozen=True):
    """What a receiver may answer."""

    text: str = ""


class WebhookStats(Struct, frozen=True):
    """A reading of one webhook."""

    name: str
    waiting: int
    sent: int
    failed: int
    dropped: int
    answers: int
    last_error: str | None


class Outgoing:
    """One webhook."""

    def __init__(self, name: str, its: Webhook, bus: Bus, desk: Desk, banned: Callable[[], bool]) -> None:
        self._name = name
        self._its = its
        self._target = parse(its.url.reveal(), private=its.private)
        self._mentions = re.compile(rf"(?<![\w@])@{re.escape(name)}(?![\w-])", re.IGNORECASE)
        self._bus = bus
        self._desk = desk
        self._banned = banned
        self._bucket = Buckets()
        self._waiting: deque[MsgEvent] = deque()
        self._news = anyio.Event()
        self._sent = self._failed = self._dropped = self._answers = 0
        self._last_error: str | None = None

    def stats(self) -> WebhookStats:
        return WebhookStats(self._name, len(self._waiting), self._sent, self._failed, self._dropped, self._answers, self._last_error)

    def said(self, fact: MsgEvent) -> None:
        """Never waits."""
        if not self._mentions.search(fact.msg.text):
            return
        if len(self._waiting) >= MOST:
            self._dropped += 1
            return
        self._waiting.append(fact)
        self._news.set()

    async def run(self, poster: Poster) -> None:
        while True:
            self._news = anyio.Event()
            while self._waiting:
                await self._deliver(poster, self._waiting[0])
                self._waiting.popleft()
            await self._news.wait()

    async def _deliver(self, poster: Poster, fact: MsgEvent) -> None:
        room = await self._room(fact.room_id)
        if room is None:
            return
        msg = fact.msg
        event_id = f"{self._name}.{msg.msg_id}"
        mention = Mention(event_id, room.room_id, room.name, msg.user_id, msg.user_handle, msg.text, msg.msg_id, msg.seq, msg.ts)
        body = await self._posted(poster, event_id, msgspec.json.encode(mention))
        if text := spoken(body):
            await self._reply(event_id, room.room_id, msg.msg_id, text)

    async def _room(self, room_id: str) -> ListedRoom | None:
        """Where the bot still is, if it is one of this webhook's."""
        try:
            listed = await self._bus.ask(RoomList(), CONTEXT)
        except Refused as refusal:
            return self._fail(refusal.code)
        except Exception as error:  # The asked one's trouble, logged there; the bot goes on.
            return self._fail(type(error).__name__)
        rooms = [room for room in listed.rooms if room.joined]
        room = next((room for room in rooms if room.room_id == room_id), None)
        return room if room and not self._banned() and self._wants(room, [each.name for each in rooms]) else None

    def _wants(self, room: ListedRoom, names: list[str]) -> bool:
        """A name is whose room's the bot is in alone by that name: anybody may call a room as they like, and add the bot to it."""
        wanted = self._its.rooms
        if wanted is None or room.room_id in wanted:
            return True
        if room.name not in wanted or ID.fullmatch(room.name):
            return False
        if names.count(room.name) > 1:
            self._fail("it is in several rooms of that name")
            return False
        return True

    async def _posted(self, poster: Poster, event_id: str, body: bytes) -> bytes | None:
        """What came back of the first try that went well; None of none."""
        from services.hubot.posting import NotDelivered

        for pause in PAUSES_S:
            await anyio.sleep(pause)
            try:
                answer = await poster.post(self._target, self._signed(event_id, body), body, private=self._its.private)
            except NotDelivered as error:
                self._last_error = str(error)
                if not error.again:
                    break
                continue
            if 200 <= answer.status < 300:
                self._sent += 1
                return answer.body
            self._last_error = f"HTTP {answer.status}"
            if answer.status < 500 and answer.status not in (408, 429):
                break
        self._failed += 1
        return None

    def _signed(self, event_id: str, body: bytes) -> list[tuple[str, str]]:
        at = str(int(time()))
        signature = hmac.digest(self._its.secret.reveal().encode(), f"{at}.".encode() + body, "sha256").hex()
        return [
            ("Content-Type", "application/json"),
            ("User-Agent", "devchitchat"),
            ("X-Devchitchat-Id", event_id),
            ("X-Devchitchat-Timestamp", at),
            ("X-Devchitchat-Signature", f"sha256={signature}"),
        ]

    async def _reply(self, event_id: str, room_id: str, msg_id: str, text: str) -> None:
        if self._banned() or not self._bucket.take(self._name):
            return self._fail("its answers come too fast, or the bot is banned")
        what = {"room_id": room_id, "text": text, "reply_to_msg_id": msg_id}
        done = await self._desk.carry_out(Act(f"w.{event_id}", f"webhook-{self._name}", "send", what))
        if done.refused:
            return self._fail(f"its answer: {done.refused.partition(':')[0]}")
        self._answers += 1

    def _fail(self, why: str) -> None:
        self._last_error = why


class Webhooks:
    """All of them. `make` makes what posts, in a thread."""

    def __init__(self, bus: Bus, scripts: Scripts, banned: Callable[[], bool], make: Make | None = None) -> None:
        desk = Desk(bus, scripts, Buckets())
        self._all = [Outgoing(name, its, bus, desk, banned) for name, its in scripts.listing.webhooks.items()]
        self._make = make or made

    def stats(self) -> list[WebhookStats]:
        return [each.stats() for each in self._all]

    def said(self, fact: MsgEvent) -> None:
        for each in self._all:
            each.said(fact)

    async def run(self) -> None:
        if not self._all:
            return
        poster = await anyio.to_thread.run_sync(self._make)
        async with anyio.create_task_group() as tasks:
            for each in self._all:
                tasks.start_soon(each.run, poster)


def made() -> Poster:
    from services.hubot.posting import Poster

    return Poster()


def spoken(body: bytes | None) -> str:
    """The text that a receiver wants to be said; empty for any other answer."""
    try:
        return msgspec.json.decode(body or b"", type=Said).text
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""

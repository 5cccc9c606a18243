"""The bot in the server: hears the facts of its rooms for its scripts, and does in its rooms what they want and may.

Scripts run elsewhere, in the host. Here is all that must outlive one: what is not finished yet, what was done, the brain, and who
failed how often. Nothing here waits for the host.
"""

from __future__ import annotations

import logging
import os

import anyio
from anyio.abc import TaskStatus

from bus.bus import Bus
from bus.errors import Unavailable
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.bot import CommandGiven
from bus.protocol.hooks import HookCall
from bus.protocol.inside import ProfileChanged, UserJoined, UserUpdated
from bus.protocol.messages import MsgEvent
from bus.protocol.rooms import RoomCreated, RoomDeleted, RoomMemberEvent, RoomUpdated
from bus.service import Way, brought
from services.hubot.actions import Desk
from services.hubot.bucket import Buckets
from services.hubot.commanded import Commanded
from services.hubot.deeds import BOT, move_in
from services.hubot.errands import Errands
from services.hubot.hooks import Hooks
from services.hubot.hosting import Hosting
from services.hubot.keeping import CONTEXT, Keeping
from services.hubot.pending import ALL, Pending
from services.hubot.record import HubotStats, Record
from services.hubot.rooms import Rooms
from services.hubot.settings import Scripts
from services.hubot.shelf import Shelf
from services.hubot.watch import Fault
from services.hubot.webhooks import Webhooks
from services.hubot.words import Act, Begin, Ended, Finished, FromHost, Happened, Kind, Loaded, Replied, ToHost, Unload

log = logging.getLogger(__name__)
LOOKS_EVERY_S = 0.05
PATIENCE = 4.0


class Hubot(Commanded):
    """`limit`: seconds that a step of a script may take; `memory`: bytes that the host may hold."""

    def __init__(
        self,
        bus: Bus,
        commit: Way,
        scripts: Scripts,
        *,
        limit: float = 5.0,
        memory: int = 512 * 1024 * 1024,
        buckets: Buckets | None = None,
    ) -> None:
        self.hosting = Hosting(self._first, self._hear, self._died, lambda: len(self._pending) > 0, limit=limit)
        self.scripts = scripts
        self._shelf = Shelf(scripts, self.hosting.tell)
        self.records = self._shelf.records
        super().__init__(bus, commit, self.records)
        self._alias = scripts.listing.alias
        self._limit = limit
        self._memory = memory
        self._life = os.urandom(4).hex()
        self._count = 0
        self._dropped = 0
        self._pending = Pending()
        self._keeping = Keeping(commit)
        self._rooms = Rooms(bus, scripts.listing.rooms)
        self._hooks = Hooks(scripts, self.hosting.tell, lambda script: self.records[script].runs and not self._rooms.banned, limit=limit)
        self._webhooks = Webhooks(bus, scripts, lambda: self._rooms.banned)
        desk = Desk(bus, scripts, buckets or Buckets(), self._rooms.above)
        self._errands = Errands(desk, self.hosting.tell, self._refused, lambda: self._rooms.banned)

    def probe(self) -> HubotStats:
        """For diagnostics: names of scripts, counts, kinds of errors; nothing of what anybody said."""
        scripts = [record.stats() for record in self.records.values()]
        hosting, brain = self.hosting, self._keeping.brain
        counts = len(self._rooms), len(self._pending), self._pending.missed, len(self._errands), len(brain)
        return HubotStats(hosting.lives, hosting.pid, *counts, scripts, self._hooks.stats(), self._webhooks.stats(), self._shelf.trouble)

    async def setup(self) -> None:
        self._dropped = self.inbox.dropped
        with anyio.move_on_after(PATIENCE):
            known, brain = await brought(self._commit, move_in, None, CONTEXT)
            self._rooms.know(known)
            self._keeping.begin(brain)
            return
        raise Unavailable("the store does not answer; try again")

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            await tasks.start(super().run)
            for forever in (self._host, self._errands.run, self._keeping.run, self._rooms.enter, self._webhooks.run):
                tasks.start_soon(forever)
            task_status.started()

    def commanded(self, fact: CommandGiven) -> None:
        self._happened("command", fact.room_id, fact.user_id, fact.text, key=fact.key)

    @MsgEvent.heard
    async def said(self, fact: MsgEvent, context: Context) -> None:
        msg = fact.msg
        if not msg.bot:
            self._happened("message", fact.room_id, msg.user_id, msg.text, msg.msg_id)
            if self._rooms.hears(fact.room_id, msg.user_id):
                self._webhooks.said(fact)

    @RoomMemberEvent.heard
    async def moved(self, fact: RoomMemberEvent, context: Context) -> None:
        self._rooms.moved(fact)
        if fact.kind == "join" and fact.actor_user_id != BOT:  # Whom it put into their own group has not come in.
            self._happened("enter", fact.room_id, fact.target_user_id)
        elif fact.kind in ("leave", "kick", "ban"):
            self._happened("leave", fact.room_id, fact.target_user_id)

    @RoomUpdated.heard
    async def changed(self, fact: RoomUpdated, context: Context) -> None:
        if self._rooms.topic(fact.room_id, fact.topic) and context.user_id:
            self._happened("topic", fact.room_id, context.user_id, fact.topic)

    @RoomCreated.heard
    async def created(self, fact: RoomCreated, context: Context) -> None:
        self._rooms.created(fact)

    @RoomDeleted.heard
    async def deleted(self, fact: RoomDeleted, context: Context) -> None:
        self._rooms.deleted(fact.room_id)

    @UserJoined.heard
    async def joined(self, fact: UserJoined, context: Context) -> None:
        self._rooms.meet(fact.user_id, fact.handle, fact.display_name, fact.roles, bot=fact.bot)

    @ProfileChanged.heard
    async def renamed(self, fact: ProfileChanged, context: Context) -> None:
        self._rooms.meet(fact.user_id, fact.handle, fact.display_name)

    @UserUpdated.heard
    async def updated(self, fact: UserUpdated, context: Context) -> None:
        self._rooms.empower(fact.user_id, fact.roles)
        if fact.user_id == BOT:
            self._rooms.banned = fact.banned

    @HookCall.take
    async def called(self, letter: Letter) -> None:
        self._tasks.start_soon(self._hooks.attend, letter)

    async def _handle(self, letter: object) -> None:
        """A fact that found the inbox full is lost: then all is read anew."""
        await super()._handle(letter)  # type: ignore[arg-type]
        if self.inbox.dropped != self._dropped:
            await self.setup()

    def _happened(self, kind: Kind, room_id: str, user_id: str, text: str = "", msg_id: str = "", key: str = "") -> None:
        """Only what happens in the bot's rooms, and is done by people."""
        if not self._rooms.hears(room_id, user_id):
            return
        self._count += 1
        key = key or msg_id or f"e{self._life}-{self._count}"
        role = self._rooms.role(room_id, user_id) or ("member" if kind in ("message", "command", "enter") else "")
        happened = Happened(key, kind, room_id, self._rooms.person(user_id), text, msg_id, role=role)
        if self._pending.add(happened):
            self.hosting.tell(happened)

    def _first(self) -> list[ToHost]:
        """All that a fresh host must know: scripts that are not off, and what no host before has finished."""
        life = f"{self._life}-{self.hosting.lives}"
        begin = Begin(life, self._rooms.handle, self._alias, self._limit, self._memory, self._keeping.brain, self._rooms.people())
        return [begin, *self._shelf.loads(), *self._pending.all(), *self._hooks.waiting()]

    def _hear(self, word: FromHost) -> None:
        match word:
            case Loaded():
                if record := self.records.get(word.script):
                    record.loaded(word)
            case Ended():
                self._ended(word)
            case Finished():
                self._pending.finished(word.key)
            case Replied():
                self._hooks.replied(word)
            case Act():
                self._errands.want(word)
            case _:
                pass

    def _ended(self, word: Ended) -> None:
        self._pending.ended(word.key, word.run)
        self._keeping.keep(word.brain)
        record = self.records.get(word.run.partition("/")[0])
        if record is None:
            return
        record.handled += bool(word.key)
        if word.heavy:
            self._strike(record, str(word.error))
        elif word.error:
            record.erred(word.error)

    def _died(self, fault: Fault, why: str, stopped: bool) -> None:
        self._hooks.died(fault.key, stopped=stopped)
        record = self.records.get(fault.script)
        if record is None or not (stopped or record.suspect((fault.key if fault.key in self._pending else "", fault.run))):
            return
        self._pending.ended(fault.key, fault.run or f"{fault.script}/{ALL}")
        self._strike(record, why)

    def _refused(self, script: str, why: str) -> None:
        if record := self.records.get(script):
            record.refuse(why)

    def _strike(self, record: Record, why: str) -> None:
        if record.failed(why, anyio.current_time()):
            log.warning("the script %s is switched off until its file changes: %s", record.name, why)
            self.hosting.tell(Unload(record.name))

    async def _host(self) -> None:
        """Only while the bot is in a room, or can be called by a hook, is there a host, and are files looked at."""
        await (self._hosted() if self._hooks.listed else self._rooms.lodge(self._hosted))

    async def _hosted(self) -> None:
        await self._shelf.look()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.hosting.run)
            while True:
                await anyio.sleep(LOOKS_EVERY_S)
                await self._shelf.look()

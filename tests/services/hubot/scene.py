"""The scene of the bot's tests: a small living house, a directory of scripts, and the real host in a process of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import anyio
from anyio.abc import TaskGroup, TaskStatus

from bus.bus import Bus
from bus.message import Context, Fact
from bus.protocol.inside import SessionOpened, UserJoined
from bus.protocol.messages import Msg, MsgEvent, MsgSend
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomMemberEvent
from bus.service import Service
from services.hubot.bucket import Buckets
from services.hubot.deeds import BOT
from services.hubot.record import ScriptStats
from services.hubot.service import Hubot
from services.hubot.settings import read
from services.messages import deeds as message_deeds
from services.messages import reads as message_reads
from services.rooms import deeds as room_deeds
from services.rooms import direct as room_direct
from services.rooms import order as room_order
from services.rooms import reads as room_reads
from services.store import Store
from services.store.database import Place
from tests.services.living import LetHappen, auth, living

PATIENCE = 20.0
ECHO = """
def setup(robot):
    robot.hear(r"^echo (.*)", lambda res: res.send(res.match[1]))
"""


class Unlimited(Buckets):
    """For tests in which speed is not the matter."""

    def take(self, script: str) -> bool:
        return True


class Ear(Service):
    """Writes down what is posted, in order."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("ear", bus)
        self.heard: list[tuple[str, Msg]] = []

    @MsgEvent.heard
    async def event(self, fact: MsgEvent, context: Context) -> None:
        self.heard.append((fact.room_id, fact.msg))


class Scene:
    def __init__(self, bus: Bus, store: Store, ear: Ear, hubot: Hubot, directory: Path, tasks: TaskGroup) -> None:
        self.bus = bus
        self.store = store
        self.hubot = hubot
        self.directory = directory
        self._ear = ear
        self._tasks = tasks
        self._rooms = 0

    async def begin(self) -> None:
        await self._tasks.start(self._live)

    async def end(self) -> None:
        self._life.cancel()
        await self._ended.wait()

    async def user(self, handle: str, *, bot: bool = False, admin: bool = False) -> Context:
        user_id, session_id = f"u_{handle}", f"s_{handle}"
        joined = UserJoined(user_id, handle, handle, ["admin"] if admin else [], bot)
        await self.happen(joined, SessionOpened(user_id, session_id, f"hash of {handle}", ""))
        return Context(user_id, session_id, frozenset(["admin"] if admin else []), sid=f"c_{handle}")

    async def room(self, owner: Context, *members: str, role: Any = "member") -> str:
        """A public room with these user_ids in it too."""
        self._rooms += 1
        room_id = f"r_{self._rooms}"
        await self.happen(RoomCreated(RoomInfo(room_id, "public", "room", "", "hidden", owner.user, 0)))
        await self.happen(RoomMemberEvent(room_id, "join", owner.user, owner.user, "owner"))
        for user_id in members:
            await self.happen(RoomMemberEvent(room_id, "join", owner.user, user_id, role))
        return room_id

    async def happen(self, *facts: Fact) -> None:
        await self.bus.ask(LetHappen(facts))

    async def say(self, who: Context, room_id: str, text: str) -> None:
        await self.bus.ask(MsgSend(room_id, text), who)

    def said(self, room_id: str) -> list[str]:
        """What the bot has said there."""
        return [msg.text for room, msg in self._ear.heard if room == room_id and msg.user_id == BOT]

    def messages(self) -> list[Msg]:
        return [msg for _, msg in self._ear.heard]

    async def hears(self, room_id: str, *texts: str) -> None:
        """Wait until the bot has said all of these there."""
        await self.until(lambda: set(texts) <= set(self.said(room_id)))

    async def until(self, holds: Callable[[], bool]) -> None:
        with anyio.move_on_after(PATIENCE):
            while True:
                if holds():
                    return
                await anyio.sleep(0.005)  # A process of its own tells nobody here.
        raise AssertionError(f"it did not come; the bot: {self.hubot.probe()}; said: {[msg.text for msg in self.messages()][-20:]}")

    def script(self, name: str) -> ScriptStats:
        return next(script for script in self.hubot.probe().scripts if script.name == name)

    def write(self, name: str, text: str) -> None:
        write(self.directory, name, text)

    async def loaded(self, *names: str) -> None:
        await self.until(lambda: all(self.script(name).state == "on" for name in names))

    async def _live(self, *, task_status: TaskStatus[None]) -> None:
        self._ended = anyio.Event()
        try:
            with anyio.CancelScope() as self._life:
                await self.hubot.run(task_status=task_status)
        finally:
            self._ended.set()


def write(directory: Path, name: str, text: str) -> None:
    """As an editor does that never leaves half a file."""
    half = directory / f".{name}.half"
    half.write_text(dedent(text), encoding="utf-8")
    half.replace(directory / f"{name}.py")


def furnish(directory: Path, scripts: dict[str, str], listing: str = "") -> Path:
    directory.mkdir(mode=0o700, exist_ok=True)
    for name, text in scripts.items():
        write(directory, name, text)
    (directory / "scripts.toml").write_text(listing or "\n".join(f"[scripts.{name}]" for name in scripts), encoding="utf-8")
    for path in directory.iterdir():
        path.chmod(0o600)
    return directory


@asynccontextmanager
async def scene(
    directory: Path, scripts: dict[str, str], listing: str = "", *, limit: float = 5.0, memory: int = 512 * 2**20, slow: bool = False
) -> AsyncGenerator[Scene]:
    """`slow`: with the limits that the bot has in earnest."""
    furnish(directory, scripts, listing)
    found: list[Any] = []

    def rooms(bus: Bus, store: Store) -> Service:
        return Service("rooms", bus, room_deeds, room_order, room_direct, room_reads, ways=store.ways)

    def messages(bus: Bus, store: Store) -> Service:
        return Service("messages", bus, message_deeds, message_reads, ways=store.ways)

    def ear(bus: Bus, store: Store) -> Service:
        buckets = Buckets() if slow else Unlimited()
        found.append(Hubot(bus, store.ways["commit"], read(directory), limit=limit, memory=memory, buckets=buckets))
        found.append(store)
        return Ear(bus)

    async with living(auth, rooms, messages, ear, place=Place(":memory:")) as (bus, (*_, listening)), anyio.create_task_group() as tasks:
        assert isinstance(listening, Ear)
        hubot, store = found
        scene = Scene(bus, store, listening, hubot, directory, tasks)
        await scene.begin()
        yield scene
        tasks.cancel_scope.cancel()

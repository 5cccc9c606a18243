"""Scripts on the real stage with nobody there: the clock jumps, and what they want is written down instead of done.

What a script is not granted is refused as the server refuses it. One thread, no process, no network.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
import msgspec
from msgspec import Struct

from bus.bus import Bus
from services.hubot.actions import ACTIONS, Desk
from services.hubot.bucket import Buckets
from services.hubot.host.guarded import Guard
from services.hubot.host.response import Response
from services.hubot.host.stage import Stage
from services.hubot.kit.clock import Jumping
from services.hubot.settings import Allowed, Listing, Scripts
from services.hubot.words import Act, Begin, Called, Done, Ended, FromHost, Happened, Load, Loaded, Person, Replied

T = TypeVar("T")
LIMIT_S: Final = 5.0
MEMORY: Final = 512 * 1024 * 1024


class Broken(Exception):
    """A script cannot be loaded; the text says why, and where."""


class Wish(Struct, frozen=True):
    """What a script wanted, when, because of which happening, and why it was refused."""

    at: float
    key: str
    script: str
    do: str
    what: dict[str, Any]
    refused: str | None


class Rehearsal:
    """`start` is in epoch seconds. Close it, for its loop holds a socket."""

    def __init__(
        self,
        allowed: Mapping[str, Allowed],
        *,
        start: float,
        name: str = "hubot",
        alias: str | None = None,
        people: Iterable[Person] = (),
        brain: Mapping[str, Any] | None = None,
        limited: bool = False,
    ) -> None:
        self.loop = Jumping(start)
        self.wishes: list[Wish] = []
        self.errors: list[str] = []
        self.replied: list[Replied] = []
        self.answers: defaultdict[str, deque[Done]] = defaultdict(deque)
        """What the next wishes of each kind are answered with."""
        self._scripts = list(allowed)
        stored = {key: msgspec.json.encode(value).decode() for key, value in (brain or {}).items()}
        self._begin = Begin("fake", name, alias, LIMIT_S, MEMORY, stored, list(people))
        buckets = Buckets(self.loop.time, enabled=limited)
        self._desk = Desk(Bus(), Scripts(Path(), Listing(dict(allowed))), buckets)
        self._said = 0
        self._told: deque[Callable[[], None]] = deque()
        self._news = anyio.Event()
        self._life = self.loop.create_task(self._live())
        self.loop.settle()

    def load(self, script: str, path: Path, config: Mapping[str, Any]) -> None:
        """Raises Broken."""
        before = len(self.errors)
        self._tell(self.stage.load, Load(script, str(path), dict(config)))
        self.loop.settle()
        if len(self.errors) > before:
            raise Broken(f"the script {script} cannot be loaded: {self.errors[before]}")

    def happened(self, word: Happened) -> None:
        """And all that scripts do at it, at once."""
        self._tell(self.stage.happened, word)
        self.loop.settle()

    def called(self, name: str, method: str, headers: dict[str, str], body: bytes) -> None:
        """Whichever script has a hook of that name."""
        found: list[Replied] = []
        for script in self._scripts:
            self._tell(self.stage.called, Called("call", script, name, method, headers, {}, body))
            self.loop.settle()
            found.append(self._replied)
        self.replied.append(min(found, key=lambda word: word.status == 404))

    def brain(self) -> dict[str, Any]:
        return {key: msgspec.json.decode(value) for key, value in self.stage.memory.stored.items()}

    def next_message(self) -> str:
        self._said += 1
        return f"m_{self._said}"

    def close(self) -> None:
        """What still waits is cancelled."""
        self._life.cancel()
        self.loop.settle()
        self.loop.close()

    async def _live(self) -> None:
        async with anyio.create_task_group() as tasks:
            guard = Guard(self._hear, None)
            self.stage = Watched(self._begin, self._hear, tasks, lambda: None, now=self.loop.time, guard=guard)
            self.stage.errors = self.errors
            while True:
                await self._news.wait()
                self._news = anyio.Event()
                while self._told:
                    self._told.popleft()()

    def _tell(self, hears: Callable[[T], None], word: T) -> None:
        """In the order of the pipe that there is not."""
        self._told.append(lambda: hears(word))
        self._news.set()

    def _hear(self, word: FromHost) -> None:
        match word:
            case Act():
                self._tell(self._answer, word)
            case Replied():
                self._replied = word
            case Loaded(error=str(error)) | Ended(error=str(error)):
                self.errors.append(error)
            case _:
                pass

    def _answer(self, act: Act) -> None:
        done = self._done(act)
        self.wishes.append(Wish(self.loop.time(), act.action.partition(".")[0], act.script, act.do, act.what, done.refused))
        self.stage.done(msgspec.structs.replace(done, action=act.action))

    def _done(self, act: Act) -> Done:
        if refused := self._desk.refusal(act) or misshapen(act):
            return Done("", refused)
        if self.answers[act.do]:
            return self.answers[act.do].popleft()
        return Done("", found=self._found(act))

    def _found(self, act: Act) -> dict[str, Any]:
        """As little as the server would have said."""
        match act.do:
            case "send":
                msg_id = self.next_message()
                return {"msg_id": msg_id, "seq": self._said}
            case "create_room":
                return {"room": {"room_id": "r_made", "kind": "public", "topic": "", **act.what}}
            case "history":
                return {"messages": [], "more": False}
            case _:
                return {}


class Watched(Stage):
    """Writes down what a handler has raised with its text: here it is the author who reads it."""

    errors: list[str]

    async def _tell_of(self, error: Exception, response: Response | None) -> None:
        if text := str(error):
            self.errors[-1] += f": {text}"
        await super()._tell_of(error, response)


def misshapen(act: Act) -> str | None:
    """Why the server would not take it, whoever says it."""
    action = ACTIONS[act.do]
    try:
        msgspec.convert({name: act.what[name] for name in action.takes if name in act.what}, action.asks)
    except (msgspec.ValidationError, ValueError) as error:
        return f"BAD_REQUEST: {error}"
    return None

"""`robot`, as each script gets its own: what it may listen to and do, under Hubot's names.

A script is a module with `def setup(robot)`. Handlers are plain or async functions of a `Response`; what is done is under way when
the call returns, and may be awaited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from services.hubot.host.brain import Brain
from services.hubot.host.commands import Commands, Told
from services.hubot.host.listeners import Handler, Listener, Matcher, Message, Pattern, addressed, always, compiled, hears
from services.hubot.host.response import Answer, Response, Sending
from services.hubot.host.router import Router

if TYPE_CHECKING:
    from services.hubot.host.run import Run
    from services.hubot.host.stage import Stage
    from services.hubot.host.timers import Timer


T = TypeVar("T")


class Misconfigured(Exception):
    """The script cannot be used as it is configured; the text says in one line why, and is shown on the diagnostics."""


class Robot:
    """Of one script; brain, events and middleware are shared by all."""

    def __init__(self, stage: Stage, script: str, config: dict[str, Any] | None = None) -> None:
        self.name = stage.name
        self.alias = stage.alias
        self.script = script
        self.config = config or {}
        self.brain = Brain(stage.memory, stage.changed, script)
        self.commands = Commands(self, stage.questions)
        self.router = Router()
        self.listeners: list[Listener] = []
        self.heard: list[tuple[str, Handler]] = []
        self.receiving: list[Handler] = []
        self.listening: list[Handler] = []
        self.sending: list[Handler] = []
        self.failing: list[Handler] = []
        self.timers: list[Timer] = []
        self._stage = stage

    def configured(self, kind: type[T]) -> T:
        """The configuration as a Struct of the script. Raises Misconfigured, with the place and kind of what is wrong, never its value."""
        try:
            return msgspec.convert(self.config, kind)
        except msgspec.ValidationError as error:
            why = re.sub(r" '.*'", "", str(error).splitlines()[0])
            raise Misconfigured(f"[scripts.{self.script}] config: {why}") from None

    def hear(self, pattern: Pattern, handler: Handler, **options: Any) -> None:
        """Whatever is said that the pattern finds."""
        self._listen("message", hears(compiled(pattern)), handler, options)

    def respond(self, pattern: Pattern, handler: Handler, **options: Any) -> None:
        """What is said to the bot, by its name or alias at the beginning."""
        self._listen("message", hears(addressed(pattern, self.name, self.alias)), handler, options)

    def listen(self, matcher: Matcher, handler: Handler, **options: Any) -> None:
        self._listen("message", matcher, handler, options)

    def enter(self, handler: Handler) -> None:
        self._listen("enter", always, handler, {})

    def leave(self, handler: Handler) -> None:
        self._listen("leave", always, handler, {})

    def topic(self, handler: Handler) -> None:
        self._listen("topic", always, handler, {})

    def catch_all(self, handler: Handler) -> None:
        """What is said and nobody wanted."""
        self._listen("catch_all", always, handler, {})

    def error(self, handler: Callable[[Exception, Response | None], Any]) -> None:
        """When a handler, of whichever script, has raised."""
        self.failing.append(handler)

    def receive_middleware(self, middleware: Handler) -> None:
        """Of each Message before anybody hears it; False keeps it from all."""
        self.receiving.append(middleware)

    def listener_middleware(self, middleware: Handler) -> None:
        """Of each Listener with the Response it is about to get; False keeps it from this one."""
        self.listening.append(middleware)

    def response_middleware(self, middleware: Callable[[Sending], Any]) -> None:
        """Of each Sending; a plain function. False keeps it from being sent."""
        self.sending.append(middleware)

    def on(self, event: str, handler: Handler) -> None:
        self.heard.append((event, handler))

    def emit(self, event: str, *args: Any) -> None:
        """Tell all scripts that listen to this event."""
        self._stage.emit(event, *args)

    def now(self) -> float:
        """The time in epoch seconds; in tests it is the fake room's."""
        return self._stage.now()

    def every(self, seconds: float, handler: Callable[[], Any]) -> Timer:
        """Again and again, once a second at most, as long as this script is loaded."""
        return self._stage.begin_timer(self, handler, max(1.0, seconds), again=True)

    def at(self, when: datetime | float, handler: Callable[[], Any]) -> Timer:
        """Once, at a time (epoch seconds, or a datetime). A host that begins anew has forgotten it: set it again in setup."""
        moment = when.timestamp() if isinstance(when, datetime) else when
        return self._stage.begin_timer(self, handler, max(0.0, moment - self.now()), again=False)

    def message_room(self, room: str, *strings: str, mentions: Sequence[str] = ()) -> Answer:
        """`mentions` are ids of users who are called by it; those who are not in the room are left out."""
        called = {"mentions": list(mentions)} if mentions else {}
        return self.act("send", {"room_id": room, "text": "\n".join(strings), **called})

    def create_room(self, name: str, topic: str = "") -> Answer:
        return self.act("create_room", {"kind": "public", "name": name, "topic": topic})

    def set_topic(self, room: str, text: str) -> Answer:
        return self.act("topic", {"room_id": room, "topic": text})

    def delete(self, message: Message) -> Answer:
        return self.act("delete", {"msg_id": message.id})

    def kick(self, room: str, user_id: str, reason: str | None = None, *, by: str | None = None) -> Answer:
        """`by` here and below is the id of whoever had it done: refused where they do not stand above that member, whatever the bot may."""
        return self._moderate("kick", room, user_id, reason, by)

    def ban(self, room: str, user_id: str, reason: str | None = None, *, by: str | None = None) -> Answer:
        return self._moderate("ban", room, user_id, reason, by)

    def unban(self, room: str, user_id: str, reason: str | None = None) -> Answer:
        return self._moderate("unban", room, user_id, reason, None)

    def mute(self, room: str, user_id: str, seconds: float, reason: str | None = None, *, by: str | None = None) -> Answer:
        """From a second to 28 days; they read on."""
        return self._moderate("mute", room, user_id, reason, by, ttl_ms=round(seconds * 1000))

    def unmute(self, room: str, user_id: str, reason: str | None = None, *, by: str | None = None) -> Answer:
        return self._moderate("unmute", room, user_id, reason, by)

    def direct(self, user_id: str, *strings: str) -> Answer:
        """Say it to one person alone, in a group of the two; refused once they have left that."""
        return self.act("direct", {"user_id": user_id, "text": "\n".join(strings)})

    def query(self) -> Answer:
        """How the server is: awaited, a dict of queues, counts and errors, as `HouseState` has them."""
        return self.act("query", {})

    def history(self, room: str, limit: int = 50) -> Answer:
        """The newest messages, as `msg.list` gives them."""
        return self.act("history", {"room_id": room, "limit": limit})

    def set_status(self, status: str, text: str = "") -> Answer:
        return self.act("status", {"status": status, "text": text})

    def help_commands(self) -> list[str]:
        return self._stage.help()

    def help_for(self, message: Message) -> dict[str, Told]:
        """By script, what is for whoever says this."""
        return self._stage.told(message)

    def act(self, do: str, what: dict[str, Any], run: Run | None = None) -> Answer:
        return self._stage.act(self.script, do, what, run)

    def lets_out(self, sending: Sending) -> bool:
        return self._stage.lets_out(sending)

    def command(self, matcher: Matcher, handler: Handler) -> None:
        """What `commands.register` listens by: said to the bot, or given as a command."""
        self._listen("command", matcher, handler, {})

    def _moderate(self, do: str, room: str, user_id: str, reason: str | None, by: str | None, **more: Any) -> Answer:
        asked = {"by": by} if by else {}
        return self.act(do, {"room_id": room, "user_id": user_id, "reason": reason, **more, **asked})

    def _listen(self, kind: Any, matches: Matcher, handler: Handler, options: dict[str, Any]) -> None:
        self.listeners.append(Listener(self.script, str(len(self.listeners)), kind, matches, handler, options))

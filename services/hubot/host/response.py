"""What a handler gets: the message, the match, and the ways to answer, under Hubot's names."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from msgspec import Struct

from services.hubot.host.listeners import Message
from services.hubot.words import Done

if TYPE_CHECKING:
    from services.hubot.host.robot import Robot
    from services.hubot.host.run import Run

T = TypeVar("T")


class NotDone(Exception):
    """What the script wanted was refused; the text says why."""


class Answer(Awaitable[Any]):
    """What comes of a wish. It is under way already; who wants to know awaits it, and others need not."""

    def __init__(self) -> None:
        self._done: Done | None = None
        self._event: anyio.Event | None = None

    def done(self, word: Done) -> None:
        self._done = word
        if self._event:
            self._event.set()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._wait().__await__()

    async def _wait(self) -> Any:
        """Raises NotDone."""
        while self._done is None:
            self._event = self._event or anyio.Event()
            await self._event.wait()
        if self._done.refused:
            raise NotDone(self._done.refused)
        return self._done.found


class Sending(Struct):
    """What response middleware sees, and may change, before it is sent."""

    response: Response
    strings: list[str]
    method: str


class Response:
    """`match` is what the listener's pattern found, as re gives it."""

    def __init__(self, robot: Robot, message: Message, match: Any, run: Run) -> None:
        self.robot = robot
        self.message = message
        self.match = match
        self._run = run

    def upon(self, message: Message, match: Any) -> Response:
        """The same turn, about what was said earlier."""
        return Response(self.robot, message, match, self._run)

    def send(self, *strings: str) -> Answer:
        """Say it in the room; several texts are lines of one message."""
        return self._say("send", strings)

    def reply(self, *strings: str) -> Answer:
        """Say it to whoever spoke."""
        return self._say("reply", strings)

    def emote(self, *strings: str) -> Answer:
        return self._say("emote", strings)

    def topic(self, text: str) -> Answer:
        return self.robot.act("topic", {"room_id": self.message.room, "topic": text}, self._run)

    def react(self, emoji: str) -> Answer:
        return self.robot.act("react", {"msg_id": self.message.id, "emoji": emoji, "on": True}, self._run)

    def random(self, items: Sequence[T]) -> T:
        return random.choice(items)  # noqa: S311

    def finish(self) -> None:
        """Nobody after this one shall hear the message; of async handlers only before they wait for the first time."""
        self.message.finish()

    def _say(self, method: str, strings: Sequence[str]) -> Answer:
        sending = Sending(self, list(strings), method)
        if not self.robot.lets_out(sending) or not sending.strings:
            answer = Answer()
            answer.done(Done(""))
            return answer
        what: dict[str, Any] = {"room_id": self.message.room, "text": self._worded(method, "\n".join(sending.strings))}
        if method == "reply" and self.message.id:
            what["reply_to_msg_id"] = self.message.id
        if method == "reply" and self.message.kind in ("message", "command"):
            what["mentions"] = [self.message.user.id]
        return self.robot.act("send", what, self._run)

    def _worded(self, method: str, text: str) -> str:
        match method:
            case "reply":
                return f"@{self.message.user.name} {text}"
            case "emote":
                return f"*{text}*"
            case _:
                return text

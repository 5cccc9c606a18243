"""Commands with arguments: `robot.commands.register("give", handler, args={"to": str, "points": int}, help="...")`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

from msgspec import Struct

from services.hubot.host.arguments import Parse, check, parsed, usage
from services.hubot.host.confirming import PATIENCE_S, Questions
from services.hubot.host.listeners import Matcher, Message, addressed
from services.hubot.words import Offered, Rank

if TYPE_CHECKING:
    from services.hubot.host.response import Response
    from services.hubot.host.robot import Robot

NAME: Final = re.compile(r"(?=.{1,40}\Z)[a-z][a-z0-9_-]*(?: [a-z0-9_-]+)*")
FOR: Final = {"moderator": "this room's moderators", "owner": "this room's owner", "admin": "admins"}
ANSWERS: Final = {"yes": "Do what the bot has asked about", "no": "Leave what the bot has asked about"}
SHOWN: Final = 200
"""Characters of a command that a question repeats."""


class Command(Struct, frozen=True):
    name: str
    handler: Callable[..., Any]
    args: Mapping[str, Parse]
    help: str
    allow: Collection[str] | None
    role: Rank | None
    confirm: bool

    @property
    def usage(self) -> str:
        return " ".join(["hubot", self.name, *usage(self.args)])

    @property
    def line(self) -> str:
        return f"{self.usage} - {self.help}" if self.help else self.usage

    def offered(self) -> Offered:
        return Offered(self.name, " ".join(usage(self.args)), self.help, self.role, None if self.allow is None else sorted(self.allow))

    def refusal(self, message: Message) -> str | None:
        """Why it is not for whoever says this, going by what the server says of them."""
        if self.allow is not None and message.user.name not in self.allow:
            return f"{self.name} is not for you"
        if self.role is not None and not ranks(message, self.role):
            return f"sorry, {self.name} is for {FOR[self.role]}"
        return None


class Told(Struct, frozen=True):
    """What somebody may say to a script: the names of its commands, and a line of help for each and for whatever else it hears."""

    names: list[str]
    lines: list[str]


class Commands:
    """Of one script."""

    def __init__(self, robot: Robot, questions: Questions) -> None:
        self.help: list[str] = []
        self._robot = robot
        self._questions = questions
        self._all: dict[str, Command] = {}

    def register(
        self,
        name: str,
        handler: Callable[..., Any],
        *,
        args: Mapping[str, Parse] | None = None,
        help: str = "",
        allow: Collection[str] | None = None,
        role: Rank | None = None,
        confirm: bool = False,
    ) -> None:
        """Said to the bot, or given as a command, by those in `allow` (handles; all without it) who have the `role` here or a higher one.

        The handler gets the Response and each argument by its name; one whose name ends in `?` may be left out, and is None then. The
        last argument takes what is left of the line, when it is a text. With `confirm` the bot asks first. Raises ValueError and TypeError.
        """
        if not NAME.fullmatch(name) or name in self._all:
            raise ValueError(f"{name!r} is no name for a command, or there already: it takes small letters, digits, - and _")
        if role not in (None, *get_args(Rank)):
            raise ValueError(f"there is no role {role!r}")
        if not isinstance(help, str):  # type: ignore[reportUnnecessaryIsInstance]  Told at the line where it is said.
            raise TypeError("the help of a command is a text")
        check(args or {})
        command = self._all[name] = Command(name, handler, dict(args or {}), help, allow, role, confirm)
        self.help.append(command.line)
        if confirm and not any(each.confirm for each in list(self._all.values())[:-1]):
            self._listen_for_answers()

        async def run(response: Response) -> Any:
            return await self._run(command, response, response.match[1] or "")

        self._robot.command(self._longest(name), run)

    def offered(self) -> list[Offered]:
        """For completion. Answers are for those who can be asked, as far as one word says who that is."""
        offered = [each.offered() for each in self._all.values()]
        asking = [told for told, each in zip(offered, self._all.values(), strict=True) if each.confirm]
        if not asking:
            return offered
        role, allow = asking[0].role, asking[0].allow
        if any((each.role, each.allow) != (role, allow) for each in asking):
            role = allow = None
        return [*offered, *(Offered(word, "", help, role, allow) for word, help in ANSWERS.items())]

    def told(self, message: Message, help: list[str]) -> Told:
        """Of all help of the script what is for whoever says this."""
        closed = {each.line for each in self._all.values() if each.refusal(message)}
        return Told([each.name for each in self._all.values() if each.line not in closed], [line for line in help if line not in closed])

    async def _run(self, command: Command, response: Response, rest: str, *, confirmed: bool = False) -> Any:
        if refusal := command.refusal(response.message):
            return response.reply(refusal)
        try:
            given = parsed(rest, command.args)
        except ValueError:
            return response.reply(f"say it like this: {command.usage}")
        if command.confirm and not confirmed:
            return self._ask(f"{command.name} {rest}".strip(), response)
        found = command.handler(response, **given)
        return await found if inspect.isawaitable(found) else found

    def _ask(self, line: str, response: Response) -> Any:
        self._questions.ask(self._robot.script, line, response.message)
        shown = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
        name = self._robot.name
        return response.reply(f"{shown}: are you sure? Say “{name} yes” within {PATIENCE_S:g} s, or “{name} no”")

    def _listen_for_answers(self) -> None:
        for word, answer in (("yes", self._yes), ("no", self._no)):
            self._robot.command(self._answering(word), answer)

    def _answering(self, word: str) -> Matcher:
        matches = said_or_given(word, self._robot)
        return lambda message: self._questions.open(self._robot.script, message) and matches(message)

    async def _yes(self, response: Response) -> Any:
        """What is done is done for the message that asked for it, by whoever has the right to it still."""
        asked = self._questions.take(response.message)
        name = self._name_in(asked.line)
        if asked.late or name is None:
            return response.reply("that was too long ago; say it again")
        asked.message.role, asked.message.user = response.message.role, response.message.user
        return await self._run(self._all[name], response.upon(asked.message, response.match), asked.line[len(name) :], confirmed=True)

    async def _no(self, response: Response) -> Any:
        self._questions.take(response.message)
        return response.reply("it stays as it is")

    def _longest(self, name: str) -> Matcher:
        """Where two commands begin alike, `raid` and `raid join`, the longer one is meant."""
        matches = said_or_given(rf"{re.escape(name)}(?:\s+((?s:.*)))?", self._robot)

        def matcher(message: Message) -> Any:
            match = matches(message)
            return match if match and self._name_in(f"{name} {match[1] or ''}") == name else None

        return matcher

    def _name_in(self, line: str) -> str | None:
        """The longest name at the beginning of a line."""
        words = line.lower().split(None, 20)
        return next((name for at in range(len(words), 0, -1) if (name := " ".join(words[:at])) in self._all), None)


def said_or_given(pattern: str, robot: Robot) -> Matcher:
    said = addressed(rf"{pattern}\s*\Z", robot.name, robot.alias)
    given = re.compile(rf"{pattern}\s*\Z", re.IGNORECASE)
    return lambda message: given.match(message.text) if message.kind == "command" else said.search(message.text)


def ranks(message: Message, least: Rank) -> bool:
    """An admin stands above all in public rooms, and in a group only as what they are there."""
    admin = "admin" in message.user.roles
    match least:
        case "admin":
            return admin
        case "owner":
            return message.role == "owner" or (admin and message.room.startswith("r_"))
        case "moderator":
            return message.role in ("owner", "moderator") or (admin and message.room.startswith("r_"))

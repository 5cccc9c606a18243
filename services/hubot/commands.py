"""Commands with arguments: `robot.commands.register("give", handler, args={"to": str, "points": int}, help="...")`."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.hubot.response import Response
    from services.hubot.robot import Robot

Parse = Callable[[str], Any]


class Commands:
    """Of one script."""

    def __init__(self, robot: Robot) -> None:
        self.help: list[str] = []
        self._robot = robot

    def register(
        self,
        name: str,
        handler: Callable[..., Any],
        *,
        args: Mapping[str, Parse] | None = None,
        help: str = "",
        allow: Collection[str] | None = None,
    ) -> None:
        """Said to the bot, by those in `allow` (handles; all without it). The handler gets the Response and each argument by its name.

        The last argument takes what is left of the line, when it is a text.
        """
        wanted = dict(args or {})
        usage = " ".join(["hubot", name, *(f"<{each}>" for each in wanted)])
        self.help.append(f"{usage} - {help}" if help else usage)

        async def command(response: Response) -> Any:
            if allow is not None and response.message.user.name not in allow:
                return response.reply(f"{name} is not for you")
            try:
                given = parsed(response.match[1] or "", wanted)
            except ValueError:
                return response.reply(f"say it like this: {usage}")
            found = handler(response, **given)
            return await found if inspect.isawaitable(found) else found

        self._robot.respond(rf"{re.escape(name)}(?:\s+(.*))?\s*\Z", command)


def parsed(text: str, wanted: Mapping[str, Parse]) -> dict[str, Any]:
    """Raises ValueError when it is too little, too much, or not of the kind."""
    words = shlex.split(text)
    names = list(wanted)
    if names and wanted[names[-1]] is str and len(words) > len(names):
        words[len(names) - 1 :] = [" ".join(words[len(names) - 1 :])]
    if len(words) != len(names):
        raise ValueError("another number of words")
    return {name: wanted[name](word) for name, word in zip(names, words, strict=True)}

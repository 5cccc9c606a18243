"""The typed commands of all scripts that are on, as clients may ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from bus.errors import NotFound, Refused, Unavailable
from bus.protocol.bot import BotCommand, BotCommandInfo, CommandRole
from services.hubot.record import Record
from services.hubot.words import Offered, Rank

ROLES: Final[Mapping[Rank, CommandRole]] = {"moderator": "mod", "owner": "owner", "admin": "admin"}
"""As scripts name them, and as the server does."""


class Catalogue:
    """Made of what each script told when it was loaded."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records

    def all(self) -> list[Offered]:
        """By name, each once; of two scripts with the same name the first in the listing tells. What is for different people is for all."""
        found: dict[str, Offered] = {}
        for record in self._records.values():
            for each in record.commands if record.state == "on" else []:
                first = found.setdefault(each.name, each)
                if (first.role, first.allow) != (each.role, each.allow):
                    found[each.name] = replace(first, role=None, allow=None)
        return [found[name] for name in sorted(found)]

    def refusal(self, request: BotCommand) -> Refused | None:
        """Why no script would hear this."""
        words = request.line.split(None, 20)
        beginnings = {" ".join(words[:at]) for at in range(1, len(words) + 1)}
        if any(each.name in beginnings for each in self.all()):
            return None
        return self.loading() or NotFound(f"there is no command /{request.command}")

    def loading(self) -> Refused | None:
        waits = any(record.state == "waiting" for record in self._records.values())
        return Unavailable("the bot's scripts are being loaded; try again") if waits else None


def offered(commands: Iterable[Offered], handle: str) -> list[BotCommandInfo]:
    """To somebody of this handle: none that others are named for. The role they have may be another in a minute, so that is told."""
    return [
        BotCommandInfo(each.name, each.usage, each.help, ROLES[each.role] if each.role else None)
        for each in commands
        if each.allow is None or handle in each.allow
    ]

"""The typed commands of all scripts that are on, as clients may ask for them."""

from __future__ import annotations

from collections.abc import Mapping

from bus.errors import NotFound, Refused, Unavailable
from bus.protocol.bot import BotCommand, BotCommandInfo
from services.hubot.record import Record


class Catalogue:
    """Made of what each script told when it was loaded."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records

    def all(self) -> list[BotCommandInfo]:
        """By name, each once; of two scripts with the same name the first in the listing tells."""
        found: dict[str, BotCommandInfo] = {}
        for record in self._records.values():
            for each in record.commands if record.state == "on" else []:
                found.setdefault(each.name, BotCommandInfo(each.name, each.usage, each.help))
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

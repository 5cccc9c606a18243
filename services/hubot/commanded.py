"""The part of the bot's service that takes typed commands and tells which there are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bus.bus import Bus
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.bot import BotCommand, BotCommands, CommandGiven
from bus.service import Service, Way
from services.hubot.catalogue import Catalogue
from services.hubot.given import Seen, give, offer
from services.hubot.record import Record


class Commanded(Service):
    """`records` are those of the scripts."""

    def __init__(self, bus: Bus, commit: Way, records: Mapping[str, Record]) -> None:
        super().__init__("hubot", bus, capacity=4096)
        self._commit = commit
        self._catalogue = Catalogue(records)
        self._seen = Seen()

    def commanded(self, fact: CommandGiven) -> None:
        """Called once for each command."""
        raise NotImplementedError

    @BotCommand.take
    async def command(self, letter: Letter) -> None:
        """Written down, and then heard in the order of the log, among all that is said."""
        await self._commit.put(letter, partial(give, self._catalogue.refusal(letter.message)))

    @BotCommands.take
    async def commands(self, letter: Letter) -> None:
        await self._commit.put(letter, partial(offer, self._catalogue.loading(), self._catalogue.all()))

    @CommandGiven.heard
    async def given(self, fact: CommandGiven, context: Context) -> None:
        if self._seen.first(fact.key):
            self.commanded(fact)

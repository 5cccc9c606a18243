"""The bot's account, made once, and what its scripts leave in the brain: deeds that the bot brings to the writer itself."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from bus.message import Context
from bus.protocol.inside import BrainChanged, UserJoined
from bus.protocol.terms import HUBOT
from services.hubot import rows
from services.hubot.rows import Known
from services.store import Transaction

BOT: Final = HUBOT
NAME: Final = "hubot"


class Remember(Struct, frozen=True):
    """What is to be kept; None for what is to be forgotten."""

    values: dict[str, str | None]


def move_in(tx: Transaction, request: object, context: Context) -> tuple[Known, dict[str, str]]:
    """The bot's account, made if there is none, and all it must know. Where its handle is somebody's it takes the next that is free."""
    if not rows.exists(tx.db, BOT):
        names = [NAME, *(f"{NAME}_{number}" for number in range(2, 100))]
        handle = next(name for name in names if not rows.handle_taken(tx.db, name))
        tx.record(UserJoined(BOT, handle, NAME, [], bot=True), context)
    return rows.known(tx.db, BOT), rows.brain(tx.db)


def remember(tx: Transaction, request: Remember, context: Context) -> None:
    """What is so already is not written down again."""
    if changed := {key: value for key, value in request.values.items() if rows.value(tx.db, key) != value}:
        tx.record(BrainChanged(changed), context)

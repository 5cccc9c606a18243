"""Answers to the words of the bot in a house that has none."""

from __future__ import annotations

from bus.errors import NotFound
from bus.message import Context
from bus.protocol.bot import BotCommand, BotCommandAck, BotCommands, BotCommandsResult
from services import access
from services.store import Snapshot


@BotCommand.read
def command(look: Snapshot, request: BotCommand, context: Context) -> BotCommandAck:
    access.entered(look.db, context, request.room_id)
    raise NotFound("this server has no bot")


@BotCommands.read
def commands(look: Snapshot, request: BotCommands, context: Context) -> BotCommandsResult:
    access.entered(look.db, context, request.room_id)
    return BotCommandsResult(request.room_id, [])

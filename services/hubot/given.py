"""Typed commands: what a member may give to the bot of a room, written down before it is acknowledged."""

from __future__ import annotations

from hashlib import sha256

from bus.errors import Forbidden, NotFound, Refused
from bus.message import Context
from bus.protocol.bot import BotCommand, BotCommandAck, BotCommands, BotCommandsResult, CommandGiven
from services import access
from services.hubot import rows
from services.hubot.catalogue import offered
from services.hubot.deeds import BOT
from services.hubot.words import Offered
from services.store import Transaction

REMEMBERED = 2000


def give(refusal: Refused | None, tx: Transaction, request: BotCommand, context: Context) -> BotCommandAck:
    """`refusal` is for those who may know that the bot is there. Who may not speak does not have the bot speak for them either."""
    room = access.entered(tx.db, context, request.room_id)
    if not rows.sits(tx.db, room.room_no, BOT):
        raise NotFound("the bot is not in this room; moderators add it under Members")
    if room.asker and room.asker.bot:
        raise Forbidden("the bot takes no commands from bots")
    access.unmuted(room, tx.now)
    if refusal:
        raise refusal
    key = tx.new_id("c_") if request.client_msg_id is None else same(context.user, request.room_id, request.client_msg_id)
    tx.record(CommandGiven(request.room_id, context.user, key, request.line), context)
    return BotCommandAck(queued=True)


def offer(refusal: Refused | None, found: list[Offered], tx: Transaction, request: BotCommands, context: Context) -> BotCommandsResult:
    room = access.entered(tx.db, context, request.room_id)
    if not rows.sits(tx.db, room.room_no, BOT):
        return BotCommandsResult(request.room_id, [])
    if refusal:
        raise refusal
    return BotCommandsResult(request.room_id, offered(found, room.asker.handle if room.asker else ""))


def same(user_id: str, room_id: str, client_msg_id: str) -> str:
    """One key for one user's one command, however often it is sent."""
    return "c_" + sha256(f"{user_id} {room_id} {client_msg_id}".encode()).hexdigest()[:32]


class Seen:
    """Keys of the last commands. Who sends one again after a restart of the server has it done again, and what it says said once."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def first(self, key: str) -> bool:
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > REMEMBERED:
            del self._keys[next(iter(self._keys))]
        return True

"""What is typed for the bot: its commands, which it answers in the room by ordinary messages of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bus.message import Fact, Reply, Request, Scope
from bus.protocol.terms import ClientMsgId, RoomId, check_text

CommandName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}\Z")]
CommandRole = Literal["mod", "owner", "admin"]
Args = Annotated[str, Meta(description="Up to 8000 bytes of UTF-8, as they would stand behind the command.")]


class BotCommandInfo(Struct, frozen=True):
    """A command as the page offers it. `usage` is what may stand behind its name: `<needed> [optional]`.

    Others than those who have this `role` in the room, or a higher one, are refused; without it, nobody is. `admin` is of the server.
    """

    name: str
    usage: str
    help: str
    role: CommandRole | None = None


class BotCommandAck(Reply, frozen=True):
    """The command is on disk, and the bot hears it, unless the server ends first. What it says comes as ordinary messages."""

    t = "bot.command_ack"
    queued: bool


class BotCommand(Request[BotCommandAck], frozen=True):
    """Have the bot of a room that you are in do something. With the same client_msg_id it is done once, however often sent."""

    t = "bot.command"
    rate = "chat"
    room_id: RoomId
    command: CommandName
    args: Args = ""
    client_msg_id: ClientMsgId | None = None

    def __post_init__(self) -> None:
        check_text(self.line)

    @property
    def line(self) -> str:
        return f"{self.command} {self.args}".strip()


class CommandGiven(Fact, frozen=True):
    """Somebody in the room wants the bot to do something; `key` is the same for what was sent again."""

    t = "bot.command_given"
    hidden = ("text",)
    room_id: str
    user_id: str
    key: str
    text: str

    def scope(self) -> Scope:
        return "room", self.room_id


class BotCommandsResult(Reply, frozen=True):
    """All commands of the bot's scripts, by name, but those that others are named for; none where the bot is not in the room."""

    t = "bot.commands_result"
    room_id: RoomId
    commands: list[BotCommandInfo]


class BotCommands(Request[BotCommandsResult], frozen=True):
    """Which commands the bot takes in a room that you are in."""

    t = "bot.commands"
    room_id: RoomId

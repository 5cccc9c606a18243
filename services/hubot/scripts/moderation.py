"""Description:
  Moderators' work by word. The server decides whom the bot may touch, and whoever asks; it must be a moderator of the room itself.

Configuration:
  mute - how long when nothing is said, like 10m; that when not set

Author:
  devchitchat
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from msgspec import Struct

from services.hubot.host.listeners import Message
from services.hubot.host.response import NotDone, Response
from services.hubot.host.robot import Misconfigured, Robot
from services.hubot.times import seconds, span

MOST, PACE, LONGEST, LONGEST_S = 50, 0.6, 200, 28 * 86400
"""Messages in one purge; seconds between two, for scripts do two things a second; letters of a reason; seconds of a mute."""


class Settings(Struct, forbid_unknown_fields=True):
    mute: str = "10m"


def setup(robot: Robot) -> None:
    usual = robot.configured(Settings).mute
    try:
        seconds(usual)
    except ValueError as error:
        raise Misconfigured(f"[scripts.{robot.script}] config: mute: {error}") from None

    async def deal(res: Response, who: str, deed: Callable[[str], Awaitable[Any]], done: str) -> None:
        """`deed` gets the user's id; `done` is what is said then."""
        handle = who.strip().removeprefix("@").lower()[:20]
        person = robot.brain.user_for_name(handle)
        try:
            if person is None:
                raise NotDone("NOT_FOUND")
            await deed(person.id)
        except NotDone as refused:
            code, _, why = str(refused).partition(": ")
            missing = code == "NOT_FOUND"
            res.reply(f"there is no {handle} here" if missing else f"sorry, I may not do that: {why or code}")
        else:
            res.send(f"{handle} is {done}.")

    async def mute(res: Response, who: str, time: str | None = None, why: str | None = None) -> None:
        try:
            length = seconds((time or usual).lower())
        except ValueError:  # Not a time, so it is the first word of the reason.
            length, why = seconds(usual), f"{time} {why or ''}".strip()
        if length > LONGEST_S:
            res.reply("28 days at most")
            return
        room = res.message.room
        await deal(res, who, lambda user: robot.mute(room, user, length, reason(why), by=res.message.user.id), f"muted for {span(length)}")

    async def unmute(res: Response, who: str) -> None:
        await deal(res, who, lambda user: robot.unmute(res.message.room, user, by=res.message.user.id), "unmuted")

    async def kick(res: Response, who: str, why: str | None = None) -> None:
        await deal(res, who, lambda user: robot.kick(res.message.room, user, reason(why), by=res.message.user.id), "out")

    async def ban(res: Response, who: str, why: str | None = None) -> None:
        await deal(res, who, lambda user: robot.ban(res.message.room, user, reason(why), by=res.message.user.id), "banned from this room")

    async def unban(res: Response, who: str) -> None:
        await deal(res, who, lambda user: robot.unban(res.message.room, user), "welcome again")

    async def purge(res: Response, count: int) -> None:
        """Those before the one that asks for it, the newest first, at the pace that scripts have."""
        if not 1 <= count <= MOST:
            res.reply(f"say a number from 1 to {MOST}")
            return
        try:
            messages = (await robot.history(res.message.room, limit=count + 30))["messages"]
        except NotDone as refused:
            res.reply(f"sorry, I may not do that: {str(refused).partition(': ')[2] or refused}")
            return
        gone = [each["msg_id"] for each in earlier(messages, res.message) if not each.get("deleted_at")][-count:]
        for place, msg_id in enumerate(reversed(gone)):
            robot.at(robot.now() + place * PACE, partial(robot.act, "delete", {"msg_id": msg_id}))
        res.send(f"Deleting {len(gone)} message{'s' * (len(gone) != 1)}.")

    whom = {"who": str, "why?": str}
    robot.commands.register("mute", mute, args={"who": str, "time?": str, "why?": str}, role="moderator", help="Mute somebody: bob 10m why")
    robot.commands.register("unmute", unmute, args={"who": str}, role="moderator", help="Let somebody write again")
    robot.commands.register("kick", kick, args=whom, role="moderator", confirm=True, help="Put somebody out of this room")
    robot.commands.register("ban", ban, args=whom, role="moderator", confirm=True, help="Put somebody out of this room for good")
    robot.commands.register("unban", unban, args={"who": str}, role="moderator", help="Let somebody in again")
    robot.commands.register("purge", purge, args={"count": int}, role="moderator", confirm=True, help="Delete the last messages here")


def earlier(messages: list[dict[str, Any]], asked: Message) -> list[dict[str, Any]]:
    """What stood there when it was asked for, which may have been by a command that is no message; then come our question and a yes."""
    ids = [each["msg_id"] for each in messages]
    if asked.id in ids:
        return messages[: ids.index(asked.id)]
    if messages and messages[-1]["user_id"] == asked.user.id and messages[-1]["text"].lower().endswith("yes"):
        messages = messages[:-1]
    return messages[:-1] if messages and messages[-1].get("bot") else messages


def reason(why: str | None) -> str | None:
    return why[:LONGEST] if why else None

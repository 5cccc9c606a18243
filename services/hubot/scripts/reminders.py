"""Description:
  Reminds people, in the room where they asked for it; also after a restart.

Commands:
  hubot remind me in 20 minutes to turn the pizza - also: at 20:30, tomorrow 9:00, 2026-12-01 20:00

Configuration:
  none

Author:
  devchitchat
"""

import re
from functools import partial
from typing import Any

from services.hubot.host.response import Answer, Response
from services.hubot.host.robot import Robot
from services.hubot.times import clock, ending, moment, seconds, span

ASKED = re.compile(r"(?:me\s++)?(?:(.*?\S)\s++)?(?:to|that|about)\s++(.+)", re.IGNORECASE | re.DOTALL)
"""No blanks are ever given back: a long row of them would keep the matcher busy for hours."""
EACH, LONGEST, LATE = 10, 200, 90
"""Reminders of one person in a room; letters; seconds."""
ALL = 60


def setup(robot: Robot) -> None:
    def kept(room: str) -> list[dict[str, Any]]:
        return robot.brain.private.get(room, [])

    def set_again(room: str, one: dict[str, Any]) -> None:
        robot.at(one["at"], partial(due, room, one["n"], one["at"]))

    def due(room: str, number: int, at: float) -> None:
        """Of one that was cancelled there is nothing left to say, and its number may be another's."""
        found = next((one for one in kept(room) if (one["n"], one["at"]) == (number, at)), None)
        if found:
            forget(room, found)
            late = robot.now() - found["at"]
            away = f" (That was {span(late)} ago; I was away.)" if late > LATE else ""
            robot.message_room(room, f"@{found['name']} {found['what']}{away}", mentions=[found["user"]])

    def forget(room: str, gone: dict[str, Any]) -> None:
        left = [one for one in kept(room) if one["n"] != gone["n"]]
        if left:
            robot.brain.private.set(room, left)
        else:
            robot.brain.private.remove(room)

    def keep(res: Response, at: float, what: str) -> Answer:
        room, user = res.message.room, res.message.user
        others = kept(room)
        if len(others) >= ALL or sum(one["user"] == user.id for one in others) >= EACH:
            return res.reply(f"that is enough to remember; see `{robot.name} reminders`")
        number = next(n for n in range(1, ALL + 1) if n not in {one["n"] for one in others})
        one = {"n": number, "at": at, "user": user.id, "name": user.name, "what": what[:LONGEST]}
        robot.brain.private.set(room, [*others, one])
        set_again(room, one)
        return res.send(f"I will, {'at ' * (at - robot.now() < 43200)}{clock(at, robot.now())} (number {number}).")

    def remind(res: Response, what: str) -> Answer:
        """The time stands before what it is about, or behind."""
        found = ASKED.fullmatch(what.strip())
        try:
            if found is None:
                raise ValueError(f"say it like `{robot.name} remind me in 20m to turn the pizza`")
            text, at = (found[2], moment(found[1], robot.now())) if found[1] else ending(found[2], robot.now())
        except ValueError as error:
            return res.reply(str(error))
        return keep(res, at, text)

    def timer(res: Response, time: str, about: str | None = None) -> Answer:
        try:
            length = seconds(time.lower())
        except ValueError as error:
            return res.reply(str(error))
        return keep(res, robot.now() + length, f"{span(length)} are over{f': {about}' if about else ''}")

    def listing(res: Response) -> Answer:
        mine = [one for one in kept(res.message.room) if one["user"] == res.message.user.id]
        lines = [f"{one['n']}. {clock(one['at'], robot.now())}: {one['what']}" for one in sorted(mine, key=lambda one: one["at"])]
        return res.send("\n".join(lines) or "You have no reminders here.")

    def cancel(res: Response, number: int) -> Answer:
        for one in kept(res.message.room):
            if one["n"] == number and one["user"] == res.message.user.id:
                forget(res.message.room, one)
                return res.send(f"Number {number} is cancelled.")
        return res.reply("you have no reminder of that number here")

    for room in robot.brain.private.keys():
        for one in kept(room):
            set_again(room, one)
    robot.commands.register("remind", remind, args={"what": str}, help="Remind me: in 20m to turn the pizza")
    robot.commands.register("timer", timer, args={"time": str, "about?": str}, help="Say when 5m, 90s or 1h30m are over")
    robot.commands.register("reminders", listing, help="My reminders in this room")
    robot.commands.register("cancel", cancel, args={"number": int}, help="Cancel one of my reminders")

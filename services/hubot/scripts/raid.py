"""Description:
  Plans a raid in a room: who comes as what, and a call to all of them before it begins.

Commands:
  hubot raid Molten Core tonight 20:00 - plans one; also: in 2h, 20:00, tomorrow 20:00, 2026-12-01 20:00
  hubot sign up as healer - the same as signup
  hubot sign off - the same as signoff

Configuration:
  before - minutes before the beginning at which all are called; 15 when not set

Author:
  devchitchat
"""

import re
from functools import partial
from typing import Annotated, Any

from msgspec import Meta, Struct

from services.hubot.host.commands import ranks
from services.hubot.host.response import Answer, Response
from services.hubot.host.robot import Robot
from services.hubot.times import clock, ending, span

MOST, LONGEST = 50, 60
ARTICLE = re.compile(r"\A(?:as )?(?:an? )?", re.IGNORECASE)


class Settings(Struct, forbid_unknown_fields=True):
    before: Annotated[int, Meta(ge=1, le=1440)] = 15


def setup(robot: Robot) -> None:
    before = robot.configured(Settings).before * 60

    def now(room: str) -> dict[str, Any] | None:
        """None when it has begun."""
        found = robot.brain.private.get(room)
        return found if found and found["at"] > robot.now() else None

    def shown(raid: dict[str, Any]) -> str:
        names = [f"{name} ({role})" if role else name for name, role in raid["who"].values()]
        return f"**{raid['name']}**, {clock(raid['at'], robot.now())}: {', '.join(names) or 'nobody yet'}"

    def call_later(room: str, raid: dict[str, Any]) -> None:
        robot.at(raid["call"], partial(call, room, raid["at"]))

    def call(room: str, at: float) -> None:
        """Unless another is planned by now."""
        raid = robot.brain.private.get(room)
        if raid and raid["at"] == at and not raid["called"]:
            robot.brain.private.set(room, {**raid, "called": True})
            everyone, left = " ".join(f"@{name}" for name, _ in raid["who"].values()), at - robot.now()
            text = f"{raid['name']} begins {f'in {span(left)}' if left >= 1 else 'now'}. {everyone}".rstrip()
            robot.message_room(room, text, mentions=list(raid["who"]))

    def raid(res: Response, plan: str | None = None) -> Answer:
        running = now(res.message.room)
        if not plan:
            return roster(res)
        if running:
            return res.reply(f"there is one already: {shown(running)}")
        try:
            name, at = ending(" ".join(plan.split()), robot.now())
        except ValueError as error:
            return res.reply(str(error))
        name = name.strip("\"'“”")[:LONGEST] or "Raid"
        call = at - before if at - before > robot.now() else at
        made: dict[str, Any] = {"name": name, "at": at, "by": res.message.user.id, "who": {}, "call": call, "called": False}
        robot.brain.private.set(res.message.room, made)
        call_later(res.message.room, made)
        return res.send(f"**{name}**, {clock(at, robot.now())}. Say `{robot.name} sign up`, or `{robot.name} sign up as healer`.")

    def cancel(res: Response) -> Answer:
        running = now(res.message.room)
        if running is None:
            return res.reply("no raid is planned here")
        if running["by"] != res.message.user.id and not ranks(res.message, "moderator"):
            return res.reply("only whoever planned it and moderators cancel it")
        robot.brain.private.remove(res.message.room)
        return res.send(f"{running['name']} is cancelled.")

    def come(res: Response, role: str | None = None) -> Answer:
        running, user = now(res.message.room), res.message.user
        if running is None:
            return res.reply("no raid is planned here")
        if len(running["who"]) >= MOST and user.id not in running["who"]:
            return res.reply("it is full")
        running["who"][user.id] = [user.name, (role or "").strip().removeprefix("as ").strip()[:20]]
        robot.brain.private.set(res.message.room, running)
        return res.send(shown(running))

    def stay(res: Response) -> Answer:
        running = now(res.message.room)
        if running is None or running["who"].pop(res.message.user.id, None) is None:
            return res.reply("you are not on the list")
        robot.brain.private.set(res.message.room, running)
        return res.send(shown(running))

    def roster(res: Response) -> Answer:
        running = now(res.message.room)
        return res.send(shown(running) if running else f"No raid is planned here. Say `{robot.name} raid Molten Core tonight 20:00`.")

    def asked(res: Response) -> Answer:
        return come(res, ARTICLE.sub("", " ".join(res.match[1].split())))

    for room in robot.brain.private.keys():
        if (kept := robot.brain.private.get(room)) and robot.now() < kept["at"] + before:
            call_later(room, kept)
    robot.commands.register("raid", raid, args={"plan?": str}, help="Plan a raid by its name and time, or show it")
    robot.commands.register("raid cancel", cancel, help="Cancel it, for whoever planned it and moderators")
    robot.commands.register("signup", come, args={"role?": str}, help="Be on the list of the raid")
    robot.commands.register("signoff", stay, help="Be off it again")
    robot.commands.register("roster", roster, help="Who comes")
    robot.respond(r"(?:join|sign up|sign me up)(?!\S)((?s:.*))$", asked)
    robot.respond(r"(?:leave|sign off|sign me off)\s*$", stay)

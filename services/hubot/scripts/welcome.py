"""Description:
  Greets who enters a room, and not again when they come back within a day.

Configuration:
  text - the greeting; {name} is who entered, {bot} is the bot

Author:
  devchitchat
"""

from typing import Annotated

from msgspec import Meta, Struct

from services.hubot.host.response import Response
from services.hubot.host.robot import Robot

DAY = 86400
MOST = 500
"""Greetings that are remembered in a room."""


class Settings(Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(min_length=1, max_length=1500)] = (
        "Welcome, {name}! `{bot} rules` tells how we do things here, `{bot} help` what I can do."
    )


def setup(robot: Robot) -> None:
    text = robot.configured(Settings).text.replace("{bot}", robot.name)

    def greet(res: Response) -> None:
        room, user, now = res.message.room, res.message.user, robot.now()
        greeted = {who: at for who, at in robot.brain.private.get(room, {}).items() if now - at < DAY}
        if user.id in greeted:
            return
        robot.brain.private.set(room, dict([*greeted.items(), (user.id, round(now))][-MOST:]))
        res.send(text.replace("{name}", user.display_name or user.name))

    robot.enter(greet)

"""Description:
  Whether the bot is there, and for how long.

Configuration:
  none

Author:
  devchitchat
"""

import platform
from importlib import metadata

from services.hubot.host.response import Response
from services.hubot.host.robot import Robot
from services.hubot.times import span


def version() -> str:
    try:
        return f"devchitchat {metadata.version('devchitchat')}"
    except metadata.PackageNotFoundError:
        return "devchitchat"


def setup(robot: Robot) -> None:
    began = robot.now()

    def ping(res: Response) -> None:
        res.send("PONG")

    def status(res: Response) -> None:
        res.send(f"I have been here for {span(robot.now() - began)}. {version()}, Python {platform.python_version()}.")

    robot.commands.register("ping", ping, help="Say PONG")
    robot.commands.register("status", status, help="How long the bot has been here")

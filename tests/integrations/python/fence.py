"""The fence of the conversations: what the bot said before it passes is what it had to say.

Description: answers that a fence was passed
"""

# pyright: basic
from __future__ import annotations

from services.hubot.host.robot import Robot


def setup(robot: Robot) -> None:
    robot.hear(r"^fence (\d+)$", lambda res: res.send(f"fence {res.match[1]} passed"))

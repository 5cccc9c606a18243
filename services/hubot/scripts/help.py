"""Description:
  What one can say to the bot, from what its scripts say of themselves.

Configuration:
  none

Author:
  devchitchat
"""

from services.hubot.response import Answer, Response
from services.hubot.robot import Robot

MOST = 7500
"""Bytes: a message has 8000."""


def setup(robot: Robot) -> None:
    def lines() -> list[str]:
        """In the bot's own name; scripts say `hubot`."""
        return [f"{robot.name}{line.removeprefix('hubot')}" if line.startswith("hubot ") else line for line in robot.help_commands()]

    def help(res: Response, about: str | None = None) -> Answer:
        wanted = (about or "").lower()
        found = [line for line in dict.fromkeys(lines()) if wanted in line.lower()]
        if not found:
            return res.send(f"I know nothing about that. Say `{robot.name} help`.")
        text = "\n".join(found).encode()
        return res.send(text[:MOST].decode(errors="ignore"))

    robot.commands.register("help", help, args={"about?": str}, help="What the bot knows, or what it knows about that")

"""Description:
  What one can say to the bot, from what its scripts say of themselves; nobody is told of commands that are not for them.

Configuration:
  none

Author:
  devchitchat
"""

from services.hubot.host.commands import Told
from services.hubot.host.response import Answer, Response
from services.hubot.host.robot import Robot

MOST = 7500
"""Bytes: a message has 8000."""


def head(line: str) -> str:
    return line.partition(" - ")[0]


def setup(robot: Robot) -> None:
    def item(line: str) -> str:
        """In the bot's own name; scripts say `hubot`."""
        said, _, about = line.partition(" - ")
        named = f"{robot.name}{said.removeprefix('hubot')}" if said.startswith("hubot ") else said
        return f"- `{named}`: {about}" if about else f"- `{named}`"

    def overview(told: dict[str, Told]) -> list[str]:
        """A line for each script, and one for all that have a single command of their own name."""
        names = {script: its.names or [head(line) for line in its.lines] for script, its in sorted(told.items()) if its.lines}
        lines = [f"- **{script}**: {', '.join(found)}" for script, found in names.items() if found != [script]]
        single = ", ".join(script for script, found in names.items() if found == [script])
        first = f"Say `{robot.name} NAME`, or type `/NAME`. More about one: `{robot.name} help NAME`."
        return [first, *lines, *([f"- {single}"] if single else [])]

    def detail(told: dict[str, Told], wanted: str) -> list[str]:
        """The help of scripts of that name, and every other line about it."""
        lines = [line for script, its in told.items() for line in its.lines if wanted in script or wanted in line.lower()]
        return [item(line) for line in sorted(dict.fromkeys(lines))]

    def help(res: Response, about: str | None = None) -> Answer:
        told, wanted = robot.help_for(res.message), (about or "").strip().lower()
        found = detail(told, wanted) if wanted else overview(told)
        if not found:
            return res.send(f"I know nothing about that. Say `{robot.name} help`.")
        return res.send("\n".join(found).encode()[:MOST].decode(errors="ignore"))

    robot.commands.register("help", help, args={"about?": str}, help="What the bot knows, or what it knows about that")
    robot.respond(r"[?!.]*\s*$", help)

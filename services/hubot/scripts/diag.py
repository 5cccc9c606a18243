"""Description:
  How the server is, for admins: queues, calls, errors. No names, nothing of what was said.

Configuration:
  none

Author:
  devchitchat
"""

from typing import Any

from services.hubot.host.response import NotDone, Response
from services.hubot.host.robot import Robot

MOST = 60
"""Lines."""


def lines(found: Any, above: str = "") -> list[str]:
    """A line for what is plain, and for each group below it."""
    plain = [
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in found.items()
        if not isinstance(value, (dict, list))
    ]
    below = [line for name, value in found.items() if isinstance(value, dict) for line in lines(value, f"{above} {name}".strip())]
    return [f"**{above or 'server'}**: {', '.join(plain)}"] * bool(plain) + below


def setup(robot: Robot) -> None:
    async def diag(res: Response) -> None:
        try:
            res.send("\n".join(lines(await robot.query())[:MOST])[:3900])
        except NotDone as refused:
            res.reply(f"the server does not tell: {refused}")

    robot.commands.register("diag", diag, role="admin", help="How the server is: queues, calls, errors")

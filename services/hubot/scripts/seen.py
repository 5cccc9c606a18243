"""Description:
  When somebody was last heard in this room. What they said, and other rooms, are nobody's business.

Commands:
  hubot when did you see <name>?

Configuration:
  none

Author:
  devchitchat
"""

from services.hubot.host.listeners import Message
from services.hubot.host.response import Response
from services.hubot.host.robot import Robot
from services.hubot.times import span

STEP = 30
"""Seconds; so often at most it is written down that somebody speaks."""


def setup(robot: Robot) -> None:
    def note(message: Message) -> None:
        key = f"{message.room}:{message.user.id}"
        if message.kind == "message" and robot.now() - robot.brain.private.get(key, 0) >= STEP:
            robot.brain.private.set(key, round(robot.now()))

    def tell(res: Response, name: str) -> None:
        handle = name.strip().removeprefix("@").lower()[:20]
        person = robot.brain.user_for_name(handle)
        at = robot.brain.private.get(f"{res.message.room}:{person.id}") if person else None
        res.send(f"I have not heard {handle} here." if at is None else f"I last heard {handle} here {span(robot.now() - at)} ago.")

    robot.receive_middleware(note)
    robot.commands.register("seen", tell, args={"name": str}, help="When somebody was last heard in this room")

    def asked(res: Response) -> None:
        tell(res, res.match[1])

    robot.respond(r"when did you (?:last )?(?:see|hear) (\S+?)\s*(?:last)?[?]*$", asked)

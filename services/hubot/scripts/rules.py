"""Description:
  The rules of the house.

Commands:
  hubot what are the rules?

Configuration:
  text - the rules; Markdown

Author:
  devchitchat
"""

from typing import Annotated

from msgspec import Meta, Struct

from services.hubot.host.response import Response
from services.hubot.host.robot import Robot


class Settings(Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(min_length=1, max_length=1900)] = "1. Be kind.\n2. What is said here stays here.\n3. Snacks are shared."


def setup(robot: Robot) -> None:
    text = robot.configured(Settings).text

    def rules(res: Response) -> None:
        res.send(text)

    robot.commands.register("rules", rules, help="The rules of the house")
    robot.respond(r"(?:what are |tell (?:me|us) )?the rules\s*[?.!]*$", rules)

"""What hubot-diagnostics, hubot-help and hubot-rules say to the conversations, but for `ping`, which comes with the bot.

Commands:
    hubot echo <text> - says it again
    hubot help - lists what the bot can do
    hubot the rules - says the three rules
"""

# pyright: basic
from __future__ import annotations

from services.hubot.host.response import Response
from services.hubot.host.robot import Robot

RULES = (
    "0. A robot may not harm humanity, or, by inaction, allow humanity to come to harm.",
    "1. A robot may not injure a human being or, through inaction, allow a human being to come to harm.",
    "2. A robot must obey any orders given to it by human beings, except where such orders would conflict with the First Law.",
    "3. A robot must protect its own existence as long as such protection does not conflict with the First or Second Law.",
)


def setup(robot: Robot) -> None:
    def help(res: Response) -> None:
        res.reply("Available commands:", *robot.help_commands())

    robot.respond(r"echo (.*)$", lambda res: res.send(res.match[1]))
    robot.respond(r"help$", help)
    robot.respond(r"(what are )?the (three |3 )?(rules|laws)", lambda res: res.send(*RULES))

"""Description:
  Dice and coins.

Commands:
  hubot heads or tails?

Configuration:
  none

Author:
  devchitchat
"""

import re
from random import SystemRandom

from services.hubot.host.response import Answer, Response
from services.hubot.host.robot import Robot

DICE = re.compile(r"(\d{0,3})d(\d{1,4})\s*([+-]\s*\d{1,4})?", re.IGNORECASE)
MOST_DICE, MOST_SIDES = 50, 1000


def setup(robot: Robot) -> None:
    chance = SystemRandom()

    def roll(res: Response, dice: str | None = None) -> Answer:
        found = DICE.fullmatch((dice or "1d6").strip())
        count, sides = (int(found[1] or 1), int(found[2])) if found else (0, 0)
        if not (found and 1 <= count <= MOST_DICE and 2 <= sides <= MOST_SIDES):
            return res.reply(f"say it like 2d6+1; {MOST_DICE} dice and {MOST_SIDES} sides at most")
        thrown = [chance.randint(1, sides) for _ in range(count)]
        more = int((found[3] or "0").replace(" ", ""))
        parts = [" + ".join(map(str, thrown))] + [f"{'-' if more < 0 else '+'} {abs(more)}"] * bool(more)
        return res.send(f"{' '.join(parts)} = **{sum(thrown) + more}**" if len(thrown) > 1 or more else f"**{thrown[0]}**")

    def flip(res: Response, coin: str | None = None) -> None:
        res.send(chance.choice(["Heads.", "Tails."]))

    robot.commands.register("roll", roll, args={"dice?": str}, help="Throw dice: 2d6+1, d20")
    robot.commands.register("flip", flip, args={"coin?": str}, help="Throw a coin")
    robot.respond(r"heads or tails\s*[?.!]*$", flip)

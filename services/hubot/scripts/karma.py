"""Description:
  Points for people and things, given by all but oneself; each room counts for itself.

Commands:
  ada++ - a point for ada
  ada-- - a point less

Configuration:
  none

Author:
  devchitchat
"""

import re

from services.hubot.host.response import Answer, Response
from services.hubot.host.robot import Robot

GIVEN = re.compile(r"(?:^|\s)@?(\w{2,30})(\+\+|--)(?=$|[\s.,:!?])")
MOST = 200
"""Names in a room; those with the fewest points are forgotten."""


def setup(robot: Robot) -> None:
    def points(room: str) -> dict[str, int]:
        return robot.brain.private.get(room, {})

    def give(res: Response) -> None:
        room, all_points, told = res.message.room, points(res.message.room), list[str]()
        for name, sign in GIVEN.findall(res.message.text.lower())[:5]:
            if name == res.message.user.name:
                told.append(f"{name}, nobody counts for themselves")
                continue
            all_points[name] = all_points.get(name, 0) + (1 if sign == "++" else -1)
            told.append(f"{name} has {all_points[name]}")
        robot.brain.private.set(room, dict(sorted(all_points.items(), key=lambda one: -abs(one[1]))[:MOST]))
        res.send(". ".join(told) + ".")

    def tell(res: Response, name: str | None = None) -> Answer:
        all_points = points(res.message.room)
        if name:
            key = name.strip().removeprefix("@").lower()[:30]
            return res.send(f"{key} has {all_points.get(key, 0)}.")
        best = sorted(all_points.items(), key=lambda one: (-one[1], one[0]))[:10]
        return res.send(
            "\n".join(f"{place}. {who}: {count}" for place, (who, count) in enumerate(best, 1)) or "Nobody has points here yet."
        )

    robot.hear(GIVEN, give)
    robot.commands.register("karma", tell, args={"name?": str}, help="Who has how many points here")

"""Description:
  Guards rooms against floods and the same link again and again: first a warning, then a timed mute. Never of owners, moderators and admins.

Configuration:
  messages, seconds - so many messages of one person within so many seconds are a flood; 8 in 10 when not set
  links - the same link so often within ten minutes is too often; 3 when not set
  mute - how long, like 5m; that when not set

Author:
  devchitchat
"""

import re
from collections import deque
from typing import Annotated

from msgspec import Meta, Struct

from services.hubot.host.commands import ranks
from services.hubot.host.listeners import Message
from services.hubot.host.response import NotDone, Response
from services.hubot.host.robot import Misconfigured, Robot
from services.hubot.times import seconds, span

LINK = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
LINKS_S, WARNED_S, PEOPLE = 600.0, 600.0, 1000


class Settings(Struct, forbid_unknown_fields=True):
    messages: Annotated[int, Meta(ge=3, le=100)] = 8
    seconds: Annotated[int, Meta(ge=1, le=600)] = 10
    links: Annotated[int, Meta(ge=2, le=50)] = 3
    mute: str = "5m"


class Trail:
    """What one person did lately in one room."""

    def __init__(self) -> None:
        self.said = deque[float](maxlen=100)
        self.links = deque[tuple[float, int]](maxlen=200)
        self.warned = float("-inf")


def setup(robot: Robot) -> None:
    limits = robot.configured(Settings)
    try:
        silent = seconds(limits.mute)
    except ValueError as error:
        raise Misconfigured(f"[scripts.{robot.script}] config: mute: {error}") from None
    trails: dict[tuple[str, str], Trail] = {}

    def offends(message: Message) -> str | None:
        """Counts; says what is too much, and then counts anew."""
        if ranks(message, "moderator"):
            return None
        now, trail = robot.now(), trails.setdefault((message.room, message.user.id), Trail())
        if len(trails) > PEOPLE:
            del trails[next(iter(trails))]
        trail.said.append(now)
        links = {hash(link.lower().rstrip("/.,;:!?)")) for link in LINK.findall(message.text)}
        trail.links.extend((now, link) for link in links)
        again = max((sum(one == link and now - at <= LINKS_S for at, one in trail.links) for link in links), default=0)
        flood = sum(now - at <= limits.seconds for at in trail.said) >= limits.messages
        if not flood and again < limits.links:
            return None
        trail.said.clear()
        trail.links.clear()
        return "too many messages at once" if flood else "the same link again and again"

    async def act(res: Response) -> None:
        room, user, why = res.message.room, res.message.user, res.match
        trail = trails.setdefault((room, user.id), Trail())
        first, trail.warned = robot.now() - trail.warned > WARNED_S, robot.now()
        if first:
            res.reply(f"{why}: please slow down, or I have to mute you for {span(silent)}")
            return
        try:
            await robot.mute(room, user.id, silent, why)
        except NotDone:
            res.reply(f"{why}: please stop")
        else:
            res.send(f"{user.name} is muted for {span(silent)}: {why}.")

    robot.listen(offends, act)

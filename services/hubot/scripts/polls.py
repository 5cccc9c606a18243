"""Description:
  One question at a time to a room; each has one vote, and may change it.

Commands:
  hubot poll Pizza tonight? | yes | no - asks the room; also: hubot poll "Pizza?" yes no
  hubot close poll - the same as poll close

Configuration:
  none

Author:
  devchitchat
"""

import shlex
from typing import Any

from services.hubot.host.commands import ranks
from services.hubot.host.response import Answer, Response
from services.hubot.host.robot import Robot

MOST_OPTIONS, MOST_VOTES, LONGEST = 10, 1000, 120


def parts(text: str) -> list[str]:
    """The question and its options: between bars, or as words of which several in quotes are one, the question up to its mark."""
    if "|" in text:
        found = text.split("|")
    elif "?" in text and not text.startswith(('"', "'")):
        question, _, rest = text.partition("?")
        found = [f"{question}?", *words(rest)]
    else:
        found = words(text)
    return [part.strip()[:LONGEST] for part in found if part.strip()]


def words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # An apostrophe.
        return text.split()


def shown(poll: dict[str, Any]) -> str:
    votes = list(poll["votes"].values())
    lines = [f"{place + 1}. {option}: {votes.count(place)}" for place, option in enumerate(poll["options"])]
    return "\n".join([f"**{poll['question']}**", *lines])


def setup(robot: Robot) -> None:
    def now(res: Response) -> dict[str, Any] | None:
        return robot.brain.private.get(res.message.room)

    def poll(res: Response, question: str | None = None) -> Answer:
        running, found = now(res), parts(question or "")
        if not found:
            return res.send(shown(running) if running else f"There is no poll. Say `{robot.name} poll Pizza? | yes | no`.")
        if running:
            return res.reply(f"there is a poll already; say `{robot.name} close poll` first")
        if not 3 <= len(found) <= MOST_OPTIONS + 1:
            return res.reply(f"say a question and 2 to {MOST_OPTIONS} options: `{robot.name} poll Pizza? | yes | no`")
        asked: dict[str, Any] = {"question": found[0], "options": found[1:], "votes": {}, "by": res.message.user.id}
        robot.brain.private.set(res.message.room, asked)
        return res.send(f"{shown(asked)}\nSay `{robot.name} vote` and a number.")

    def vote(res: Response, choice: str) -> Answer:
        running, wanted = now(res), choice.strip().lower().rstrip(".")
        if running is None:
            return res.reply("there is no poll")
        names = [option.lower() for option in running["options"]]
        place = names.index(wanted) if wanted in names else int(wanted) - 1 if wanted.isdecimal() else -1
        if not 0 <= place < len(names):
            return res.reply(f"say a number from 1 to {len(names)}")
        if len(running["votes"]) >= MOST_VOTES:
            return res.reply("there are votes enough")
        running["votes"][res.message.user.id] = place
        robot.brain.private.set(res.message.room, running)
        return res.send(f"{res.message.user.name} is for {running['options'][place]}.")

    def close(res: Response) -> Answer:
        running = now(res)
        if running is None:
            return res.reply("there is no poll")
        if running["by"] != res.message.user.id and not ranks(res.message, "moderator"):
            return res.reply("only whoever asked and moderators close a poll")
        robot.brain.private.remove(res.message.room)
        return res.send(f"The poll is over.\n{shown(running)}")

    robot.commands.register("poll", poll, args={"question?": str}, help="Ask the room, or show how it stands")
    robot.commands.register("poll close", close, help="End it, for whoever asked and moderators")
    robot.commands.register("vote", vote, args={"choice": str}, help="Vote by number or by word; the last vote counts")
    robot.respond(r"(?:close|end|stop) (?:the )?poll\s*$", close)

"""Description:
  Tells rooms what other programs say: GitHub, and whoever posts JSON like {"text": "..."}. See `hooks` in docs/bots.md for their tokens.

Configuration:
  github - ids of the rooms that hear of pushes, issues, pull requests and releases; its hook is `github`
  json - ids of the rooms that hear what is posted to the hook `json`
  rooms - names by which such a post may choose another room: {"text": "...", "room": "NAME"}

Author:
  devchitchat
"""

import re
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from services.hubot.host.response import Response
from services.hubot.host.robot import Robot
from services.hubot.host.router import Call

LONGEST, LINE, SHOWN = 1900, 120, 3
"""Letters of a text and of a title; commits of a push that are named."""
LINK = re.compile(r"https://[^\s<>()\[\]\"]{1,300}")
ACTIONS = {"opened", "closed", "reopened", "ready_for_review", "published"}
RoomId = Annotated[str, Meta(pattern=r"^[rg]_[a-z0-9]{1,40}$")]


class Settings(Struct, forbid_unknown_fields=True):
    github: list[RoomId] = []
    json: list[RoomId] = []
    rooms: dict[str, RoomId] = {}


class Said(Struct):
    text: str
    room: str | None = None


class Named(Struct, frozen=True):
    login: str = "somebody"
    full_name: str = "a repository"


class Thing(Struct, frozen=True):
    """An issue, a pull request, a release."""

    number: int = 0
    title: str = ""
    html_url: str = ""
    tag_name: str = ""
    merged: bool | None = None


class Commit(Struct):
    message: str


class News(Struct):
    action: str = ""
    ref: str = ""
    compare: str = ""
    deleted: bool = False
    commits: list[Commit] = []
    sender: Named = Named()
    repository: Named = Named()
    issue: Thing = Thing()
    pull_request: Thing = Thing()
    release: Thing = Thing()


def quiet(text: str, most: int = LONGEST) -> str:
    """Nobody is called by it, and nothing in it is invisible or turns the line around."""
    seen = "".join(each for each in text if each.isprintable() or each in "\n\u200d")
    return re.sub(r"@(?=\w)", "@\u200b", seen[:most])


def line(text: str) -> str:
    return quiet(" ".join(text.split()).replace("`", "'"), LINE)


def link(url: str) -> str:
    return f" {url}" if LINK.fullmatch(url) else ""


def told(event: str, news: News) -> str | None:
    """A line or two; None for what is no news."""
    who, where = f"**{line(news.sender.login)}**", f"`{line(news.repository.full_name)}`"
    if event == "ping":
        return f"GitHub will tell of {where} here."
    if event == "push":
        return pushed(who, where, news)
    if event not in ("issues", "pull_request", "release") or news.action not in ACTIONS:
        return None
    thing = {"issues": news.issue, "pull_request": news.pull_request, "release": news.release}[event]
    action = "merged" if thing.merged and news.action == "closed" else news.action.replace("ready_for_review", "asks for a review of")
    name = (
        f"release `{line(thing.tag_name)}`" if event == "release" else f"{'issue' if event == 'issues' else 'pull request'} #{thing.number}"
    )
    return f"{who} {action} {name} in {where}{f': {line(thing.title)}' if thing.title else ''}{link(thing.html_url)}"


def pushed(who: str, where: str, news: News) -> str | None:
    branch = f"`{line(news.ref.removeprefix('refs/heads/').removeprefix('refs/tags/'))}`"
    if news.deleted:
        return f"{who} deleted {branch} in {where}"
    if not (count := len(news.commits)):
        return None
    first = "; ".join(line(commit.message.partition("\n")[0]) for commit in news.commits[:SHOWN])
    return f"{who} pushed {count} commit{'s' * (count > 1)} to {branch} of {where}{link(news.compare)}\n{first}{'; …' * (count > SHOWN)}"


def setup(robot: Robot) -> None:
    settings = robot.configured(Settings)

    def github(call: Call) -> None:
        if text := told(call.headers.get("x-github-event", ""), msgspec.convert(call.json(), News)):
            for room in settings.github:
                robot.message_room(room, text)

    def post(call: Call) -> str | None:
        said = msgspec.convert(call.json(), Said)
        text, rooms = quiet(said.text), settings.json
        if said.room is not None:
            rooms = [settings.rooms[said.room]] if said.room in settings.rooms else []
        if not rooms or not text.strip():
            return "nothing to say, or no room for it in scripts.toml"
        for room in rooms:
            robot.message_room(room, text)
        return None

    def here(res: Response) -> None:
        res.send(f"This room is `{res.message.room}` in scripts.toml.")

    robot.router.post("github", github)
    robot.router.post("json", post)
    robot.commands.register("room", here, role="moderator", help="The id of this room, for scripts.toml")

"""A stage: rooms with people, and a bot whose answers are counted. Ada owns the rooms, is the server's admin, and hears all of it.

After every line Ada says a fence, which the bot answers too: what it said until then are its answers, none left out and none to come.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from tests.house.server import Person, Server
from tests.house.talk import Frame, Talk, talk

Answer = dict[str, Any]
BOT = "helper"
BUILT_IN = "hubot"
"""The bot that is there already, as `u_hubot`."""


class Stage:
    """`open` it first. Rooms by name: the hall and the cellar are public, the den is a group."""

    def __init__(self, server: Server, ada: Person, bot: str = BOT) -> None:
        self.server = server
        self.bot = bot
        self.rooms: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {ada.handle: ada.user_id, BUILT_IN: f"u_{BUILT_IN}"}
        self._ada = ada
        self._talks: dict[str, Talk] = {}
        self._open = AsyncExitStack()
        self._fences = 0
        self._read = 0

    async def open(self) -> None:
        self.ada = await self.again(self._ada)
        for name, kind in (("hall", "public"), ("cellar", "public"), ("den", "group")):
            self.rooms[name] = (await self.ada.must("room.create", kind=kind, name=name))["room"]["room_id"]
        for handle in ("butler",) if self.bot == BUILT_IN else (self.bot, "butler"):
            made = await self.ada.must("admin.bot_create", handle=handle)
            self.tokens[handle], self.ids[handle] = made["session_token"], made["user"]["user_id"]
        invite = await self.ada.must("admin.invite_create", max_uses=2)
        for handle in ("bob", "cleo"):
            person = self.server.enter(handle, invite["invite_token"])
            self.ids[handle] = person.user_id
            await self.again(person)
        await self.again(Person("butler", self.ids["butler"], self.tokens["butler"]))
        for handle in ("bob", "butler"):
            await self._talks[handle].must("room.join", room_id=self.rooms["hall"])

    async def again(self, person: Person) -> Talk:
        """A socket of somebody, in place of the one that they had."""
        self._talks[person.handle] = await self._open.enter_async_context(talk(self.server, person))
        return self._talks[person.handle]

    async def return_ada(self) -> None:
        """Ada after the server was started again."""
        self.ada = await self.again(self._ada)
        self._read = 0

    async def close(self) -> None:
        await self._open.aclose()

    async def invite(self) -> str:
        """Into the den."""
        return (await self.ada.must("room.invite_create", room_id=self.rooms["den"]))["invite_token"]

    async def add_bot(self, room: str) -> None:
        await self.ada.must("room.add_bot", room_id=self.rooms[room], user_id=self.ids[self.bot])

    async def promote(self) -> None:
        """The bot may set the topic of the hall."""
        await self.ada.must("room.set_role", room_id=self.rooms["hall"], user_id=self.ids[self.bot], role="mod")

    async def until_in(self, *rooms: str) -> None:
        """Read on until the bot has entered these."""
        for room in rooms:
            if not any(self.enters(frame, room) for frame in self.ada.frames):
                await self.ada.until(lambda frame, room=room: self.enters(frame, room))

    def enters(self, frame: Frame, room: str) -> bool:
        body = frame["body"]
        moved = frame["t"] == "room.member_event" and body["kind"] == "join"
        return moved and (body["room_id"], body["target_user_id"]) == (self.rooms[room], self.ids[self.bot])

    async def play(self, line: dict[str, Any]) -> list[Answer]:
        """Do what a line of a conversation says; the bot's answers, as they came."""
        await self.do(line)
        await self._until_told(len(line.get("answers", ())))
        return await self.answers()

    async def _until_told(self, wanted: int) -> None:
        """Read on until so many answers are there, if they come at all: a bot may be quicker with a fence than with a greeting."""
        try:
            while len(self._told()) < wanted:
                await self.ada.until(self.told)
        except TimeoutError:
            return

    def _told(self) -> list[Answer]:
        return [told for frame in self.ada.frames[self._read :] if (told := self.told(frame)) and not is_fence(told)]

    async def do(self, line: dict[str, Any]) -> None:
        who = self.ada if line["who"] == "ada" else self._talks[line["who"]]
        match line:
            case {"says": text}:
                room_id = self.rooms[line.get("in", "hall")]
                await who.must("msg.send", room_id=room_id, text=text.format_map({**self.rooms, "bot": self.bot}))
            case {"enters": room}:
                await who.must("room.join", room_id=self.rooms[room])
            case {"leaves": room}:
                await who.must("room.leave", room_id=self.rooms[room])
            case {"topic": topic}:
                await who.must("room.update", room_id=self.rooms["hall"], topic=topic)
            case _:
                raise AssertionError(f"nobody can do this: {line}")

    async def answers(self) -> list[Answer]:
        """What the bot said and did since the last time, up to the fence that is put up now."""
        self._fences += 1
        passed = f"fence {self._fences} passed"
        await self.ada.must("msg.send", room_id=self.rooms["hall"], text=f"fence {self._fences}")
        await self.until_said(passed)
        found = self._told()
        self._read = len(self.ada.frames)
        return found

    async def until_said(self, text: str) -> None:
        """Read on until the bot says this, if it has not by now."""
        if not any((self.told(frame) or {}).get("text") == text for frame in self.ada.frames[self._read :]):
            await self.ada.until(lambda frame: (self.told(frame) or {}).get("text") == text)

    def told(self, frame: Frame) -> Answer | None:
        """What the bot did, if it was the bot: the room, and a text or a topic."""
        body = frame["body"]
        if "reply_to" in frame or "room_id" not in body:
            return None
        room = next((name for name, room_id in self.rooms.items() if room_id == body["room_id"]), "?")
        match frame["t"]:
            case "msg.event" if body["msg"]["user_id"] == self.ids[self.bot]:
                meant = body["msg"].get("mentions", [])
                to = [handle for handle, user_id in self.ids.items() if user_id in meant and body["msg"].get("reply_to_msg_id")]
                return {"room": room, "text": body["msg"]["text"].replace(self.bot, "{bot}"), "to": ", ".join(to)}
            case "room.updated" if body["actor_user_id"] == self.ids[self.bot]:
                return {"room": room, "topic": body["topic"]}
            case _:
                return None


def is_fence(told: Answer) -> bool:
    return told.get("text", "").startswith("fence ")


def fits(told: Answer, wanted: str | dict[str, str]) -> bool:
    """Whether an answer is as the conversation has it: a text, or what is said of it; in the hall unless another room is named."""
    meant = {"text": wanted} if isinstance(wanted, str) else dict(wanted)
    part = meant.pop("holds", "")
    return part in told.get("text", "") and all(told.get(name) == value for name, value in ({"room": "hall"} | meant).items())

"""What a script may ask for, which capability that takes, and the word that does it.

The word is asked on behalf of the bot's user, so the rows say what it may do where, as for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from bus.bus import Bus
from bus.errors import Forbidden, Refused
from bus.message import Context, Request
from bus.protocol.errands import AskState, DirectOpen, HouseState
from bus.protocol.messages import MsgDelete, MsgList, MsgReact, MsgSend
from bus.protocol.order import RoomBan, RoomKick, RoomMute, RoomUnban, RoomUnmute
from bus.protocol.presence import PresenceSet
from bus.protocol.rooms import RoomCreate, RoomUpdate
from services.hubot.bucket import Buckets
from services.hubot.deeds import BOT
from services.hubot.settings import Capability, Scripts
from services.hubot.words import Act, Done

Above = Callable[[str, str, str], bool]
TOO_FAST: Final = "RATE_LIMITED: too fast, wait a little"


class Action(Struct, frozen=True):
    """`takes` are the fields that a script may give; of the answer it is told `tells`, or what `then` tells, which also gets that."""

    needs: Capability
    asks: type[Request[Any]]
    takes: tuple[str, ...]
    tells: tuple[str, ...] = ()
    then: str | None = None


ACTIONS: Final = {
    "send": Action("post", MsgSend, ("room_id", "text", "reply_to_msg_id", "mentions"), ("msg_id", "seq")),
    "react": Action("post", MsgReact, ("msg_id", "emoji", "on")),
    "create_room": Action("create_rooms", RoomCreate, ("kind", "name", "topic", "visibility"), ("room",)),
    "topic": Action("set_topics", RoomUpdate, ("room_id", "topic")),
    "delete": Action("moderate", MsgDelete, ("msg_id",)),
    "kick": Action("moderate", RoomKick, ("room_id", "user_id", "reason")),
    "ban": Action("moderate", RoomBan, ("room_id", "user_id", "reason")),
    "unban": Action("moderate", RoomUnban, ("room_id", "user_id", "reason")),
    "mute": Action("moderate", RoomMute, ("room_id", "user_id", "ttl_ms", "reason"), ("until",)),
    "unmute": Action("moderate", RoomUnmute, ("room_id", "user_id", "reason")),
    "direct": Action("post", DirectOpen, ("user_id",), ("room_id",), then="send"),
    "history": Action("read_log", MsgList, ("room_id", "after_seq", "before_seq", "around_seq", "limit"), ("messages", "more")),
    "query": Action("status", AskState, (), HouseState.__struct_fields__),
    "status": Action("status", PresenceSet, ("status", "text")),
}


class Desk:
    """Does what scripts want, one thing after the other; what was done once under an id is not done again.

    `above` says whether in this room the first user stands above the second: those whom a script names as the ones `by` whom it acts.
    """

    def __init__(self, bus: Bus, scripts: Scripts, buckets: Buckets, above: Above | None = None, remembered: int = 2000) -> None:
        self._bus = bus
        self._scripts = scripts
        self._buckets = buckets
        self._above = above
        self._remembered = remembered
        self._done: dict[str, Done] = {}

    async def carry_out(self, act: Act) -> Done:
        """Never raises what the asked one did: that is the script's to hear."""
        if done := self._done.get(act.action):
            return done
        try:
            found = await self._do(act, act.do, act.what)
        except Refused as refusal:
            return Done(act.action, f"{refusal.code}: {refusal}")
        except (msgspec.ValidationError, ValueError) as error:
            return Done(act.action, f"BAD_REQUEST: {error}")
        except Exception as error:  # The asked one's trouble, logged there; the bot goes on.
            return Done(act.action, f"INTERNAL: {type(error).__name__}")
        done = Done(act.action, found=found)
        if ACTIONS[act.do].needs != "read_log":
            self._keep(done)
        return done

    async def _do(self, act: Act, do: str, what: dict[str, Any]) -> dict[str, Any]:
        action = ACTIONS[do]
        if "by" in what and self._above and not self._above(str(what.get("room_id")), str(what["by"]), str(what.get("user_id"))):
            raise Forbidden("only somebody above them may have that done")
        reply = await self._bus.ask(request(act, action, what), Context(BOT, trace=f"hubot:{act.script}:{act.action}"))
        found = {name: msgspec.to_builtins(getattr(reply, name)) for name in action.tells}
        return await self._do(act, action.then, what | found) if action.then else found

    def refusal(self, act: Act) -> str | None:
        """Why this need not even be asked: no such thing, not granted, or too fast."""
        action = ACTIONS.get(act.do)
        if action is None:
            return f"BAD_REQUEST: there is no {act.do!r} to be done"
        if not self._scripts.may(act.script, action.needs):
            return f"FORBIDDEN: {act.script} is not granted {action.needs!r}"
        if act.action in self._done:
            return None
        return None if self._buckets.take(act.script) else TOO_FAST

    def _keep(self, done: Done) -> None:
        self._done[done.action] = done
        if len(self._done) > self._remembered:
            del self._done[next(iter(self._done))]


def request(act: Act, action: Action, what: dict[str, Any]) -> Request[Any]:
    """Raises ValueError for what its word would not have from a client either."""
    given = {name: what[name] for name in action.takes if name in what}
    if action.asks is MsgSend:
        given["client_msg_id"] = act.action
    return msgspec.convert(given, action.asks)

"""The cast of the authorisation matrix: every standing that somebody can have, in each kind of room, and what each would say.

What they may do is not here: that is written by hand in authz.csv.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from bus import protocol
from bus.message import Context, Request
from bus.protocol.inside import InviteMade, LinkMade, SessionRevoked, UserUpdated
from bus.protocol.messages import MsgSend
from bus.protocol.order import RoomAddBot, RoomBan, RoomKick, RoomMute, RoomSetRole
from bus.protocol.rooms import Kind, RoomCreate, RoomDelete, RoomLeave, RoomMemberEvent, Visibility
from bus.protocol.rtc import RtcCallCreate, RtcJoin, Stream
from bus.protocol.streams import RtcStreamPublish
from bus.protocol.terms import DAY_MS, HUBOT
from bus.secret import decode_secret
from services.access.invites import hash_of
from tests.house.world import World, token

ROOMS: dict[str, tuple[Kind, Visibility]] = {
    "public": ("public", "hidden"),
    "hidden": ("group", "hidden"),
    "open": ("group", "discoverable"),
    "deleted": ("group", "discoverable"),
    "served": ("group", "hidden"),
}
"""The built-in bot was added to `served` and to no other."""
INSIDE = ("left", "kicked", "barred", "member", "mod", "admin_in", "bot", "prey", "revoked", "banned")
OUTSIDE = ("outsider", "admin", "ex_admin", "bot_out")
LATER = 4_000_000_000_000


class Cast:
    """`who` is everybody's standing; `rooms`, `said`, `calls` and `peers` are ids by case."""

    def __init__(self, world: World) -> None:
        self.who: dict[str, Context] = {"guest": Context(trace="t-guest")}
        self.rooms = {"unknown": "g_0123456789abcdef"}
        self.said: dict[tuple[str, str], str] = {}
        self.calls = {"unknown": "call_0123456789abcdef"}
        self.peers: dict[str, str] = {}
        self._world = world

    async def enter(self) -> None:
        for name in ("owner", *INSIDE, *OUTSIDE):
            self.who[name] = await self._world.user(name, admin="admin" in name, bot=name.startswith("bot"))
        self.who["hubot"] = Context(HUBOT, trace="t-hubot")
        for case in ROOMS:
            await self._furnish(case)
        await self._world.ask(RoomDelete(self.rooms["deleted"]), self.who["owner"])
        await self._world.happen(
            InviteMade("inv_server", hash_of(token("invite")), LATER, 5),
            LinkMade("u_prey", hash_of(token("link")), LATER),
            SessionRevoked("u_revoked", "s_revoked"),
            UserUpdated("u_banned", [], True),
            UserUpdated("u_ex_admin", [], False),
        )

    async def _furnish(self, case: str) -> None:
        """One room in which everybody of INSIDE has been, and has said something."""
        kind, visibility = ROOMS[case]
        ask, owner = self._world.ask, self.who["owner"]
        room_id = self.rooms[case] = (await ask(RoomCreate(kind, "room", visibility=visibility), owner)).room.room_id
        await self._world.happen(*(RoomMemberEvent(room_id, "join", f"u_{name}", f"u_{name}", "member") for name in INSIDE))
        if case == "served":
            await ask(RoomAddBot(room_id, HUBOT), owner)
        for name in inside(case):
            self.said[case, name] = (await ask(MsgSend(room_id, f"from {name}"), self.who[name])).msg_id
        await self._ring(case, room_id)
        await ask(RoomSetRole(room_id, "u_mod", "mod"), owner)
        await ask(RoomLeave(room_id), self.who["left"])
        await ask(RoomKick(room_id, "u_kicked"), owner)
        await ask(RoomBan(room_id, "u_barred"), owner)
        await ask(RoomMute(room_id, "u_prey", DAY_MS), owner)
        await self._world.happen(InviteMade(f"inv_{case}", hash_of(token(case)), LATER, 5, room_id=room_id), who=owner)

    async def _ring(self, case: str, room_id: str) -> None:
        """A call in which all of them are, and show something."""
        ask = self._world.ask
        call_id = self.calls[case] = (await ask(RtcCallCreate(room_id), self.who["owner"])).call_id
        for name in inside(case):
            joined = await ask(RtcJoin(call_id), self.who[name])
            await ask(RtcStreamPublish(call_id, Stream("cam", "cam")), self.who[name])
            if name == "prey":
                self.peers[case] = joined.self_peer_id

    def standing(self, t: str, actor: str) -> Context:
        """Who asks. Whoever joins a call does it from a new window, for in the one they have they are in it."""
        return replace(self.who[actor], sid="c_new") if t == "rtc.join" else self.who[actor]

    def word(self, t: str, case: str, actor: str) -> Request[Any]:
        """The least that somebody would say to get there."""
        kind = protocol.requests()[t]
        given = self._fields(case, actor) | SPECIAL.get((t, case), SPECIAL.get((t, ""), {}))
        wanted = {field.encode_name for field in msgspec.structs.fields(kind)}
        body = {name: value for name, value in given.items() if name in wanted}
        return msgspec.convert(body, kind, dec_hook=decode_secret)

    def _fields(self, case: str, actor: str) -> dict[str, Any]:
        room, _, own = case.partition(" ")
        author = actor if own and (room, actor) in self.said else "prey"
        room_id = self.rooms.get(room)
        return {
            "room_id": room_id,
            "msg_id": self.said.get((room, author), "m_0123456789abcdef"),
            "user_id": "u_prey",
            "session_id": {"own": self.who[actor].session_id or "s_0", "other": "s_prey"}.get(case, "s_0123456789abcdef"),
            "invite_id": f"inv_{room}",
            "call_id": self.calls.get(room),
            "to_peer_id": self.peers.get(room, "p_0123456789abcdef"),
            "invite_token": token(room).reveal(),
            "scope": {"kind": "room", "room_id": room_id} if room_id else {"kind": "all"},
        } | COMMON


def inside(case: str) -> tuple[str, ...]:
    return ("owner", *INSIDE, *(["hubot"] if case == "served" else []))


COMMON: dict[str, Any] = {
    **{"text": "something else", "q": "from", "emoji": "+1", "on": True, "up_to_seq": 3, "role": "mod", "topic": "changed"},
    **{"kind": "public", "name": "new", "status": "away", "handle": "newcomer", "banned": True},
    **{"link_token": "token of link", "display_name": "New", "profile": {"handle": "newcomer", "display_name": "New"}},
    **{"sdp": "v=0", "candidate": None, "muted": True, "ttl_ms": 60_000, "stream": {"stream_id": "cam", "kind": "cam", "label": "mine"}},
    "client": {"name": "test", "ver": "0", "platform": "python"},
    "command": "anything",
}
SPECIAL: dict[tuple[str, str], dict[str, Any]] = {
    ("auth.invite_redeem", ""): {"invite_token": "token of invite"},
    ("admin.invite_revoke", ""): {"invite_id": "inv_server"},
    ("room.unban", ""): {"user_id": "u_barred"},
    ("room.add_bot", ""): {"user_id": "u_bot_out"},
    ("room.add_bot", "public person"): {"user_id": "u_prey"},
    ("room.add_bot", "hidden person"): {"user_id": "u_prey"},
    ("room.add_bot", "public nobody"): {"user_id": "u_nobody"},
    ("room.add_bot", "hidden nobody"): {"user_id": "u_nobody"},
    ("admin.bot_token", ""): {"user_id": "u_bot_out"},
    ("admin.bot_revoke", ""): {"user_id": "u_bot_out"},
    ("room.create", "group"): {"kind": "group"},
    ("rtc.call_create", ""): {"kind": "mesh"},
    ("presence.subscribe", ""): {"scope": "room"},
    ("presence.subscribe", "-"): {"scope": "server"},
    ("admin.events", ""): {"scope": None},
    ("presence.set", ""): {"text": ""},
}

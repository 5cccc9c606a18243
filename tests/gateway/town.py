"""One small service that answers for all the others, for tests of the gateway alone.

A fake and no mock: it keeps sessions and rooms in dicts, and tells facts as the real ones do.
"""

from __future__ import annotations

from typing import Any

import anyio

from bus.bus import Bus
from bus.errors import AuthFailed, NotFound, Unavailable
from bus.message import Context
from bus.protocol import inside
from bus.protocol.admin import AdminUsers, AdminUsersResult
from bus.protocol.auth import AuthInviteRedeem, AuthLinkRedeem, AuthLogout, AuthLogoutAck, AuthSession
from bus.protocol.messages import Msg, MsgAck, MsgEvent, MsgSend, MsgTyping, MsgTypingEvent
from bus.protocol.presence import PresenceSnapshot, PresenceSubscribe
from bus.protocol.rooms import RoomJoin, RoomLeave, RoomList, RoomListResult, RoomMemberEvent
from bus.protocol.search import SearchQuery, SearchResult
from bus.protocol.terms import ServerRole, User
from bus.secret import Secret
from bus.service import Service

EPOCH = "e_test"
NOW_MS = 1_700_000_000_000
CANARY = "CANARY-what-nobody-may-see"


class Town(Service):
    """All services in one. `grant` makes a session; tokens are their users' names."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("town", bus)
        self.sessions: dict[str, inside.Signed] = {}
        self.banned: set[str] = set()
        self.rooms: dict[str, list[str]] = {}
        self.seqs: dict[str, int] = {}
        self.asked: list[tuple[Any, Context]] = []
        self.hold: anyio.Event | None = None
        self.forgetful = False

    def grant(self, name: str, *roles: ServerRole, rooms: tuple[str, ...] = ()) -> str:
        user = User(user_id=f"u_{name}", handle=name, display_name=name.title(), roles=list(roles))
        self.sessions[name] = inside.Signed(f"s_{name}", user)
        self.rooms.setdefault(user.user_id, []).extend(rooms)
        return name

    def next(self, room_id: str, text: str = "hi") -> MsgEvent:
        self.seqs[room_id] = seq = self.seqs.get(room_id, 0) + 1
        return MsgEvent(room_id, Msg(msg_id=f"m_{seq}", seq=seq, rev=seq, user_id="u_x", user_handle="x", ts=NOW_MS, text=text))

    def tell(self, room_id: str, text: str = "hi") -> None:
        self.bus.publish(self.next(room_id, text), Context(trace="told"))

    def tell_all(self, room_id: str, count: int) -> None:
        """So many messages of one moment, as one commit brings them."""
        self.bus.publish_all([(self.next(room_id), Context(trace="told")) for _ in range(count)])

    def member(self, room_id: str, kind: Any, user_id: str, context: Context | None = None) -> RoomMemberEvent:
        event = RoomMemberEvent(room_id, kind, user_id, user_id)
        self.bus.publish(event, context or Context())
        return event

    def revoke(self, name: str, context: Context | None = None) -> None:
        signed = self.sessions.pop(name)
        self.bus.publish(inside.SessionRevoked(signed.user.user_id, signed.session_id), context or Context())

    @inside.SessionResume.answer
    async def resume(self, request: inside.SessionResume, context: Context) -> inside.SessionFound:
        if self.forgetful:
            raise Unavailable("not now")
        token = request.token.reveal() if request.token else ""
        if token in self.banned:
            return inside.SessionFound(EPOCH, banned=True)
        found = self.sessions.get(token)
        if self.hold is not None:
            await self.hold.wait()
        return inside.SessionFound(EPOCH, found)

    @inside.Memberships.answer
    async def memberships(self, request: inside.Memberships, context: Context) -> inside.MembershipList:
        return inside.MembershipList({user: list(rooms) for user, rooms in self.rooms.items()}, [])

    @inside.Diagnose.answer
    async def diagnose(self, request: inside.Diagnose, context: Context) -> inside.Diagnosis:
        return inside.Diagnosis({"house": {"up": True}})

    @AuthInviteRedeem.answer
    async def redeem(self, request: AuthInviteRedeem, context: Context) -> AuthSession:
        if request.invite_token.reveal() != "invite":
            raise AuthFailed("this invite is not good")
        name = self.grant(request.profile.handle)
        return AuthSession(Secret(name), self.sessions[name].user)

    @AuthLinkRedeem.answer
    async def link(self, request: AuthLinkRedeem, context: Context) -> AuthSession:
        name = self.grant(request.link_token.reveal())
        return AuthSession(Secret(name), self.sessions[name].user)

    @AuthLogout.answer
    async def logout(self, request: AuthLogout, context: Context) -> AuthLogoutAck:
        self.revoke(next(name for name, signed in self.sessions.items() if signed.session_id == context.session_id), context)
        return AuthLogoutAck()

    @MsgSend.answer
    async def send(self, request: MsgSend, context: Context) -> MsgAck:
        self.asked.append((request, context))
        if request.room_id not in self.rooms.get(context.user, []):
            raise NotFound("there is no such room")
        if request.text == "break":
            raise ZeroDivisionError(CANARY)
        self.tell(request.room_id, request.text)
        seq = self.seqs[request.room_id]
        return MsgAck(request.room_id, request.client_msg_id, f"m_{seq}", seq, NOW_MS)

    @RoomJoin.answer
    async def join(self, request: RoomJoin, context: Context) -> RoomMemberEvent:
        self.rooms.setdefault(context.user, []).append(request.room_id)
        return self.member(request.room_id, "join", context.user, context)

    @RoomLeave.answer
    async def leave(self, request: RoomLeave, context: Context) -> RoomMemberEvent:
        self.rooms[context.user].remove(request.room_id)
        return self.member(request.room_id, "leave", context.user, context)

    @RoomList.answer
    async def list_rooms(self, request: RoomList, context: Context) -> RoomListResult:
        return RoomListResult([])

    @MsgTyping.answer
    async def typing(self, request: MsgTyping, context: Context) -> MsgTypingEvent:
        return MsgTypingEvent(request.room_id, context.user)

    @PresenceSubscribe.answer
    async def watch(self, request: PresenceSubscribe, context: Context) -> PresenceSnapshot:
        self.bus.publish(inside.PresenceWatched(context.sid or ""), context)
        return PresenceSnapshot([])

    @SearchQuery.answer
    async def search(self, request: SearchQuery, context: Context) -> SearchResult:
        return SearchResult([])

    @AdminUsers.answer
    async def users(self, request: AdminUsers, context: Context) -> AdminUsersResult:
        return AdminUsersResult([])


class Ears(Service):
    """Hears what the hub says of connections."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("ears", bus)
        self.heard: list[inside.ConnectionOpened | inside.ConnectionClosed] = []

    @inside.ConnectionOpened.heard
    async def opened(self, fact: inside.ConnectionOpened, context: Context) -> None:
        self.heard.append(fact)

    @inside.ConnectionClosed.heard
    async def closed(self, fact: inside.ConnectionClosed, context: Context) -> None:
        self.heard.append(fact)

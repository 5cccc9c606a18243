"""Keeping order in a room: putting out, banning, muting, roles, and the invites that lead in."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bus.message import Event, Reply, Request, Scope
from bus.protocol.rooms import RoomMemberEvent
from bus.protocol.terms import DAY_MS, InviteId, Line, Millis, Role, RoomId, Ttl, UserId, Uses
from bus.secret import Secret

MuteTtl = Annotated[int, Meta(ge=1000, le=28 * DAY_MS, description="Milliseconds; 28 days at most.")]


class RoomKick(Request[RoomMemberEvent], frozen=True):
    """Put somebody below you out of the room; they may come back."""

    t = "room.kick"
    room_id: RoomId
    user_id: UserId
    reason: Line | None = None


class RoomBan(Request[RoomMemberEvent], frozen=True):
    """Put somebody below you out of the room for good, or keep them from ever entering."""

    t = "room.ban"
    room_id: RoomId
    user_id: UserId
    reason: Line | None = None


class RoomUnban(Request[RoomMemberEvent], frozen=True):
    """Let somebody come back."""

    t = "room.unban"
    room_id: RoomId
    user_id: UserId
    reason: Line | None = None


class BannedUser(Struct, frozen=True):
    user_id: UserId
    handle: str
    display_name: str
    banned_at: Millis
    reason: str | None


class RoomBansResult(Reply, frozen=True):
    t = "room.bans_result"
    room_id: RoomId
    bans: list[BannedUser]


class RoomBans(Request[RoomBansResult], frozen=True):
    """Who is banned from a room that you moderate."""

    t = "room.bans"
    room_id: RoomId


class RoomMuted(Event, frozen=True):
    """Somebody may only read in the room until then, or with `until` 0 write again. It ends by itself, and nothing is told then."""

    t = "room.muted"
    hidden = ("reason",)
    room_id: RoomId
    target_user_id: UserId
    actor_user_id: UserId
    until: Millis
    reason: str | None = None

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class RoomMute(Request[RoomMuted], frozen=True):
    """Keep a member below you from writing, editing, reacting and giving commands for a while; going and coming back does not end it.

    A moderator changes no name and no topic meanwhile.
    """

    t = "room.mute"
    room_id: RoomId
    user_id: UserId
    ttl_ms: MuteTtl
    reason: Line | None = None


class RoomUnmute(Request[RoomMuted], frozen=True):
    """Let somebody below you write again before their time."""

    t = "room.unmute"
    room_id: RoomId
    user_id: UserId
    reason: Line | None = None


class RoomAddBot(Request[RoomMemberEvent], frozen=True):
    """Put a bot into a room that you own or moderate. One that is in already stays as it is."""

    t = "room.add_bot"
    room_id: RoomId
    user_id: UserId


class RoomBot(Struct, frozen=True):
    """A bot of this server, and whether it is in the room."""

    user_id: UserId
    handle: str
    display_name: str
    in_room: bool


class RoomBotsResult(Reply, frozen=True):
    """Every bot that is not banned from the server, in order of joining it."""

    t = "room.bots_result"
    room_id: RoomId
    bots: list[RoomBot]


class RoomBots(Request[RoomBotsResult], frozen=True):
    """Which bots could be put into a room that you own or moderate."""

    t = "room.bots"
    room_id: RoomId


class RoomSetRole(Request[RoomMemberEvent], frozen=True):
    """Give a member another role; for owners."""

    t = "room.set_role"
    room_id: RoomId
    user_id: UserId
    role: Role


class RoomInvite(Reply, frozen=True):
    """A token that lets members of this server into the room; shown this once."""

    t = "room.invite"
    room_id: RoomId
    invite_token: Secret
    invite_id: str
    expires_at: Millis
    max_uses: int


class RoomInviteCreate(Request[RoomInvite], frozen=True, forbid_unknown_fields=True):
    """Invite into a room that you own or moderate."""

    t = "room.invite_create"
    room_id: RoomId
    ttl_ms: Ttl = DAY_MS
    max_uses: Uses = 1


class OpenRoomInvite(Struct, frozen=True):
    """An invite that may still be used; its token was shown to its maker, once."""

    invite_id: InviteId
    created_at: Millis
    created_by: UserId
    expires_at: Millis
    uses: int
    max_uses: int


class RoomInvitesResult(Reply, frozen=True):
    """The invites into a room that are still open, the oldest first."""

    t = "room.invites_result"
    room_id: RoomId
    invites: list[OpenRoomInvite]


class RoomInvites(Request[RoomInvitesResult], frozen=True, forbid_unknown_fields=True):
    """List the open invites into a room that you moderate."""

    t = "room.invites"
    room_id: RoomId


class RoomInviteRevoked(Reply, frozen=True):
    """Nobody can use that invite any more."""

    t = "room.invite_revoked"
    room_id: RoomId
    invite_id: InviteId


class RoomInviteRevoke(Request[RoomInviteRevoked], frozen=True, forbid_unknown_fields=True):
    """Close an invite into a room that you moderate."""

    t = "room.invite_revoke"
    room_id: RoomId
    invite_id: InviteId


class RoomInviteRedeemAck(Reply, frozen=True):
    """You are in."""

    t = "room.invite_redeem_ack"
    room_id: RoomId


class RoomInviteRedeem(Request[RoomInviteRedeemAck], frozen=True, forbid_unknown_fields=True):
    """Enter a room with an invite."""

    t = "room.invite_redeem"
    rate = "auth"
    invite_token: Secret

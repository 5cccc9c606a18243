"""Words that no frame can carry: what the house says to itself, and facts with a secret's hash in them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from bus.message import Fact, Reply, Request, Scope
from bus.protocol.admin import AdminInvite
from bus.protocol.terms import ServerRole, User
from bus.secret import Secret


class UserFact(Fact, frozen=True):
    """A fact about one user."""

    user_id: str

    def scope(self) -> Scope:
        return "user", self.user_id


class UserJoined(UserFact, frozen=True):
    t = "auth.user_joined"
    handle: str
    display_name: str
    roles: list[ServerRole]
    bot: bool


class UserUpdated(UserFact, frozen=True):
    """Server roles and ban as they are now; live sockets follow at once."""

    t = "auth.user_updated"
    roles: list[ServerRole]
    banned: bool


class ProfileChanged(UserFact, frozen=True):
    """What somebody is called now; presence tells it to those who watch."""

    t = "auth.profile_changed"
    handle: str
    display_name: str


class SessionOpened(UserFact, frozen=True):
    """`expires_at`: of a bot's; people's end when somebody ends them."""

    t = "auth.session_opened"
    hidden = ("token_hash",)
    session_id: str
    token_hash: str
    platform: str
    expires_at: int | None = None


class SessionSeen(UserFact, frozen=True):
    t = "auth.session_seen"
    session_id: str
    platform: str = ""


class SessionRevoked(UserFact, frozen=True):
    """A session has ended; its sockets close with 4001."""

    t = "auth.session_ended"
    session_id: str


class LinkMade(UserFact, frozen=True):
    t = "auth.link_made"
    hidden = ("token_hash",)
    token_hash: str
    expires_at: int


class LinkUsed(UserFact, frozen=True):
    t = "auth.link_used"
    hidden = ("token_hash",)
    token_hash: str


class InviteMade(Fact, frozen=True):
    """An invite to the server, or with a room_id into that room."""

    t = "auth.invite_made"
    hidden = ("token_hash", "note")
    invite_id: str
    token_hash: str
    expires_at: int
    max_uses: int
    note: str = ""
    admin: bool = False
    room_id: str | None = None

    def scope(self) -> Scope:
        return ("room", self.room_id) if self.room_id else ("server", "")


class InviteUsed(Fact, frozen=True):
    t = "auth.invite_used"
    invite_id: str


class InviteRevoked(Fact, frozen=True):
    t = "auth.invite_closed"
    invite_id: str


class DeliveryMoved(UserFact, frozen=True):
    """Somebody holds all messages of a room up to here."""

    t = "delivery.moved"
    room_id: str
    up_to_seq: int


class CaughtUp(UserFact, frozen=True):
    """Somebody asked for what comes after this message, so they hold what comes before; never stored."""

    t = "delivery.caught_up"
    room_id: str
    up_to_seq: int


class Swept(Reply, frozen=True):
    """How many messages were taken back, or sessions ended, and whether there may be more."""

    t = "inside.swept"
    count: int
    more: bool


class RetentionSweep(Request[Swept], frozen=True):
    """Take back what is older than its room keeps messages. The house asks this of itself every few minutes."""

    t = "inside.retention_sweep"
    access = "anyone"


class SessionSweep(Request[Swept], frozen=True):
    """End the sessions whose time is over, so that their sockets close. The house asks this of itself every few seconds."""

    t = "inside.session_sweep"
    access = "anyone"


class Opening(Reply, frozen=True):
    """The invite of the first admin, in a house that has none yet."""

    t = "inside.opening"
    invite: AdminInvite | None


class OpenHouse(Request[Opening], frozen=True):
    """The house asks this of itself at every start. A given token makes the same invite again while it is unused."""

    t = "inside.open_house"
    access = "anyone"
    token: Secret | None


class Signed(Struct, frozen=True):
    """A living session and whose it is."""

    session_id: str
    user: User


class SessionFound(Reply, frozen=True):
    """`signed` is None for a token that opens no session; `banned` says why."""

    t = "inside.session_found"
    epoch: str
    signed: Signed | None = None
    banned: bool = False


class SessionResume(Request[SessionFound], frozen=True):
    """Whose token is this? Asked by the gateway for every cookie and every resume."""

    t = "inside.session_resume"
    access = "anyone"
    token: Secret | None
    platform: str = ""


class MembershipList(Reply, frozen=True):
    """Rooms of every user, and who is an admin."""

    t = "inside.membership_list"
    rooms: dict[str, list[str]]
    admins: list[str]


class Memberships(Request[MembershipList], frozen=True):
    """Asked by the hub when it begins to live."""

    t = "inside.memberships"
    access = "anyone"


class ConnectionOpened(Fact, frozen=True):
    """A signed-in socket is there."""

    t = "house.connection_opened"
    sid: str
    user_id: str


class ConnectionClosed(Fact, frozen=True):
    t = "house.connection_closed"
    sid: str
    user_id: str


class HearersSought(Fact, frozen=True):
    """Presence lives anew and asks the hub to tell every open connection again."""

    t = "house.hearers_sought"


class PresenceWatched(Fact, frozen=True):
    """This connection wants to hear presence."""

    t = "house.presence_watched"
    sid: str


class Diagnosis(Reply, frozen=True):
    """All readings of the house, by section; holds no text of a message and no secret."""

    t = "inside.diagnosis"
    sections: dict[str, Any]


class Diagnose(Request[Diagnosis], frozen=True):
    t = "inside.diagnose"
    access = "admin"


class BrainChanged(Fact, frozen=True):
    """What the bot's scripts have left in their memory: JSON by key, None for what was taken out."""

    t = "bot.brain_changed"
    hidden = ("values",)
    values: dict[str, str | None]

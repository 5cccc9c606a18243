"""Getting in without a password: invites, links to a second device, and one's own sessions."""

from __future__ import annotations

from msgspec import Struct

from bus.message import Reply, Request
from bus.protocol.terms import Handle, Millis, Name, SessionId, User, check_label
from bus.secret import Secret


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    handle: Handle
    display_name: Name

    def __post_init__(self) -> None:
        check_label(self.display_name)


class AuthSession(Reply, frozen=True):
    """You are signed in. Keep the token secret: it is the session."""

    t = "auth.session"
    session_token: Secret
    user: User


class AuthInviteRedeem(Request[AuthSession], frozen=True, forbid_unknown_fields=True):
    """Become a member with an invite."""

    t = "auth.invite_redeem"
    access = "guest"
    rate = "auth"
    invite_token: Secret
    profile: Profile


class AuthLinkRedeem(Request[AuthSession], frozen=True, forbid_unknown_fields=True):
    """Sign in on a second device with a link from the first."""

    t = "auth.link_redeem"
    access = "guest"
    rate = "auth"
    link_token: Secret


class AuthLink(Reply, frozen=True):
    """A token for one sign-in as yourself, good for five minutes."""

    t = "auth.link"
    link_token: Secret
    expires_at: Millis


class AuthLinkCreate(Request[AuthLink], frozen=True, forbid_unknown_fields=True):
    """Ask for a link to a second device."""

    t = "auth.link_create"
    rate = "auth"


class AuthProfile(Reply, frozen=True):
    """You, as everybody sees you from now on."""

    t = "auth.profile"
    user: User


class AuthProfileSet(Request[AuthProfile], frozen=True, forbid_unknown_fields=True):
    """Be called otherwise; whoever watches presence hears it. Your handle stays."""

    t = "auth.profile_set"
    rate = "chat"
    display_name: Name

    def __post_init__(self) -> None:
        check_label(self.display_name)


class AuthLogoutAck(Reply, frozen=True):
    """The session has ended."""

    t = "auth.logout_ack"


class AuthLogout(Request[AuthLogoutAck], frozen=True, forbid_unknown_fields=True):
    """End this session; its other sockets close with 4001."""

    t = "auth.logout"


class SessionInfo(Struct, frozen=True):
    """One of your sessions; `current` is the one that asks."""

    session_id: SessionId
    created_at: Millis
    last_seen_at: Millis
    platform: str
    current: bool


class AuthSessionsResult(Reply, frozen=True):
    """Your open sessions, the newest first."""

    t = "auth.sessions_result"
    sessions: list[SessionInfo]


class AuthSessions(Request[AuthSessionsResult], frozen=True, forbid_unknown_fields=True):
    """List your own sessions."""

    t = "auth.sessions"


class AuthSessionRevoked(Reply, frozen=True):
    """That session has ended; its sockets are closed with 4001."""

    t = "auth.session_revoked"
    session_id: SessionId


class AuthSessionRevoke(Request[AuthSessionRevoked], frozen=True, forbid_unknown_fields=True):
    """End one of your own sessions."""

    t = "auth.session_revoke"
    session_id: SessionId

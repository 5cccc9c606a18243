"""Looking at one's sessions, and what the hub must know when it begins to live."""

from __future__ import annotations

from bus.message import Context
from bus.protocol.auth import AuthSessions, AuthSessionsResult
from bus.protocol.inside import MembershipList, Memberships
from services.auth import queries
from services.store import Snapshot


@AuthSessions.read
def sessions(snapshot: Snapshot, request: AuthSessions, context: Context) -> AuthSessionsResult:
    return AuthSessionsResult(queries.sessions_of(snapshot.db, context.user, context.session_id))


@Memberships.read
def memberships(snapshot: Snapshot, request: Memberships, context: Context) -> MembershipList:
    return MembershipList(queries.rooms_by_user(snapshot.db), queries.admins(snapshot.db))

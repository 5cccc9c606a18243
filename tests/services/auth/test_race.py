"""Many at one door, through a real store on a real disk: nobody slips in beside another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest

from bus.bus import Bus
from bus.errors import AuthRequired, Refused
from bus.message import Context, Request
from bus.protocol.admin import AdminUsers
from bus.protocol.auth import (
    AuthInviteRedeem,
    AuthLink,
    AuthLinkCreate,
    AuthLinkRedeem,
    AuthLogout,
    AuthLogoutAck,
    AuthSession,
    AuthSessions,
    Profile,
)
from bus.protocol.inside import SessionResume
from bus.secret import Secret
from services.store.database import Place
from tests.services.living import FirstInvite, auth, living

pytestmark = pytest.mark.anyio
CROWD = 50


async def all_at_once(asks: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """What each came to, a refusal included."""
    outcomes: list[Any] = [None] * len(asks)

    async def run(number: int) -> None:
        try:
            outcomes[number] = await asks[number]()
        except Refused as refusal:
            outcomes[number] = refusal

    async with anyio.create_task_group() as tasks:
        for number in range(len(asks)):
            tasks.start_soon(run, number)
    return outcomes


def at_rest(folder: Path, tokens: Sequence[Secret]) -> list[str]:
    """The files that hold any of these tokens."""
    return [file.name for file in folder.iterdir() if any(token.reveal().encode() in file.read_bytes() for token in tokens)]


def asking(bus: Bus, request: Request[Any], who: Context) -> Callable[[], Awaitable[Any]]:
    return lambda: bus.ask(request, who)


async def signed_in(bus: Bus, token: Secret) -> Context:
    signed = (await bus.ask(SessionResume(token))).signed
    assert signed is not None
    return Context(signed.user.user_id, signed.session_id)


@pytest.mark.parametrize("uses", [1, 3])
async def test_a_crowd_with_one_invite_gets_in_as_often_as_it_is_good_for(tmp_path: Path, uses: int) -> None:
    async with living(auth, place=Place(str(tmp_path / "house.db"))) as (bus, _):
        token = (await bus.ask(FirstInvite(uses))).invite_token
        crowd = [AuthInviteRedeem(token, Profile(f"friend{number}", "Friend")) for number in range(CROWD)]
        outcomes = await all_at_once([asking(bus, request, Context()) for request in crowd])
        came = [outcome for outcome in outcomes if isinstance(outcome, AuthSession)]
        assert len(came) == uses
        assert {(type(outcome).__name__, str(outcome)) for outcome in outcomes if outcome not in came} == {
            ("AuthFailed", "this invite is not valid; ask for a new one")
        }
        root = await signed_in(bus, came[0].session_token)
        assert len((await bus.ask(AdminUsers(), root)).users) == uses
    assert at_rest(tmp_path, [session.session_token for session in came]) == []


async def test_one_handle_and_many_invites_make_one_user(tmp_path: Path) -> None:
    async with living(auth, place=Place(str(tmp_path / "house.db"))) as (bus, _):
        tokens = [(await bus.ask(FirstInvite(2))).invite_token for _ in range(8)]
        outcomes = await all_at_once([asking(bus, AuthInviteRedeem(token, Profile("ada", "Ada")), Context()) for token in tokens])
        assert sum(isinstance(outcome, AuthSession) for outcome in outcomes) == 1


async def test_one_link_opens_one_session(tmp_path: Path) -> None:
    async with living(auth, place=Place(str(tmp_path / "house.db"))) as (bus, _):
        token = (await bus.ask(FirstInvite())).invite_token
        root = await signed_in(bus, (await bus.ask(AuthInviteRedeem(token, Profile("root", "Root")))).session_token)
        link = await bus.ask(AuthLinkCreate(), root)
        outcomes = await all_at_once([asking(bus, AuthLinkRedeem(link.link_token), Context())] * CROWD)
        assert sum(isinstance(outcome, AuthSession) for outcome in outcomes) == 1
        assert len((await bus.ask(AuthSessions(), root)).sessions) == 2


async def test_what_waits_behind_a_logout_in_the_same_burst_is_refused(tmp_path: Path) -> None:
    async with living(auth, place=Place(str(tmp_path / "house.db"))) as (bus, _):
        token = (await bus.ask(FirstInvite())).invite_token
        root = await signed_in(bus, (await bus.ask(AuthInviteRedeem(token, Profile("root", "Root")))).session_token)
        requests: list[Request[Any]] = [AuthLogout(), *[AuthLinkCreate()] * 10]
        outcomes = await all_at_once([asking(bus, request, root) for request in requests])
        # Trio starts tasks in any order: some may have asked before, all after the logout are refused.
        assert sum(isinstance(outcome, AuthLogoutAck) for outcome in outcomes) == 1
        assert all(isinstance(outcome, AuthLogoutAck | AuthLink | AuthRequired) for outcome in outcomes)
        for made in outcomes:
            if isinstance(made, AuthLink):
                assert isinstance((await all_at_once([asking(bus, AuthLinkRedeem(made.link_token), Context())]))[0], Refused)

"""The first admin of an empty house, and the same token served again."""

from __future__ import annotations

import pytest

from bus.errors import Conflict
from bus.message import Context
from bus.protocol.inside import InviteMade, OpenHouse, Opening
from bus.secret import Secret
from services.auth.bootstrap import needs_bootstrap, open_house
from tests.services.auth.people import HOUR_MS, first_admin, first_invite, invite, redeem
from tests.services.house import House

TOKEN = Secret("chosen by who runs the server")
WEEK_MS = 7 * 24 * HOUR_MS


def invites(house: House) -> int:
    return house.db.execute("select count(*) from invites").get


def test_a_house_without_an_admin_needs_one(house: House) -> None:
    assert needs_bootstrap(house.db)
    house.user("ada")
    assert needs_bootstrap(house.db), "somebody is there, but no admin"
    redeem(house, first_invite(house).invite_token, "root")
    assert not needs_bootstrap(house.db)


def test_a_house_opens_with_an_invite_until_somebody_is_its_admin(house: House) -> None:
    opening = house.do(open_house, OpenHouse(TOKEN), Context())
    assert opening.invite == first_invite(house, TOKEN)
    redeem(house, TOKEN, "root")
    assert house.do(open_house, OpenHouse(TOKEN), Context()) == Opening(None)


def test_a_given_token_makes_one_invite_however_often_it_is_served(house: House) -> None:
    first = first_invite(house, TOKEN)
    house.now += HOUR_MS
    again = first_invite(house, Secret(TOKEN.reveal()))
    assert (again, invites(house)) == (first, 1)
    assert redeem(house, TOKEN, "root").user.roles == ["admin"]


def test_a_given_token_that_expired_unused_is_renewed(house: House) -> None:
    first = first_invite(house, TOKEN)
    house.now += WEEK_MS
    again = first_invite(house, TOKEN)
    assert (again.invite_id, again.expires_at, invites(house)) == (first.invite_id, house.now + WEEK_MS, 1)
    assert redeem(house, TOKEN, "root").user.roles == ["admin"]


def test_a_given_token_is_usable_once(house: House) -> None:
    first_invite(house, TOKEN)
    redeem(house, TOKEN, "root")
    with pytest.raises(Conflict) as caught:
        first_invite(house, TOKEN)
    assert TOKEN.reveal() not in str(caught.value)
    assert len(house.heard(InviteMade)) == 1


def test_a_token_that_lets_members_in_does_not_come_to_make_admins(house: House) -> None:
    token = invite(house, first_admin(house).who).invite_token
    with pytest.raises(Conflict):
        first_invite(house, token)


def test_without_a_token_each_start_makes_a_fresh_one(house: House) -> None:
    first, second = first_invite(house), first_invite(house)
    assert first.invite_token != second.invite_token
    assert (invites(house), first.max_uses, first.expires_at) == (2, 1, house.now + WEEK_MS)

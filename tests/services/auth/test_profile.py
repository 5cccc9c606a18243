"""What one is called: changed by oneself alone, and known at once wherever names are read."""

from __future__ import annotations

import msgspec
import pytest

from bus.errors import AuthRequired
from bus.message import Context
from bus.protocol.admin import AdminUsers
from bus.protocol.auth import AuthLogout, AuthProfileSet
from bus.protocol.inside import ProfileChanged
from bus.protocol.terms import User
from services.auth import admin, deeds
from tests.services.auth.people import first_admin, member, resume
from tests.services.house import House


def rename(house: House, who: Context, name: str) -> User:
    return house.do(deeds.set_profile, AuthProfileSet(name), who).user


def test_a_new_name_is_told_kept_and_seen_by_every_session(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    renamed = User(ada.who.user, "ada", "Countess Ada")
    assert rename(house, ada.who, "Countess Ada") == renamed
    assert house.heard(ProfileChanged) == [ProfileChanged(ada.who.user, "ada", "Countess Ada")]
    found = resume(house, ada.token).signed
    assert found is not None
    assert found.user == renamed
    assert [user.display_name for user in house.look(admin.users, AdminUsers(), root.who).users] == ["Root", "Countess Ada"]


def test_an_admin_and_a_bot_stay_what_they_are(house: House) -> None:
    root = first_admin(house)
    assert rename(house, root.who, "Boss").roles == ["admin"]
    assert rename(house, house.user("helper", bot=True), "Helping hand").bot


def test_the_name_that_is_already_so_changes_nothing(house: House) -> None:
    ada = member(house, first_admin(house), "ada")
    for _ in range(2):
        assert rename(house, ada.who, "Jose\u0301").display_name == "Jos\u00e9"
    assert len(house.heard(ProfileChanged)) == 1


def test_the_handle_under_which_one_has_spoken_stays(house: House) -> None:
    ada = house.user("ada")
    room_id = house.room(ada)
    rename(house, ada, "Countess")
    house.say(ada, room_id, "hello")
    assert house.db.execute("select handle from users where user_id = 'u_ada'").get == "ada"
    assert house.told[-1].msg.user_handle == "ada"  # type: ignore[attr-defined]


def test_a_session_that_is_over_renames_nobody(house: House) -> None:
    ada = member(house, first_admin(house), "ada")
    house.do(deeds.logout, AuthLogout(), ada.who)
    with pytest.raises(AuthRequired):
        rename(house, ada.who, "Ghost")
    assert house.heard(ProfileChanged) == []


@pytest.mark.parametrize("name", ["", " ", "a" * 41, "a\u202eb", "a\nb", "\u200b"])
def test_a_name_that_could_deceive_is_no_word(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"display_name": name}), type=AuthProfileSet)


def test_nothing_else_of_a_profile_can_be_set() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"display_name": "Ada", "handle": "root"}', type=AuthProfileSet)

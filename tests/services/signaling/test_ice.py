"""Credentials for TURN: as coturn checks them, one user's, and good for so long."""

from __future__ import annotations

import base64
import hashlib
import hmac

from bus.protocol.rtc import IceServers
from bus.secret import Secret
from services.signaling.ice import Ice

STUN, TURN = ("stun:stun.example.org",), ("turn:turn.example.org?transport=udp", "turns:turn.example.org:5349")
NOW_MS = 1_700_000_000_999


def test_without_servers_there_is_nothing_to_sign_in_to() -> None:
    assert Ice(secret=Secret("unused")).servers("u_ada", NOW_MS) == IceServers([], [])
    assert Ice(STUN).servers("u_ada", NOW_MS) == IceServers(list(STUN), [])


def test_a_shared_secret_makes_a_name_that_ends_and_its_signature() -> None:
    found = Ice(STUN, TURN, secret=Secret("north"), ttl=600).servers("u_ada", NOW_MS)
    assert found.turn_username == "1700000600:u_ada"
    signed = hmac.new(b"north", b"1700000600:u_ada", hashlib.sha1).digest()
    assert found.turn_credential == Secret(base64.b64encode(signed).decode())
    assert (found.stun_urls, found.turn_urls) == (list(STUN), list(TURN))


def test_credentials_differ_by_user_and_by_time() -> None:
    ice = Ice((), TURN, secret=Secret("north"))
    made = {
        ice.servers(user_id, now).turn_credential.reveal()  # type: ignore[union-attr]
        for user_id in ("u_ada", "u_bob")
        for now in (NOW_MS, NOW_MS + 1000)
    }
    assert len(made) == 4


def test_a_name_and_password_for_all_are_handed_out_as_they_are() -> None:
    found = Ice((), TURN, "everybody", Secret("the password")).servers("u_ada", NOW_MS)
    assert (found.turn_username, found.turn_credential) == ("everybody", Secret("the password"))
    assert "the password" not in repr(found)

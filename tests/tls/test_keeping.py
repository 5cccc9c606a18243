"""The folder of certificates through a life: first start, renewal, open doors and damaged files."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given, settings
from hypothesis import strategies as st

from devchitchat.errors import Stop
from devchitchat.tls.authority import fingerprint, make_authority, make_leaf
from devchitchat.tls.keeping import Keeper, Kept, reason
from tests.tls.conftest import NOW, Clock

NAMES = ("devchitchat.local", "localhost")
HOME, CABLE = ip_address("192.168.1.5"), ip_address("192.168.1.6")
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are looked at on POSIX only")


def served(keeper: Keeper) -> Kept:
    return keeper.serve(NAMES, [HOME])


def stopped(keeper: Keeper) -> Stop:
    with pytest.raises(Stop) as caught:
        served(keeper)
    assert "\n" not in caught.value.message and "BEGIN" not in caught.value.message
    return caught.value


def test_the_first_start_makes_all_and_the_second_nothing(keeper: Keeper, folder: Path) -> None:
    first = served(keeper)
    again = served(keeper)
    assert first.renewed and not again.renewed
    assert (first.certificate, first.key) == (folder / "server.crt", folder / "server.key")
    assert first.fingerprint == again.fingerprint == fingerprint(keeper.authority().certificate)
    assert first.not_before == again.not_before == NOW - timedelta(days=1)
    assert first.not_after == again.not_after == NOW + timedelta(days=396)
    assert {path.name for path in folder.iterdir()} - {"lock"} == {"authority.crt", "authority.key", "server.crt", "server.key"}


@POSIX
def test_keys_and_folder_are_their_owners_alone(keeper: Keeper, folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o755)
    served(keeper)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.glob("*.key")} == {"authority.key": 0o600, "server.key": 0o600}


def test_a_leaf_is_renewed_when_thirty_days_are_left(keeper: Keeper, clock: Clock) -> None:
    first = served(keeper)
    clock.now = first.not_after - timedelta(days=30, seconds=1)
    assert not served(keeper).renewed
    clock.turn(seconds=1)
    renewed = served(keeper)
    assert renewed.renewed and renewed.not_after > first.not_after and renewed.fingerprint == first.fingerprint
    clock.now = renewed.not_after + timedelta(days=100)
    assert served(keeper).renewed


def test_a_leaf_is_renewed_for_what_is_new_and_kept_when_something_went_away(keeper: Keeper) -> None:
    served(keeper)
    assert not keeper.serve(NAMES[:1], []).renewed
    assert keeper.serve(NAMES, [HOME, CABLE]).renewed
    assert not keeper.serve(NAMES, [CABLE]).renewed
    assert keeper.serve([*NAMES, "box.local"], [HOME]).renewed
    assert not keeper.serve(["BOX.local."], []).renewed


def test_what_the_house_may_not_speak_for_is_no_reason_to_renew(keeper: Keeper) -> None:
    wanted = [*NAMES, "box", "www.example.com"], [HOME, ip_address("8.8.8.8")]
    assert keeper.serve(*wanted).renewed and not keeper.serve(*wanted).renewed


def test_a_server_of_the_internet_only_gets_no_certificate(keeper: Keeper) -> None:
    with pytest.raises(Stop, match="no name and no address"):
        keeper.serve(["www.example.com"], [])


HOUSE = make_authority(NOW)
MADE = make_leaf(HOUSE, ["box.local"], [HOME, CABLE], NOW)


@settings(deadline=None)
@given(day=st.integers(-400, 800))
def test_a_leaf_is_due_in_its_last_thirty_days_and_before_it_has_begun(day: int) -> None:
    leaf, issuer = (load_pem_x509_certificate(pair.certificate) for pair in (MADE, HOUSE))
    due = reason(leaf, issuer, ["box.local", HOME], NOW + timedelta(days=day))
    assert (due is None) is (-1 <= day < 396 - 30)


def test_an_old_house_does_not_renew_in_vain(keeper: Keeper, clock: Clock) -> None:
    keeper.authority()
    clock.turn(days=3640)
    assert served(keeper).renewed and not served(keeper).renewed


def test_a_leaf_of_another_house_is_replaced(keeper: Keeper, folder: Path) -> None:
    served(keeper)
    (folder / "authority.crt").unlink()
    (folder / "authority.key").unlink()
    assert served(keeper).renewed


@pytest.mark.parametrize("name", ["server.crt", "server.key"])
@pytest.mark.parametrize(
    "content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", MADE.key, MADE.certificate]
)
def test_whatever_happened_to_the_leaf_it_mends(name: str, content: bytes | None, keeper: Keeper, folder: Path) -> None:
    before = served(keeper)
    damage(folder / name, content)
    assert served(keeper).renewed and not served(keeper).renewed
    assert served(keeper).fingerprint == before.fingerprint


def damage(path: Path, content: bytes | None) -> None:
    path.unlink()
    if content is not None:
        path.write_bytes(content)
        path.chmod(0o600)


OTHER = make_authority(NOW)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("authority.crt", None, "holds authority.key without the other half"),
        ("authority.key", None, "holds authority.crt without the other half"),
        ("authority.crt", b"", "holds no certificate in PEM form, or a damaged one"),
        ("authority.crt", HOUSE.certificate[:200], "holds no certificate in PEM form, or a damaged one"),
        ("authority.crt", OTHER.certificate, "does not fit authority.crt"),
        ("authority.crt", MADE.certificate, "is not limited to home networks"),
        ("authority.key", b"", "holds no private key in PEM form"),
        ("authority.key", HOUSE.key[:100], "holds a damaged key"),
        ("authority.key", OTHER.key, "does not fit authority.crt"),
    ],
    ids=map(str, range(9)),
)
def test_a_damaged_authority_is_one_clear_line(name: str, content: bytes | None, says: str, keeper: Keeper, folder: Path) -> None:
    served(keeper)
    damage(folder / name, content)
    message = stopped(keeper).message
    assert says in message and f"delete {folder} and trust the new authority on every device" in message


@POSIX
@pytest.mark.parametrize("name", ["authority.key", "server.key"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_key_that_others_can_read_is_refused_by_its_path(name: str, mode: int, keeper: Keeper, folder: Path) -> None:
    served(keeper)
    (folder / name).chmod(mode)
    stop = stopped(keeper)
    assert stop.code == 78 and f"(mode {mode:o}); say: chmod 600 {folder / name}" in stop.message


@POSIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_of_another_user_is_refused(keeper: Keeper, folder: Path) -> None:
    served(keeper)
    os.chown(folder / "authority.key", 4711, -1)
    stop = stopped(keeper)
    assert stop.code == 78 and f"{folder / 'authority.key'} belongs to another user" in stop.message


def test_a_first_start_that_was_cut_short_is_completed(keeper: Keeper, folder: Path) -> None:
    before = served(keeper).fingerprint
    (folder / "authority.crt").rename(folder / "authority.crt.new")
    assert served(keeper).fingerprint == before


def test_a_first_start_that_had_made_nothing_yet_begins_anew(keeper: Keeper, folder: Path) -> None:
    before = served(keeper).fingerprint
    for path in [*folder.glob("authority.*")]:
        path.rename(f"{path}.new")
    assert served(keeper).fingerprint != before
    assert not list(folder.glob("*.new"))


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be used" in stopped(Keeper(tmp_path / "file" / "tls", clock)).message


def test_no_key_is_ever_logged(keeper: Keeper, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    served(keeper)
    assert "made an authority" in caplog.text and "PRIVATE" not in caplog.text

"""What the folder of certificates makes of a clock that is wrong now, or was when they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from devchitchat.tls.keeping import Keeper
from tests.tls.conftest import NOW, Clock
from tests.tls.test_keeping import served, stopped


def test_a_clock_set_back_is_told_what_it_says(keeper: Keeper, clock: Clock) -> None:
    served(keeper)
    clock.turn(days=-700)
    message = stopped(keeper).message
    assert "is valid from 2027-02-28 12:00 UTC, and this machine says it is 2025-03-31 12:00 UTC: set its clock" in message


def test_a_leaf_of_the_future_is_made_anew_under_the_same_authority(keeper: Keeper, clock: Clock) -> None:
    keeper.authority()
    clock.turn(days=100)
    late = served(keeper)
    clock.turn(days=-50)
    today = served(keeper)
    assert today.renewed and today.fingerprint == late.fingerprint
    assert (late.not_before - today.not_before, late.not_after - today.not_after) == (timedelta(days=50), timedelta(days=50))
    assert not served(keeper).renewed


def test_an_authority_of_the_future_is_kept_as_it_is_and_said(keeper: Keeper, clock: Clock, folder: Path) -> None:
    """It may be the clock that is wrong now, and then every guest's device trusts this one."""
    before = served(keeper).fingerprint
    clock.turn(days=-50)
    assert f"set its clock if that is wrong, or delete {folder} and trust the new one on every device" in stopped(keeper).message
    clock.turn(days=50)
    again = served(keeper)
    assert again.fingerprint == before and not again.renewed


def test_what_was_made_by_a_clock_that_is_a_few_hours_late_is_believed_no_sooner_than_its_authority(keeper: Keeper, clock: Clock) -> None:
    keeper.authority()
    clock.turn(hours=-23)
    assert served(keeper).not_before == NOW - timedelta(days=1)


def test_a_clock_that_is_a_few_hours_late_is_no_trouble(keeper: Keeper, clock: Clock) -> None:
    served(keeper)
    clock.turn(hours=-23)
    assert not served(keeper).renewed


def test_nothing_is_made_by_a_clock_that_cannot_be_right(folder: Path) -> None:
    message = stopped(Keeper(folder, lambda: datetime(1970, 1, 1, tzinfo=UTC))).message
    assert "this machine says it is 1970-01-01" in message and not list(folder.glob("*.key"))


def test_an_authority_that_is_over_says_what_to_do(keeper: Keeper, clock: Clock, folder: Path) -> None:
    served(keeper)
    clock.turn(days=3660)
    assert f"delete {folder} and trust the new one on every device" in stopped(keeper).message

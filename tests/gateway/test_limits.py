"""Token buckets against a model, and the table of them against those who would flood it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.errors import RateLimited
from bus.protocol.terms import MAX_FRAME_BYTES, MAX_SIGNALING_BYTES
from gateway.limits import RATES, Buckets, address_key
from gateway.settings import Limits


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def tries(buckets: Buckets, name: str, *keys: str, times: int = 1) -> int:
    """How many of so many tries were let through."""
    passed = 0
    for _ in range(times):
        try:
            buckets.take(name, *keys)
            passed += 1
        except RateLimited:
            pass
    return passed


STEPS = st.lists(st.tuples(st.floats(-50, 200), st.integers(1, 40)), max_size=30)


@settings(deadline=None)
@given(steps=STEPS, name=st.sampled_from(sorted(RATES)))
def test_never_more_than_the_burst_and_what_time_gave_back(steps: list[tuple[float, int]], name: str) -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    passed = tries(buckets, name, "user:u")
    newest = clock.now
    forward = 0.0
    for step, times in steps:
        clock.now += step
        forward += max(0.0, clock.now - newest)
        newest = max(newest, clock.now)
        passed += tries(buckets, name, "user:u", times=times)
        assert passed <= RATES[name].burst + RATES[name].per_second * forward + 1e-6


@pytest.mark.parametrize("name", sorted(RATES))
def test_a_clock_set_back_gives_nothing_and_locks_nobody_out(name: str) -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    burst = int(RATES[name].burst)
    assert tries(buckets, name, "k", times=burst + 5) == burst
    clock.now -= 1000
    assert tries(buckets, name, "k") == 0
    clock.now += 1000 + 1.001 / RATES[name].per_second
    assert tries(buckets, name, "k", times=5) == 1


def test_a_large_offer_counts_as_several_and_none_can_never_be_made() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    assert RATES["signal"].cost(MAX_FRAME_BYTES) <= RATES["signal"].burst
    handed_on = 0
    with pytest.raises(RateLimited) as caught:
        while True:
            buckets.take("signal", "k", size=MAX_SIGNALING_BYTES)
            handed_on += MAX_SIGNALING_BYTES
    assert 500_000 < handed_on < Limits().outbox_bytes, "who takes nothing for a moment is not let go for it"
    clock.now += caught.value.details["retry_after_ms"] / 1000
    buckets.take("signal", "k", size=MAX_SIGNALING_BYTES)


def test_who_is_refused_is_told_when_to_come_back_and_then_gets_in() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)
    tries(buckets, "chat", "k", times=10)
    with pytest.raises(RateLimited) as caught:
        buckets.take("chat", "k")
    wait = caught.value.details["retry_after_ms"]
    assert 0 < wait <= 500
    clock.now += wait / 1000
    buckets.take("chat", "k")


def test_a_refusal_takes_nothing_from_the_other_key() -> None:
    buckets = Buckets(clock=Clock())
    tries(buckets, "auth", "address:a", times=10)
    assert tries(buckets, "auth", "user:u", "address:a", times=20) == 0
    assert tries(buckets, "auth", "user:u", times=20) == 10


def test_other_classes_and_a_switched_off_limiter_are_free() -> None:
    assert tries(Buckets(clock=Clock()), "other", "k", times=500) == 500
    assert tries(Buckets(enabled=False, clock=Clock()), "auth", "k", times=500) == 500


def test_flooding_the_table_resets_nobodys_bucket() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock, most=100)
    assert tries(buckets, "auth", "thief", times=20) == 10
    strangers = sum(tries(buckets, "auth", f"s{n}") for n in range(5000))
    assert len(buckets) <= 101
    assert strangers < 150, "those for whom there is no room share one bucket"
    assert tries(buckets, "auth", "thief") == 0


def test_the_table_makes_room_when_buckets_are_full_again() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock, most=100)
    tries(buckets, "auth", "thief", times=10)
    clock.now += 60
    assert all(tries(buckets, "auth", f"s{n}") for n in range(99))
    clock.now += 120
    assert sum(tries(buckets, "auth", f"t{n}", times=3) for n in range(99)) == 297
    assert len(buckets) <= 101


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::5", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::5", "2001:db8:0:2::5", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("?", "unix", True),
    ],
)
def test_one_customer_is_one_key(one: str, other: str, same: bool) -> None:
    assert (address_key(one) == address_key(other)) is same

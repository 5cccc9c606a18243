"""Worlds in which everything goes wrong at once: what was acked or told is never lost, and heard once and in order."""

from __future__ import annotations

from tests.services.store.conftest import Say
from tests.services.store.world import ForgetfulStore, World, live

WORLDS = 12


def test_in_no_world_anything_acked_or_told_is_lost_or_heard_out_of_order(say: Say) -> None:
    worlds = [live(World(seed)) for seed in range(WORLDS)]
    bad = [(world.seed, world.bad[0]) for world in worlds if world.bad]
    say(
        f"simulation: worlds={WORLDS} seconds={sum(world.seconds for world in worlds):.0f}"
        f" acked={sum(len(world.acked) for world in worlds)} failures={sum(world.failures for world in worlds)}"
        f" lives={sum(world.lives for world in worlds)} power cuts={sum(world.power_cuts for world in worlds)} bad={len(bad)}"
    )
    assert bad == []
    assert sum(world.failures for world in worlds) > WORLDS
    assert sum(world.power_cuts for world in worlds) > WORLDS / 2


def test_the_same_seed_is_the_same_story() -> None:
    assert [live(World(seed)).story for seed in range(4)] == [live(World(seed)).story for seed in range(4)]
    assert len({live(World(seed)).story for seed in range(4)}) == 4


def test_a_store_that_acks_what_is_not_on_the_disk_is_found_out() -> None:
    assert any(live(World(seed, synchronous=1)).bad for seed in range(5))


def test_a_store_that_does_not_tell_what_its_last_life_left_is_found_out() -> None:
    assert any("heard" in " ".join(live(World(seed, ForgetfulStore)).bad) for seed in range(20))

"""The beat of the loop: how late it comes is read in milliseconds, and only the last minute counts."""

from __future__ import annotations

import time

import anyio
import pytest

from services.diagnostics.pulse import BEATS, EVERY_S, Pulse

pytestmark = pytest.mark.anyio


async def test_before_the_first_beat_there_is_no_reading() -> None:
    assert Pulse().reading() == {}


async def test_a_loop_that_was_held_up_shows() -> None:
    pulse = Pulse()
    async with anyio.create_task_group() as tasks:
        await tasks.start(pulse.run)
        while not pulse.reading():  # noqa: ASYNC110 there is no event for a beat
            await anyio.sleep(EVERY_S / 10)
        held = time.monotonic() + 3 * EVERY_S
        while time.monotonic() < held:
            pass
        while pulse.reading()["loop_lag_max_ms"] < 100:  # noqa: ASYNC110
            await anyio.sleep(EVERY_S / 10)
        tasks.cancel_scope.cancel()
    reading = pulse.reading()
    assert reading["loop_lag_p50_ms"] <= reading["loop_lag_p99_ms"] <= reading["loop_lag_max_ms"]


def test_only_the_last_minute_is_kept() -> None:
    assert BEATS * EVERY_S == 60

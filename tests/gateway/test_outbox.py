"""What is on its way is counted, bounded, in order, and gathers into batches only while the socket is busy."""

from __future__ import annotations

import gc
import json
import weakref

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.codec import Frame, together
from gateway.outbox import BATCH_FRAMES, Outbox
from tests.gateway.wires import Wire


def frame(n: int, size: int = 10) -> Frame:
    text = json.dumps({"n": n, "pad": "x" * size})
    return Frame(text, len(text))


def numbers(wire: Wire) -> list[int]:
    return [sent["n"] for sent in wire.frames]


def outbox(wire: Wire, frames: int = 1024, size: int = 1 << 20) -> Outbox:
    return Outbox(wire.send, most_frames=frames, most_bytes=size)


async def test_the_count_is_what_has_not_left() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    one, two = frame(1), frame(2, 500)
    box.offer(one)
    box.offer(two)
    assert (box.frames, box.bytes) == (2, one.size + two.size)
    wire.let_one_leave()
    assert (box.frames, box.bytes) == (1, two.size)
    wire.let_one_leave()
    stats = box.stats()
    assert (stats.frames, stats.bytes, stats.peak_frames, stats.sent_frames, stats.sent_bytes) == (0, 0, 2, 2, one.size + two.size)


async def test_it_is_full_by_frames_or_by_bytes_but_one_frame_of_any_size_fits() -> None:
    box = outbox(Wire(stuck=True), frames=2)
    box.offer(frame(1))
    assert not box.full
    box.offer(frame(2))
    assert box.full
    box = outbox(Wire(stuck=True), size=100)
    assert not box.full
    box.offer(frame(1, 5000))
    assert not box.full
    box.offer(frame(2, 100))
    assert box.full


async def test_without_batching_every_frame_is_handed_over_at_once() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    for n in range(5):
        box.offer(frame(n))
    assert len(wire.texts) == 5


async def test_a_batch_is_what_gathered_while_the_socket_was_busy() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = True
    for n in range(4):
        box.offer(frame(n))
    assert len(wire.texts) == 1, "the first does not wait for more"
    wire.let_one_leave()
    assert [text.startswith("[") for text in wire.texts] == [False, True]
    wire.let_one_leave()
    assert (numbers(wire), box.frames, box.bytes) == ([0, 1, 2, 3], 0, 0)


async def test_a_batch_of_one_is_no_array() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = True
    box.offer(frame(0))
    box.offer(frame(1))
    wire.let_one_leave()
    assert isinstance(json.loads(wire.texts[1]), dict)


async def test_a_frame_of_several_is_counted_by_its_parts_and_goes_flat_into_a_batch() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = True
    box.offer(together([frame(0), frame(1)]))
    box.offer(together([frame(2), frame(3)]))
    box.offer(frame(4))
    assert (box.frames, box.bytes) == (5, sum(frame(n).size for n in range(5)))
    wire.let_leave(1)
    wire.let_leave(1)
    assert (numbers(wire), len(wire.texts), box.frames, box.bytes) == ([0, 1, 2, 3, 4], 2, 0, 0)


@settings(deadline=None)
@given(steps=st.lists(st.one_of(st.integers(0, 100_000), st.none()), max_size=200), batching=st.booleans())
def test_order_and_counts_hold_for_any_schedule(steps: list[int | None], batching: bool) -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = batching
    offered = handed = 0
    for size in steps:
        if size is not None:
            box.offer(frame(offered, size))
            offered += 1
        elif handed < len(wire.texts):
            wire.let_one_leave()
            handed += 1
    while handed < len(wire.texts):
        wire.let_one_leave()
        handed += 1
    assert numbers(wire) == list(range(offered))
    assert (box.frames, box.bytes, box.stats().sent_frames) == (0, 0, offered)
    assert all(len(json.loads(text)) <= BATCH_FRAMES for text in wire.texts)


async def test_flush_sends_what_has_gathered_before_the_end() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = True
    for n in range(300):
        box.offer(frame(n))
    box.flush()
    assert numbers(wire) == list(range(300))


async def test_nobody_is_asked_to_tell_while_nothing_gathers() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    for n in range(5):
        box.offer(frame(n))
    assert wire.asked == 0
    box.batching = True
    for n in range(5, 9):
        box.offer(frame(n))
    assert wire.asked == 1, "the newest of those on their way, once"
    wire.let_leave(5)
    assert numbers(wire) == list(range(9))


async def test_what_has_gathered_goes_with_the_socket() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = True
    for n in range(2 + 2 * BATCH_FRAMES):
        box.offer(frame(n))
    wire.gone = True
    wire.let_leave(1)
    assert numbers(wire) == [0]
    box.offer(frame(0))
    assert numbers(wire) == [0]


async def test_stuck_is_when_nothing_has_left_for_so_long() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    assert not box.stuck(0, 10), "an empty one is never stuck"
    box.offer(frame(1))
    box.offer(frame(2))
    assert not any(box.stuck(now, 10) for now in (1, 5, 9))
    wire.let_one_leave()
    assert not any(box.stuck(now, 10) for now in (12, 20, 21))
    assert box.stuck(22, 10)


async def test_a_socket_that_is_gone_takes_nothing_and_breaks_nothing() -> None:
    wire = Wire()
    wire.gone = True
    outbox(wire).offer(frame(1))
    assert wire.texts == []


async def test_a_first_frame_that_is_just_leaving_is_not_stuck_however_long_the_house_has_run() -> None:
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.offer(frame(0))
    assert not box.stuck(5_000.0, 10.0)
    assert not box.stuck(5_009.0, 10.0)
    assert box.stuck(5_010.0, 10.0)


def test_an_outbox_that_has_ended_keeps_nothing_alive() -> None:
    """What Granian keeps of us is seen by no garbage collector."""
    wire = Wire(stuck=True)
    box = outbox(wire)
    box.batching = True
    for n in range(3):
        box.offer(frame(n))
    seen = weakref.ref(box)
    box.end()
    del box, wire
    gc.collect()
    assert seen() is None

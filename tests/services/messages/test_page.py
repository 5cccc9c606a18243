"""Reading a room: pages by seq in every direction, and by rev for those who come back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.errors import Forbidden, NotFound
from bus.message import Context
from bus.protocol.inside import CaughtUp
from bus.protocol.messages import MsgDelete, MsgEdit, MsgList, MsgListResult, MsgReact
from bus.protocol.terms import MAX_INT
from services.messages import deeds, reads
from tests.services.house import House


def full(house: House, count: int) -> tuple[Context, str, list[str]]:
    """A room with a neighbour on each side, so that a page that leaves its range would show."""
    ann = house.user("ann")
    house.say(ann, house.room(ann), "before")
    room = house.room(ann)
    house.say(ann, house.room(ann), "behind")
    return ann, room, [house.say(ann, room, f"text {seq}") for seq in range(1, count + 1)]


def seqs(result: MsgListResult) -> list[int]:
    return [msg.seq for msg in result.messages]


def places(after: int, before: int, around: int, rev: int) -> list[dict[str, Any]]:
    """One of each kind, and none."""
    return [{}, {"after_seq": after}, {"before_seq": before}, {"around_seq": around}, {"after_rev": rev}]


Spot = tuple[list[int], int, bool]
EMPTY: list[int] = []


def spot(result: MsgListResult) -> Spot:
    return seqs(result), result.next_after_seq, result.more


def test_the_newest_page_comes_when_no_place_is_given(house: House) -> None:
    ann, room, _ = full(house, 7)
    assert spot(house.look(reads.page, MsgList(room, limit=3), ann)) == ([5, 6, 7], 7, True)
    assert spot(house.look(reads.page, MsgList(room, limit=7), ann)) == ([1, 2, 3, 4, 5, 6, 7], 7, False)


def test_an_empty_room_has_an_empty_page_from_every_place(house: House) -> None:
    ann, room, _ = full(house, 0)
    for place in places(0, 5, 5, 0):
        assert spot(house.look(reads.page, MsgList(room, **place), ann)) == ([], 0, False)


@pytest.mark.parametrize(
    ("after", "page"),
    [(0, ([1, 2, 3], 3, True)), (4, ([5, 6, 7], 7, False)), (5, ([6, 7], 7, False)), (7, (EMPTY, 7, False)), (MAX_INT, (EMPTY, 7, False))],
)
def test_what_comes_after_a_seq(house: House, after: int, page: Spot) -> None:
    ann, room, _ = full(house, 7)
    assert spot(house.look(reads.page, MsgList(room, after_seq=after, limit=3), ann)) == page


@pytest.mark.parametrize(
    ("before", "page"),
    [(0, (EMPTY, 0, False)), (1, (EMPTY, 0, False)), (3, ([1, 2], 2, False)), (5, ([2, 3, 4], 4, True)), (MAX_INT, ([5, 6, 7], 7, True))],
)
def test_what_comes_before_a_seq(house: House, before: int, page: Spot) -> None:
    ann, room, _ = full(house, 7)
    assert spot(house.look(reads.page, MsgList(room, before_seq=before, limit=3), ann)) == page


@pytest.mark.parametrize(
    ("around", "page"),
    [(0, ([1, 2, 3], 3, True)), (4, ([3, 4, 5], 5, True)), (7, ([5, 6, 7], 7, False)), (MAX_INT, ([5, 6, 7], 7, False))],
)
def test_what_stands_around_a_seq(house: House, around: int, page: Spot) -> None:
    ann, room, _ = full(house, 7)
    assert spot(house.look(reads.page, MsgList(room, around_seq=around, limit=3), ann)) == page


def test_what_stands_around_a_message_known_by_its_id_alone(house: House) -> None:
    ann, room, msg_ids = full(house, 7)
    for seq, msg_id in enumerate(msg_ids, 1):
        around = house.look(reads.page, MsgList(room, around_msg_id=msg_id, limit=3), ann)
        assert around == house.look(reads.page, MsgList(room, around_seq=seq, limit=3), ann)
    house.do(deeds.delete, MsgDelete(msg_ids[3]), ann)
    assert seqs(house.look(reads.page, MsgList(room, around_msg_id=msg_ids[3], limit=3), ann)) == [3, 4, 5]


def test_a_message_of_another_room_is_as_unknown_as_one_that_never_was(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room, group = house.room(ann, bob), house.room(ann, kind="group")
    secret, other = house.say(ann, group, "secret"), house.say(bob, house.room(bob), "elsewhere")
    unknown = refusal(house, bob, room, "m_unknown")
    assert unknown == refusal(house, bob, room, secret) == refusal(house, bob, room, other)
    assert refusal(house, bob, group, secret) == refusal(house, bob, group, "m_unknown") == refusal(house, bob, "g_unknown", secret)


def refusal(house: House, who: Context, room_id: str, msg_id: str) -> tuple[str, object]:
    with pytest.raises(NotFound) as refused:
        house.look(reads.page, MsgList(room_id, around_msg_id=msg_id), who)
    return str(refused.value), refused.value.details


@pytest.mark.parametrize(("limit", "count"), [(None, 50), (-1, 1), (0, 1), (10**9, 200)])
def test_limits_are_clamped(house: House, limit: int | None, count: int) -> None:
    ann, room, _ = full(house, 210)
    for place in places(0, 300, 100, 0):
        assert len(house.look(reads.page, MsgList(room, **place, limit=limit), ann).messages) == count


def test_after_a_rev_comes_all_that_changed_in_order_of_change(house: House) -> None:
    ann, room, msgs = full(house, 6)
    seen = house.look(reads.page, MsgList(room), ann).next_after_rev
    house.do(deeds.react, MsgReact(msgs[4], "👍", True), ann)
    house.do(deeds.edit, MsgEdit(msgs[1], "edited"), ann)
    house.do(deeds.delete, MsgDelete(msgs[0]), ann)
    house.say(ann, room, "new")
    changes = house.look(reads.page, MsgList(room, after_rev=seen), ann)
    assert spot(changes) == ([5, 2, 1, 7], 7, False)
    assert [msg.rev for msg in changes.messages] == sorted(msg.rev for msg in changes.messages)
    assert changes.next_after_rev == house.look(reads.page, MsgList(room), ann).next_after_rev
    assert spot(house.look(reads.page, MsgList(room, after_rev=changes.next_after_rev), ann)) == ([], 7, False)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 5), st.sets(st.integers(0, 4)))
def test_following_the_revs_brings_every_change_whatever_the_page(touched: list[int], limit: int, meanwhile: set[int]) -> None:
    """What a client holds at the end is what the room is."""
    house = House()
    ann, room, msgs = full(house, 10)
    held = {msg.seq: msg for msg in house.look(reads.page, MsgList(room), ann).messages}
    rev = house.look(reads.page, MsgList(room), ann).next_after_rev
    for number, index in enumerate(touched):
        house.do(deeds.edit, MsgEdit(msgs[index], f"edit {number}"), ann)
    pages, more = 0, True
    while more:
        page = house.look(reads.page, MsgList(room, after_rev=rev, limit=limit), ann)
        held |= {msg.seq: msg for msg in page.messages}
        rev, more = page.next_after_rev, page.more
        pages += 1
        if pages in meanwhile:
            house.say(ann, room, "meanwhile")
            more = True
    assert list(held.values()) == house.look(reads.page, MsgList(room), ann).messages


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 20), st.integers(1, 7))
def test_following_the_seqs_brings_every_message_once(count: int, limit: int) -> None:
    house = House()
    ann, room, _ = full(house, count)
    forward: list[int] = []
    after, more = 0, True
    while more:
        page = house.look(reads.page, MsgList(room, after_seq=after, limit=limit), ann)
        forward, after, more = forward + seqs(page), page.next_after_seq, page.more
    page = house.look(reads.page, MsgList(room, limit=limit), ann)
    backward = seqs(page)
    while page.more:
        page = house.look(reads.page, MsgList(room, before_seq=backward[0], limit=limit), ann)
        backward = seqs(page) + backward
    assert forward == backward == list(range(1, count + 1))


def test_who_asks_for_what_comes_after_holds_what_comes_before(house: House) -> None:
    ann, room, _ = full(house, 5)
    house.look(reads.page, MsgList(room, after_seq=3), ann)
    house.look(reads.page, MsgList(room, after_seq=MAX_INT), ann)
    for place in places(0, 3, 3, 3):
        house.look(reads.page, MsgList(room, **place), ann)
    assert house.heard(CaughtUp) == [CaughtUp("u_ann", room, 3), CaughtUp("u_ann", room, 5)]


def test_a_room_is_read_by_its_members_only(house: House) -> None:
    ann, eve = house.user("ann"), house.user("eve")
    with pytest.raises(Forbidden):
        house.look(reads.page, MsgList(house.room(ann)), eve)
    with pytest.raises(NotFound):
        house.look(reads.page, MsgList(house.room(ann, kind="group")), eve)

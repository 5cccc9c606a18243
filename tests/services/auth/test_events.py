"""The log as an admin reads it: in pages, by scope and type, with nothing in it that must not be seen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bus.protocol.admin import AdminBotCreate, AdminEvents, AdminEventsResult
from services.auth import admin, events
from services.auth.events import cover, covered
from tests.services.auth.people import Member, first_admin, member
from tests.services.house import House

CANARY = "the words that nobody else may read"


def read(house: House, who: Member, **wanted: Any) -> AdminEventsResult:
    return house.look(events.events, AdminEvents(**wanted), who.who)


def test_the_log_comes_in_pages_and_each_begins_where_the_last_ended(house: House) -> None:
    root = first_admin(house)
    for number in range(5):
        member(house, root, f"friend{number}")
    whole = read(house, root, limit=200)
    assert [event.event_id for event in whole.events] == list(range(1, len(whole.events) + 1))
    assert (whole.more, whole.next_after_event_id) == (False, len(whole.events))
    pages, after = list[Any](), 0
    while (page := read(house, root, after_event_id=after, limit=7)).more:
        assert len(page.events) == 7
        pages, after = [*pages, *page.events], page.next_after_event_id
    assert [*pages, *page.events] == whole.events
    beyond = read(house, root, after_event_id=1000)
    assert (beyond.events, beyond.next_after_event_id, beyond.more) == ([], 1000, False)


@pytest.mark.parametrize(("limit", "count"), [(-1, 1), (0, 1), (3, 3), (10**6, 200)])
def test_a_page_is_never_larger_than_two_hundred_or_smaller_than_one(house: House, limit: int, count: int) -> None:
    root = first_admin(house)
    for number in range(70):
        member(house, root, f"friend{number}")
    assert len(read(house, root, limit=limit).events) == count


def test_the_log_is_read_by_scope_and_by_type(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    room_id = house.room(ada.who)
    assert {event.type for event in read(house, root, scope=ada.who.user).events} == {"auth.user_joined", "auth.session_opened"}
    assert {event.scope_id for event in read(house, root, scope=room_id).events} == {room_id}
    assert [event.body["handle"] for event in read(house, root, type="auth.user_joined").events] == ["root", "ada"]
    assert read(house, root, scope="' or 1 = 1 --").events == []


def test_neither_tokens_nor_their_hashes_nor_what_people_wrote_can_be_read(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    bot = house.do(admin.create_bot, AdminBotCreate("helper"), root.who)
    house.say(ada.who, house.room(ada.who), CANARY)
    shown = msgspec.json.encode(read(house, root, limit=200)).decode()
    hashes = [str(value) for (value,) in house.db.execute("select token_hash from sessions union select token_hash from invites")]
    assert len(hashes) == 5
    for secret in (CANARY, root.token.reveal(), ada.token.reveal(), bot.session_token.reveal(), *hashes):
        assert secret not in shown
    assert [event.body["msg"]["text"] for event in read(house, root, type="msg.event").events] == ["***"]


def test_hidden_keys_are_covered_at_any_depth() -> None:
    body = {"a": 1, "b": [{"text": "x", "c": {"text": ["y"]}}], "text": {"z": 2}}
    assert cover(body, frozenset(["text"])) == {"a": 1, "b": [{"text": "***", "c": {"text": "***"}}], "text": "***"}


def test_of_a_word_that_is_not_known_nothing_is_shown() -> None:
    assert covered("msg.from_the_future", '{"secret":"x"}') == {"body": "***"}

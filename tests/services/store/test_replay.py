"""The tables are what the log comes to: after anything that a crowd can do, byte for byte, and again and again."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import pytest

from bus.message import Context, Message
from bus.protocol.search import SearchQuery, SearchScope
from bus.service import marked
from devchitchat.projections import PROJECTIONS
from services.auth import admin as admin_deeds
from services.auth import deeds as auth_deeds
from services.delivery import deeds as delivery_deeds
from services.messages import deeds as message_deeds
from services.rooms import bots as bot_deeds
from services.rooms import deeds as room_deeds
from services.rooms import direct as direct_deeds
from services.rooms import invites as invite_deeds
from services.rooms import order as order_deeds
from services.search import reads
from services.store import log, replay
from services.store.database import transaction, unguarded
from tests.services.store.conftest import Say
from tests.services.store.crowd import WORDS, Crowd

pytestmark = pytest.mark.usefixtures("time_enough")
DEEDS = (admin_deeds, auth_deeds, delivery_deeds, message_deeds, room_deeds, invite_deeds, bot_deeds, order_deeds, direct_deeds)
COMMANDS = 8_000


@pytest.fixture(scope="module", params=[1])
def crowd(request: pytest.FixtureRequest) -> Crowd:
    """A house after thousands of random commands."""
    crowd = Crowd(request.param)
    for _ in range(COMMANDS):
        crowd.step()
    return crowd


def digests(db: apsw.Connection) -> dict[str, str]:
    return {table: replay.digest(db, table) for table in replay.tables(PROJECTIONS)}


def rebuild(db: apsw.Connection) -> int:
    with unguarded(db), transaction(db):
        return replay.rebuild(db, PROJECTIONS)


def searches(crowd: Crowd) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Everybody looks for every word: who, what, what search finds, and what grep finds over what they may see."""
    newest_first = list(crowd.said.items())[::-1]
    for user_id in crowd.people():
        rooms = crowd.visible_to(user_id)
        mine = [(msg_id, text.split()) for msg_id, (room_id, text) in newest_first if room_id in rooms]
        for word in WORDS:
            asked = SearchQuery(SearchScope("all"), word, 50)
            found = crowd.house.look(reads.search, asked, Context(user_id))
            yield user_id, word, [hit.msg_id for hit in found.hits], [msg_id for msg_id, words in mine if word in words]


def test_the_scene_every_deed_was_done_and_much_was_refused(crowd: Crowd) -> None:
    every = {handles.kind for module in DEEDS for handles, _ in marked(module) if handles.how == "commit"}
    assert every - set(crowd.done) == set[type[Message]]()
    assert {"NOT_FOUND", "FORBIDDEN", "CONFLICT", "AUTH_FAILED"} <= set(crowd.refused)


def test_the_tables_are_the_fold_of_the_log(crowd: Crowd, say: Say) -> None:
    differing = crowd.house.differences()
    say(
        f"replay: commands={COMMANDS} done={crowd.done.total()} refused={crowd.refused.total()}"
        f" facts={log.last_event_id(crowd.house.db)} differing={len(differing)}"
    )
    assert differing == []


def test_a_rebuild_gives_the_same_bytes_and_so_does_the_next(crowd: Crowd) -> None:
    before = digests(crowd.house.db)
    assert len(set(before.values())) > 5
    assert rebuild(crowd.house.db) == log.last_event_id(crowd.house.db)
    assert digests(crowd.house.db) == before
    rebuild(crowd.house.db)
    assert digests(crowd.house.db) == before
    assert crowd.house.differences() == []


def test_search_is_grep_over_what_one_may_see(crowd: Crowd, say: Say) -> None:
    asked = hits = 0
    for user_id, word, found, right in searches(crowd):
        assert sorted(found) == sorted(right[:50]) if len(right) <= 50 else set(found) <= set(right), (user_id, word)
        asked, hits = asked + 1, hits + len(found)
    say(f"search equals grep: searches={asked} hits={hits}")
    assert hits > 1000


def test_the_crowd_goes_on_in_a_rebuilt_house(crowd: Crowd) -> None:
    rebuild(crowd.house.db)
    for _ in range(500):
        crowd.step()
    assert crowd.house.differences() == []
    assert all(sorted(found) == sorted(right) for _, _, found, right in searches(crowd) if len(right) <= 50)

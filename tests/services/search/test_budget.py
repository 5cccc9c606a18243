"""The time budget: a search that would take long ends in time, says so, and leaves the connection as it was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

import pytest

from bus.message import Context
from bus.protocol.search import SearchQuery, SearchScope
from services.search import queries, reads
from services.search.budget import PATIENCE, Budget, own_time
from services.search.query import parse
from tests.services.house import House

MANY = 50_000


@pytest.fixture(scope="module")
def large() -> tuple[House, Context]:
    """A house with one room of many short messages; the common word is in nearly all of them."""
    house = House()
    ann = house.user("ann")
    house.room(ann)
    house.db.execute("begin")
    house.db.executemany(
        """
        insert into messages (rid, room_no, seq, msg_id, user_id, ts, text, mentions, attachments, rev)
        values (1 << 40 | :seq, 1, :seq, 'm_' || :seq, 'u_ann', :seq, :text, '[]', '[]', :seq)
        """,
        ({"seq": seq, "text": text} for seq, text in enumerate(chatter(), 1)),
    )
    house.db.execute("insert into fts (fts) values ('rebuild')")
    house.db.execute("update rooms set last_seq = ?", (MANY,))
    house.db.execute("commit")
    return house, ann


def chatter() -> Iterator[str]:
    chance = random.Random(7)
    words = ["the", "and", "to", "of"] + ["".join(chance.choices("abcdefgh", k=chance.randint(1, 6))) for _ in range(3000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    for _ in range(MANY):
        yield " ".join(chance.choices(words, cum_weights=weights, k=8))


HOSTILE = [
    "the",
    "the the the the",
    "a* b* c* d* e* f* g* h*",
    "aa* ab* ac* ad* ae* af* ag* ah* ba* bb*",
    "the -the",
    "the of -and -to -aa* -bb* -cc* -dd*",
    '"the and the of the to the and"',
    '"the of" "of the" "and to" "to and" "the to" "to the" "of and" "and of"',
    "from:ann -the",
    "from:ann -aa* -ab* -ac* -ad* -ae* -af* -ag* -ah*",
    "from:nobody the",
    " OR ".join("abcdefgh") * 30,
]


@pytest.mark.parametrize("q", HOSTILE)
def test_hostile_searches_stay_within_the_budget(large: tuple[House, Context], q: str) -> None:
    """A generous bound, in time of our own; found alone none of these takes 10 ms."""
    house, ann = large
    started = own_time()
    house.look(reads.search, SearchQuery(SearchScope("all"), q[:1000], limit=50), ann)
    assert own_time() - started < 4 * reads.SECONDS


class Clock:
    """Stands still for some looks, then jumps beyond every end."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def __call__(self) -> float:
        self.looks -= 1
        return 0.0 if self.looks >= 0 else 1e9


def interrupted(house: House, who: Context, q: str, looks: int) -> tuple[int, bool]:
    budget = Budget(1.0, Clock(looks))
    query = parse(q, queries.splitter(house.db))
    hits = reads.look_through(house.db, queries.rooms_of(house.db, who.user), query, 50, budget)
    assert [hit.seq for hit in hits] == sorted((hit.seq for hit in hits), reverse=True)
    return len(hits), budget.spent


@pytest.mark.parametrize("q", ["the -the", "from:ann -the"])
def test_the_budget_ends_even_one_long_step_of_the_index(large: tuple[House, Context], q: str) -> None:
    house, ann = large
    assert interrupted(house, ann, q, looks=3) == (0, True)


def test_waiting_costs_nothing_of_it_until_it_lasts_too_long() -> None:
    moments = iter([0.0, 1.5, PATIENCE - 0.1, PATIENCE])
    budget = Budget(1.0, clock=lambda: next(moments), own=lambda: 0.5)
    assert [budget.over() for _ in range(3)] == [False, False, True]


def test_work_of_our_own_ends_it() -> None:
    worked = iter([0.0, 0.9, 1.0])
    moments = iter([0.0, 1.0, 1.1])
    budget = Budget(1.0, clock=lambda: next(moments), own=lambda: next(worked))
    assert [budget.over() for _ in range(2)] == [False, True]


def test_what_was_found_until_then_is_the_answer(large: tuple[House, Context]) -> None:
    house, ann = large
    counts = [interrupted(house, ann, "the", looks) for looks in range(1, 40)]
    assert counts[0] == (0, True)
    assert any(partial and 0 < count < 50 for count, partial in counts)
    assert interrupted(house, ann, "the", looks=10**9) == (50, False)


@pytest.mark.parametrize("looks", [1, 5, 10**9])
def test_afterwards_the_connection_is_free_and_as_it_was(large: tuple[House, Context], looks: int) -> None:
    """SQLite refuses to drop a table while any statement of the connection is still under way."""
    house, ann = large
    interrupted(house, ann, "the", looks)
    assert house.db.execute("select count(*) from messages where text like '%the%'").get > MANY // 2
    house.db.execute("create temp table free (x)")
    house.db.execute("drop table temp.free")


def test_a_search_cut_short_says_so(large: tuple[House, Context], monkeypatch: pytest.MonkeyPatch) -> None:
    house, ann = large
    monkeypatch.setattr(reads, "SECONDS", 0.0)
    result = house.look(reads.search, SearchQuery(SearchScope("all"), "the"), ann)
    assert (result.hits, result.partial) == ([], True)

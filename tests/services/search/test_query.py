"""From what is typed to what is asked: nothing of it is ever an operator of the index."""

from __future__ import annotations

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.queries import splitter
from services.search.query import LONGEST_TERM, MOST_TERMS, Query, Term, parse

db = apsw.Connection(":memory:")
db.execute("create virtual table fts using fts5 (text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')")
split = splitter(db)


def ask(text: str) -> Query:
    return parse(text, split)


def wanted(text: str) -> str:
    return ask(text).expression


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("red fox", '"red" AND "fox"'),
        ('"red fox" den', '"red fox" AND "den"'),
        ("fo*", '"fo" *'),
        ("f*", '"f"'),
        ("red-fo*", '"red fo" *'),
        ('"red fo*"', '"red fo"'),
        ("fox -red", '("fox") NOT ("red")'),
        ('fox -red -"big den" -lai*', '("fox") NOT ("red" OR "big den" OR "lai" *)'),
        ("O'Brien", '"o brien"'),
        ("Ünïcode", '"unicode"'),
        ("u\u0308ber", '"uber"'),
        ("\u1112\u1161\u11ab", '"\ud55c"'),
        ('"', "no"),
        ('"red', '"red"'),
        ('red"fox', '"red" AND "fox"'),
        ('""', "no"),
        ("red red RED", '"red"'),
        ("NEAR(red fox)", '"near red" AND "fox"'),
        ("text:red", '"text red"'),
        ("red AND OR NOT", '"red" AND "and" AND "or" AND "not"'),
        ("^red + {fox}", '"red" AND "fox"'),
        ("red\0fox", '"red fox"'),
        ("from: from:a from:b!b", '"from" AND "from a" AND "from b b"'),
        ("🎉 *", "no"),
    ],
)
def test_a_search_is_made_of_quoted_words(typed: str, asked: str) -> None:
    query = ask(typed)
    assert query.expression == asked if query.wanted else asked == "no"


def test_authors_are_named_by_handle() -> None:
    assert ask("from:Bob fox from:@ann from:bob") == Query((Term(("fox",)),), authors=("bob", "ann"))
    assert ask("-from:bob").authors == ()
    assert ask('"from:bob"').authors == ()


def test_without_a_word_or_an_author_nothing_is_looked_for() -> None:
    assert all(ask(typed).finds_nothing for typed in ("", "  ", "-red", '-"red fox" -den', '"', "***", "🎉"))
    assert not ask("from:bob").finds_nothing


def test_of_what_is_too_much_the_first_part_is_looked_for() -> None:
    assert len(ask(" ".join(f"w{number}" for number in range(50))).wanted) == MOST_TERMS
    assert ask("x" * 100).wanted == (Term(("x" * LONGEST_TERM,), prefix=True),)
    (phrase,) = ask('"' + "word " * 100 + '"').wanted
    assert len(" ".join(phrase.words)) <= LONGEST_TERM
    assert len(ask(" ".join(f"from:user{number}" for number in range(50))).authors) == MOST_TERMS


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("ab \"*-:(){}^+.\0'é", max_size=40))
def test_any_text_is_a_legal_search(text: str) -> None:
    query = ask(text)
    if query.wanted:
        db.execute("select rowid from fts where fts match ?", (query.expression,)).fetchall()
    db.execute("select rowid from fts where fts match ?", (query.exclusion,)).fetchall()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_splitting_what_was_split_changes_nothing(text: str) -> None:
    """The index splits a quoted term again: it must come to the same words."""
    for word in split(text):
        assert split(word) == [word]

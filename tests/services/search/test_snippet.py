"""The piece of a message that a hit shows, and where in it the found words stand, as JavaScript counts."""

from __future__ import annotations

import re
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.snippet import BEFORE, CLOSE, CUT, LONGEST, OPEN, snippet, spoilers


def shown(piece: str, start: int, end: int) -> str:
    """What JavaScript's `slice` gives."""
    return piece.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def mark(word: str) -> str:
    return f"{OPEN}{word}{CLOSE}"


def test_a_short_text_is_shown_whole() -> None:
    assert snippet(f"the {mark('red')} fox") == ("the red fox", [(4, 7)])
    assert snippet("from a search by author") == ("from a search by author", [])
    assert snippet("") == ("", [])


def test_ranges_count_utf_16_code_units() -> None:
    piece, ranges = snippet(f"🦊🦊 {mark('füchse')} und {mark('🐺x')}")
    assert piece == "🦊🦊 füchse und 🐺x"
    assert [shown(piece, *place) for place in ranges] == ["füchse", "🐺x"]


def test_control_characters_that_somebody_typed_mark_nothing() -> None:
    piece, ranges = snippet(f"\x02fake\x03 \x02{mark('real')}\x03\x03")
    assert piece == "\x02fake\x03 \x02real\x03\x03"
    assert [shown(piece, *place) for place in ranges] == ["real"]


def test_of_a_long_text_the_part_around_the_first_found_word_is_shown() -> None:
    piece, ranges = snippet("lorem " * 100 + mark("fox") + " ipsum" * 100)
    assert piece.startswith(f"{CUT}lorem ") and piece.endswith(CUT)
    assert len(piece) <= LONGEST + 2
    ((start, end),) = ranges
    assert shown(piece, start, end) == "fox"
    assert start <= BEFORE + 1


def test_the_end_of_a_long_text_fills_the_snippet() -> None:
    piece, ranges = snippet("lorem " * 100 + mark("fox"))
    assert piece.endswith("lorem fox")
    assert len(piece) > LONGEST - BEFORE
    assert [shown(piece, *place) for place in ranges] == ["fox"]


def test_a_found_word_beyond_the_snippet_is_left_out_and_one_across_its_end_is_cut() -> None:
    piece, ranges = snippet(mark("a") + " " + mark("x" * 300) + " " + mark("b"))
    assert [shown(piece, *place) for place in ranges] == ["a", "x" * (LONGEST - 2)]


SECRET = re.compile(r"\|\|(?=\S).*?\S\|\|", re.DOTALL)
"""As whoever shows a piece knows what to hide."""


def seen(marked: str) -> str:
    return SECRET.sub("(hidden)", snippet(marked)[0])


@pytest.mark.parametrize("length", range(0, 400, 7))
def test_of_a_spoiler_nothing_is_seen_wherever_the_piece_is_cut(length: int) -> None:
    secret = f"||{'hush ' * 30}{mark('rosebud')} {'hush ' * 30}hush||"
    for before in ("word " * (length // 5) + "w" * (length % 5), "||one|| " * (length // 8)):
        for after in ("", " word" * (length // 5), " ||two||" * (length // 8)):
            assert not re.search("hush|rosebud|one|two", seen(f"{before} {secret}{after}"))


def test_what_stands_beside_a_spoiler_is_seen() -> None:
    assert seen(f"the {mark('end')}: ||Rosebud|| they say") == "the end: (hidden) they say"
    assert seen("lorem " * 40 + f"||hush|| and {mark('fox')} " + "ipsum " * 40).startswith("…lorem")
    assert "(hidden) and fox ipsum" in seen("lorem " * 40 + f"||hush|| and {mark('fox')} " + "ipsum " * 40)
    assert seen(f"a || {mark('b')} || c") == "a || b || c"


@given(st.lists(st.sampled_from(["||", "a", "b ", " ", "\n"])).map("".join).filter(lambda text: "|||" not in text and len(text) <= LONGEST))
def test_what_is_hidden_is_the_same_for_who_cuts_and_who_shows(text: str) -> None:
    assert spoilers(text) == [cover.span() for cover in SECRET.finditer(text)]


def test_bars_without_an_end_take_no_longer_than_they_are_long() -> None:
    before = thread_time()
    snippet("||a " * 50_000 + mark("fox"))
    assert thread_time() - before < 1


texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \x02\x03🦊"), max_size=120)


@given(st.lists(st.tuples(texts, texts.filter(bool)), max_size=6), texts)
def test_every_range_shows_the_beginning_of_a_found_word(pairs: list[tuple[str, str]], tail: str) -> None:
    marked = "".join(before + mark(word) for before, word in pairs) + tail
    text = "".join(before + word for before, word in pairs) + tail
    piece, ranges = snippet(marked)
    assert piece.strip(CUT) in text
    places = [shown(piece, *place) for place in ranges]
    assert all(word.startswith(place) for place, (_, word) in zip(places, pairs, strict=False))
    assert len(places) >= min(1, len(pairs))

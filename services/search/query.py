"""From what somebody typed to what the index is asked; pure, given how the index splits words.

Any text is a legal search. Operators of the index never pass: every term is quoted, made of the index's own tokens.
The limits keep hostile searches cheap: of what is too much, the first part is looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")
MOST_TERMS = 8
LONGEST_TERM = 64
SHORTEST_PREFIX = 2
NOTHING = '""'
"""An expression that matches no message."""

Split = Callable[[str], list[str]]
"""The words of a text as the index knows them: split, folded, without diacritics."""

_PIECES = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')
_AUTHOR = re.compile(r"from:@?([a-z0-9_]{2,20})", re.IGNORECASE)


class Term(Struct, frozen=True):
    """Words that stand side by side; with `prefix` the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False

    def __str__(self) -> str:
        return f'"{" ".join(self.words)}"' + " *" * self.prefix


class Query(Struct, frozen=True):
    """A message matches when it holds all `wanted`, none `unwanted`, and one of `authors` wrote it, if any are named."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    authors: tuple[str, ...] = ()

    @property
    def finds_nothing(self) -> bool:
        """Everything but a word is no search, unless somebody's messages are asked for."""
        return not (self.wanted or self.authors)

    @property
    def expression(self) -> str:
        """For the index, of a query with `wanted`."""
        wanted = " AND ".join(map(str, self.wanted))
        return f"({wanted}) NOT ({self.exclusion})" if self.unwanted else wanted

    @property
    def exclusion(self) -> str:
        """For the index: what an unwanted message matches."""
        return " OR ".join(map(str, self.unwanted)) or NOTHING


def parse(text: str, split: Split) -> Query:
    """Words, "phrases", prefix*, -not and from:handle; what is none of these is a plain word."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    authors: list[str] = []
    for minus, piece, quoted in _pieces(unicodedata.normalize("NFC", text)):
        if not quoted and (author := _AUTHOR.fullmatch(piece)):
            authors.append(author[1].lower())
        elif words := split(piece):
            opens = not quoted and piece.endswith("*") and len(words[-1]) >= SHORTEST_PREFIX
            (unwanted if minus else wanted).append(_term(words, opens))
    return Query(_few(wanted), _few(unwanted), _few(authors))


def _pieces(text: str) -> Iterator[tuple[bool, str, bool]]:
    """Unwanted? The text. Quoted?"""
    for found in _PIECES.finditer(text):
        phrase: str | None = found["phrase"]
        if phrase is None:
            word: str = found["word"]
            yield word.startswith("-"), word, False
        else:
            yield bool(found["minus"]), phrase, True


def _term(words: list[str], prefix: bool) -> Term:
    """Within LONGEST_TERM characters: words at the end are left out, and of one word alone the beginning is looked for."""
    while len(words) > 1 and len(" ".join(words)) > LONGEST_TERM:
        words, prefix = words[:-1], False
    if len(words[0]) > LONGEST_TERM:
        words, prefix = [words[0][:LONGEST_TERM]], True
    return Term(tuple(words), prefix)


def _few(items: Iterable[T]) -> tuple[T, ...]:
    """The first that differ from each other."""
    return tuple(dict.fromkeys(items))[:MOST_TERMS]

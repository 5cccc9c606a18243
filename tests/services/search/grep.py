"""What a search must find, said a second time and in another way: by looking through texts."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

WORD = re.compile(r"[^\W_]+")


class Ask(Struct, frozen=True):
    """A search in its parts, and as it is typed."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    author: str | None = None

    def __str__(self) -> str:
        author = [f"from:{self.author}"] if self.author else []
        return " ".join([*self.wanted, *(f"-{term}" for term in self.unwanted), *author])

    def finds(self, text: str, handle: str) -> bool:
        if not self.wanted and not self.author:
            return False
        if self.author not in (None, handle):
            return False
        return all(holds(text, term) for term in self.wanted) and not any(holds(text, term) for term in self.unwanted)


def words(text: str) -> list[str]:
    """Letters and digits, without case and diacritics."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return WORD.findall(bare.lower())


def holds(text: str, term: str) -> bool:
    """Does a text hold a word, a phrase in quotes, or a word that begins as `term*`?"""
    wanted, found = words(term), words(text)
    places = (found[at : at + len(wanted)] for at in range(len(found) - len(wanted) + 1))
    return any(same(wanted, here, prefix=term.endswith("*")) for here in places)


def same(wanted: list[str], here: list[str], *, prefix: bool) -> bool:
    return wanted[:-1] == here[:-1] and (here[-1].startswith(wanted[-1]) if prefix else here[-1] == wanted[-1])

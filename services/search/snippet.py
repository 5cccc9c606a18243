"""A piece of a message around what was found, and where in it the found words stand; pure.

The index marks found words in the text with OPEN and CLOSE. Those hold a number that is drawn anew in every process and
never leaves it: no message can hold it, whatever somebody typed.
"""

from __future__ import annotations

import re
import secrets

OPEN = f"\x02{secrets.token_hex(8)}\x02"
CLOSE = f"\x03{secrets.token_hex(8)}\x03"
LONGEST = 160
BEFORE = 40
"""Characters before the first found word, where the text is longer than a snippet."""

CUT = "…"
BARS = "||"
_MARKS = re.compile(f"{OPEN}|{CLOSE}")
Ranges = list[tuple[int, int]]


def snippet(marked: str) -> tuple[str, Ranges]:
    """The piece, and [start, end) of each found word in UTF-16 code units of it.

    A spoiler that is cut is closed at the cut: who shows the piece sees what is hidden, though not where that began.
    """
    text, found = _unmark(marked)
    covers = spoilers(text)
    start = _off_bars(_start(text, found[0][0] if found else 0), covers)
    end = _off_bars(min(start + LONGEST, len(text)), covers)
    hidden_before, hidden_after = (BARS if any(low < at < high for low, high in covers) else "" for at in (start, end))
    before, after = CUT + hidden_before if start else "", hidden_after + CUT if end < len(text) else ""
    piece = text[start:end].rstrip() if hidden_after else text[start:end]
    shown = [(low - start, min(high, end) - start) for low, high in found if start <= low < end]
    units = _units(piece, len(before))
    return before + piece + after, [(units[low], units[high]) for low, high in shown]


def spoilers(text: str) -> Ranges:
    """With their bars, which stand close to what they hide. One pass: what somebody has typed must not take longer than it is long."""
    found: Ranges = []
    opened, at = -1, text.find(BARS)
    while at >= 0:
        after = at + len(BARS)
        if opened < 0 and not text[after : after + 1].isspace():
            opened = at
        elif opened >= 0 and at > opened + len(BARS) and not text[at - 1].isspace():
            found.append((opened, after))
            opened = -1
        at = text.find(BARS, after)
    return found


def _off_bars(at: int, covers: Ranges) -> int:
    """At the outside of a spoiler's bars rather than on them or close behind."""
    for low, high in covers:
        if low < at <= low + len(BARS):
            return low
        if high - len(BARS) <= at < high:
            return high
    return at


def _unmark(marked: str) -> tuple[str, Ranges]:
    """The text as it was written, and the found words in characters of it. Every OPEN is followed by its CLOSE."""
    pieces = _MARKS.split(marked)
    ends: list[int] = [0]
    for piece in pieces:
        ends.append(ends[-1] + len(piece))
    return "".join(pieces), list(zip(ends[1:-1:2], ends[2::2], strict=True))


def _start(text: str, found: int) -> int:
    """At the beginning of a word a little before what was found, or of a snippet that reaches the end of the text."""
    if len(text) <= LONGEST or found <= BEFORE:
        return 0
    start = min(found - BEFORE, len(text) - LONGEST)
    blank = text.find(" ", start, start + BEFORE)
    return start if blank < 0 else blank + 1


def _units(text: str, first: int) -> list[int]:
    """For each character, and for the end, how many UTF-16 code units come before it."""
    units = [first]
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    return units

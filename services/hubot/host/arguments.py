"""The arguments of a command: words, texts between quotes, and the rest of the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Parse = Callable[[str], Any]
WORD: Final = re.compile(r"""\s*(?:"([^"]*)"(?!\S)|'([^']*)'(?!\S)|“([^”]*)”(?!\S)|(\S+))""")


def check(wanted: Mapping[str, Parse]) -> None:
    """Raises ValueError where something needed stands behind something optional."""
    optional = [name.endswith("?") for name in wanted]
    if optional != sorted(optional):
        raise ValueError("an argument that may be left out stands behind those that may not")


def usage(wanted: Mapping[str, Parse]) -> list[str]:
    return [f"[{name[:-1]}]" if name.endswith("?") else f"<{name}>" for name in wanted]


def parsed(text: str, wanted: Mapping[str, Parse]) -> dict[str, Any]:
    """Raises ValueError when it is too little, too much, or not of the kind."""
    given: dict[str, Any] = {}
    last, at = [None, *wanted][-1], 0
    for name, kind in wanted.items():
        found = WORD.match(text, at)
        if found is None:
            if not name.endswith("?"):
                raise ValueError("too little")
            given[name.removesuffix("?")] = None
            continue
        at = found.end()
        word = next(group for group in found.groups() if group is not None)
        if name == last and kind is str and text[at:].strip():
            word, at = text[found.start() :].strip(), len(text)
        given[name.removesuffix("?")] = kind(word)
    if text[at:].strip():
        raise ValueError("too much")
    return given

"""A text that must not be seen: tokens, in words, facts, configuration and traces.

It prints as stars wherever it ends up by accident; whoever means it says `reveal()`.
"""

from __future__ import annotations

from typing import Any, Final

STARS: Final = "***"
LONGEST: Final = 512


class Secret:
    """Wraps one secret text; equal texts are equal secrets."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return STARS

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return STARS

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> str:
        raise TypeError("a secret does not travel by pickle")


def decode_secret(kind: type, value: Any) -> Secret:
    """msgspec's `dec_hook`: a Secret is a JSON string of 1 to 512 characters."""
    if kind is not Secret:
        raise NotImplementedError(f"no such word type: {kind.__name__}")
    if not isinstance(value, str):
        raise ValueError("Expected `str`")
    if not 1 <= len(value) <= LONGEST:
        raise ValueError(f"Expected `str` of length 1 to {LONGEST}")
    return Secret(value)


def encode_secret(value: Any) -> str:
    """msgspec's `enc_hook` for frames to the one who owns the secret; never used by a log."""
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(f"no such word type: {type(value).__name__}")

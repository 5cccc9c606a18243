"""`robot.router`: what a script answers to calls from outside. A handler gets a Call; it returns nothing, a text, or what JSON knows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from services.hubot.words import Called, Replied

LARGEST: Final = 64 * 1024
Handler = Callable[["Call"], Any]


class Call(Struct, frozen=True):
    """One call; names of headers are in lower case, and the token is not among them."""

    body: bytes
    headers: dict[str, str]
    query: dict[str, str]

    def json(self) -> Any:
        """Raises msgspec.DecodeError for what is none."""
        return msgspec.json.decode(self.body)


class Router:
    """Of one script. Nobody can call a name that `scripts.toml` gives no token for."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], Handler] = {}

    def get(self, name: str, handler: Handler) -> None:
        self._handlers["GET", name] = handler

    def post(self, name: str, handler: Handler) -> None:
        self._handlers["POST", name] = handler

    def find(self, word: Called) -> Handler | None:
        return self._handlers.get((word.method, word.name))


class Turn:
    """A handler's turn at one call; `reply` is what it comes to, an error until the handler has ended well."""

    def __init__(self, word: Called, handler: Handler) -> None:
        self.reply = Replied(word.key, 500)
        self._word = word
        self._handler = handler

    async def run(self) -> None:
        """Raises what the handler raises, TypeError for what JSON does not know, ValueError for what is too large."""
        word = self._word
        found = self._handler(Call(word.body, word.headers, word.query))
        self.reply = replied(word.key, await found if inspect.isawaitable(found) else found)


def replied(key: str, found: Any) -> Replied:
    if found is None:
        return Replied(key, 204)
    text = isinstance(found, str)
    body = found.encode() if text else msgspec.json.encode(found)
    if len(body) > LARGEST:
        raise ValueError(f"a hook answers {LARGEST} bytes at most")
    return Replied(key, 200, body, "text/plain; charset=utf-8" if text else "application/json")

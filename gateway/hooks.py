"""Hooks of the bot's scripts: `/hubot/SCRIPT/NAME`, for programs that have the hook's token.

The token comes in a header, never in the URL. Whether there is such a hook shows to nobody without it: what is read, and what is
answered, is the same for every name. The door has refused other pages.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from urllib.parse import parse_qsl

import anyio

from bus.errors import Code, NotFound, PayloadTooLarge, Refused, Unavailable
from bus.message import Context
from bus.protocol.hooks import HookAnswer, HookCall
from bus.secret import LONGEST, Secret
from gateway import asgi
from gateway.asgi import Answer, Receive, Scope, Send
from gateway.house import House
from gateway.limits import address_key
from gateway.session import retry_after

PATH: Final = re.compile(r"/hubot/([a-z][a-z0-9_]{0,39})/([a-z][a-z0-9_-]{0,39})")
KEPT_BACK: Final = frozenset(("authorization", "cookie", "x-hub-signature", "x-hub-signature-256"))
READING: Final = 16
OF_ONE_ADDRESS: Final = 4
READ_S: Final = 10.0
ANSWER_S: Final = 10.0
FAILED: Final[dict[int, tuple[Code, str]]] = {500: ("INTERNAL", "the hook failed"), 504: ("UNAVAILABLE", "the hook took too long")}


class Gone(Exception):
    """The caller has left before all was said."""


class Hooks:
    """An ASGI app. Bodies are read a few at once, of one address fewer: strangers fill no memory, and keep nobody out for long."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._calls = 0
        self._reading: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except NotFound:
            answer = asgi.missing()
        except Refused as refusal:
            answer = asgi.error(refusal.code, str(refusal), extra=retry_after(refusal.details))
        except TimeoutError:
            answer = asgi.error("BAD_REQUEST", "that took too long to come", 408)
        except Gone:
            return
        await asgi.reply(scope, send, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        """Raises Refused, TimeoutError and Gone."""
        match = PATH.fullmatch(scope["path"])
        if match is None or scope["method"] not in {"GET", "POST"} or not self._house.bus.is_owned(HookCall):
            raise NotFound(asgi.MISSING)
        address = address_key(asgi.address(scope))
        self._house.buckets.take("all", address)
        body = await self._read(scope, receive, address)
        self._calls += 1
        found = await self._house.bus.ask(call(scope, match[1], match[2], body), Context(trace=f"hook_{self._calls:x}"), within=ANSWER_S)
        return answered(found)

    async def _read(self, scope: Scope, receive: Receive, address: str) -> bytes:
        most = self._house.settings.limits.hook_bytes
        declared = asgi.header(scope, b"content-length") or b"0"
        if not declared.isdigit() or len(declared) > 18 or int(declared) > most:
            raise PayloadTooLarge("that is too much")
        if self._reading.total() >= READING or self._reading[address] >= OF_ONE_ADDRESS:
            raise Unavailable("too many calls at once")
        self._reading[address] += 1
        try:
            with anyio.fail_after(READ_S):
                return await whole(receive, most)
        finally:
            self._reading[address] -= 1
            self._reading += Counter()


async def whole(receive: Receive, most: int) -> bytes:
    """Raises PayloadTooLarge as soon as there is more, and Gone."""
    body, more = bytearray(), True
    while more:
        piece = await receive()
        if piece["type"] != "http.request":
            raise Gone
        body += piece.get("body", b"")
        if len(body) > most:
            raise PayloadTooLarge("that is too much")
        more = piece.get("more_body", False)
    return bytes(body)


def call(scope: Scope, script: str, name: str, body: bytes) -> HookCall:
    said = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
    kind, _, token = said.get("authorization", "").partition(" ")
    bearer = Secret(token.strip()) if kind.lower() == "bearer" and len(token) <= LONGEST else None
    headers = {key: value for key, value in said.items() if key not in KEPT_BACK}
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return HookCall(script, name, scope["method"], headers, query, body, bearer, said.get("x-hub-signature-256", ""))


def answered(found: HookAnswer) -> Answer:
    """What went wrong in a script is told without its words."""
    if found.status == 404:
        return asgi.missing()
    if failed := FAILED.get(found.status):
        return asgi.error(*failed, found.status)
    kind = [(b"content-type", found.kind.encode("latin-1"))] if found.kind else []
    return Answer(found.status, found.body, [*kind, (b"cache-control", b"no-store")])

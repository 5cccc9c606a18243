"""Calls from outside: who may call which hook, how often, and the way of a call to the host and back.

A hook is there for whoever has its token, and for nobody else: a wrong token and an unknown name are told apart neither by the answer
nor by the time that it takes. A call that a host died with goes to the next, unless its own script was to blame.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256
from secrets import token_hex
from typing import Final

import anyio
from msgspec import Struct

from bus.errors import Conflict, NotFound, RateLimited, Refused, Unavailable
from bus.inbox import Letter
from bus.protocol.hooks import HookAnswer, HookCall
from bus.secret import Secret
from services.hubot.bucket import PER_SECOND, Buckets
from services.hubot.settings import Scripts
from services.hubot.words import Called, Replied

AT_ONCE: Final = 8
REMEMBERED: Final = 500
DELIVERY: Final = "x-github-delivery"
TIMED_OUT: Final = HookAnswer(504)
BROKE: Final = HookAnswer(500)


class HookStats(Struct, frozen=True):
    """A reading; `refused` are calls with the right token that came too fast, or too many at once."""

    open: int = 0
    called: int = 0
    refused: int = 0
    failed: int = 0


class Call:
    """One that is under way."""

    def __init__(self, word: Called) -> None:
        self.word = word
        self.over = anyio.Event()
        self.answer = TIMED_OUT


class Hooks:
    """`tell` speaks to the host, `runs` says whether a script is loaded, `limit` is in seconds."""

    def __init__(self, scripts: Scripts, tell: Callable[[Called], None], runs: Callable[[str], bool], *, limit: float) -> None:
        self._scripts = scripts
        self._tell = tell
        self._runs = runs
        self._limit = limit
        self._buckets = Buckets()
        self._nobodys = Secret(token_hex())
        self._life = token_hex(4)
        self._calls: dict[str, Call] = {}
        self._finished: dict[str, HookAnswer] = {}
        self._called = self._refused = self._failed = 0

    def stats(self) -> HookStats:
        return HookStats(len(self._calls), self._called, self._refused, self._failed)

    @property
    def listed(self) -> bool:
        """Whether anybody may call at all."""
        return any(allowed.hooks for allowed in self._scripts.listing.scripts.values())

    def waiting(self) -> list[Called]:
        """What a fresh host has to be told."""
        return [call.word for call in self._calls.values()]

    async def attend(self, letter: Letter) -> None:
        """See one call to its end. Raises nothing: a refusal is the answer."""
        try:
            letter.answer(await self._answer(letter.message))
        except Refused as refusal:
            letter.refuse(refusal)
        finally:
            letter.refuse(Unavailable("the bot stopped while answering"))

    def replied(self, word: Replied) -> None:
        self._end(word.key, HookAnswer(word.status, word.body, word.kind))

    def died(self, key: str, *, stopped: bool) -> None:
        """A host ended with this call in its hands."""
        self._end(key, TIMED_OUT if stopped else BROKE)

    async def _answer(self, request: HookCall) -> HookAnswer:
        """Raises NotFound, RateLimited, Unavailable and Conflict."""
        token = self._scripts.token(request.script, request.name)
        if not allowed(request, token or self._nobodys) or token is None:
            raise NotFound("there is no such hook, or not with this token")
        key = self._key(request)
        if finished := self._finished.get(key):
            return finished
        self._admit(request, key)
        self._called += 1
        call = Call(Called(key, request.script, request.name, request.method, request.headers, request.query, request.body))
        self._calls[key] = call
        self._tell(call.word)
        try:
            with anyio.move_on_after(self._limit):
                await call.over.wait()
        finally:
            self._calls.pop(key, None)
        self._failed += call.answer.status >= 500
        self._remember(key, call.answer)
        return call.answer

    def _admit(self, request: HookCall, key: str) -> None:
        if key in self._calls:
            raise Conflict("this delivery is under way")
        if not self._runs(request.script):
            raise Unavailable("this hook's script is not on")
        if len(self._calls) >= AT_ONCE:
            self._refused += 1
            raise Unavailable("too many calls at once")
        if not self._buckets.take(f"{request.script}/{request.name}"):
            self._refused += 1
            raise RateLimited("too fast: wait a little", retry_after_ms=round(1000 / PER_SECOND))

    def _key(self, request: HookCall) -> str:
        """The same for the same delivery, in every life of the server: so that what its script said is said once."""
        delivery = request.headers.get(DELIVERY)
        if delivery:
            return "h" + sha256(f"{request.script}/{request.name}/{delivery}".encode()).hexdigest()[:24]
        return f"h{self._life}-{self._called}"

    def _end(self, key: str, answer: HookAnswer) -> None:
        if call := self._calls.get(key):
            call.answer = answer
            call.over.set()

    def _remember(self, key: str, answer: HookAnswer) -> None:
        """What went well is not done again when it is delivered again."""
        if answer.status >= 400 or key.startswith(f"h{self._life}-"):
            return
        self._finished[key] = answer
        if len(self._finished) > REMEMBERED:
            del self._finished[next(iter(self._finished))]


def allowed(request: HookCall, token: Secret) -> bool:
    """Whether the caller has shown the token, or that they know it (GitHub's way); in a time that does not depend on the token."""
    secret = token.reveal().encode()
    if request.bearer is not None:
        return hmac.compare_digest(sha256(request.bearer.reveal().encode()).digest(), sha256(secret).digest())
    signed = "sha256=" + hmac.digest(secret, request.body, "sha256").hex()
    return hmac.compare_digest(signed.encode(), request.signature.encode())

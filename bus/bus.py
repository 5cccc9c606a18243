"""The bus: it knows who answers which request and who hears which fact, and nothing of what they say.

Ask up, tell down: whoever owns an inbox of rank n may ask only owners of a lower rank, so that no two
services can ever wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, TypeVar

import anyio

from bus.errors import AskedDown, Unavailable
from bus.future import Future
from bus.inbox import Inbox, Letter
from bus.message import Context, Fact, Message, Request

R = TypeVar("R", bound=Message)
NOBODY = Context()
speaker: ContextVar[Inbox | None] = ContextVar("speaker", default=None)
"""The inbox whose task is speaking; None in tasks that own none, such as connections."""


class Bus:
    """Delivers requests to their one owner, and facts to all who subscribed."""

    def __init__(self) -> None:
        self._owners: dict[type[Request[Any]], Inbox] = {}
        self._hearers: dict[type[Fact], tuple[Inbox, ...]] = {}
        self._ranks = 0
        self.midway = False
        """Whether there is more to be told of this moment: who passes facts on may gather them until `after`."""
        self.after: list[Callable[[], None]] = []
        """Called when all of a moment is told. They never wait, and raise nothing."""

    def seat(self, inbox: Inbox) -> None:
        """Give an inbox the next rank; services are seated in the order of the tree, top first."""
        self._ranks += 1
        inbox.rank = self._ranks

    def own(self, kind: type[Request[Any]], inbox: Inbox) -> None:
        if kind in self._owners:
            raise ValueError(f"{kind.__name__} already has an owner")
        self._owners[kind] = inbox

    def is_owned(self, kind: type[Request[Any]]) -> bool:
        """Whether there is somebody in this house to answer it."""
        return kind in self._owners

    def subscribe(self, kind: type[Fact], inbox: Inbox) -> None:
        self._hearers[kind] = (*self._hearers.get(kind, ()), inbox)

    async def ask(self, request: Request[R], context: Context = NOBODY, *, within: float = 5.0) -> R:
        """Put a request into its owner's inbox and wait for the reply, `within` seconds at most.

        Raises Refused as the owner answered, and Unavailable when there is no owner or no answer in time. A deed that
        was under way when the time ran out may still be done: that is why requests that matter are idempotent.
        """
        inbox = self._owners.get(type(request))
        if inbox is None:
            raise Unavailable(f"nobody answers {request.t}")
        _guard(request, inbox)
        reply: Future[R] = Future()
        letter = Letter(request, context, reply)
        try:
            posted = inbox.offer(letter)
            if reply.pending:
                with anyio.move_on_after(within):
                    if not posted:
                        await inbox.put(letter)
                    await reply.wait()
        finally:
            reply.cancel()  # Does nothing to an answer; without one, the letter is forgotten and need not be begun.
        if reply.cancelled:
            raise Unavailable(f"{request.t} was not answered within {within} s")
        if error := reply.exception:
            try:
                raise error
            finally:
                del error, reply, letter  # The traceback holds this frame: kept, every refusal would wait for the garbage collector.
        return reply.value

    def publish(self, fact: Fact, context: Context = NOBODY) -> int:
        """Tell every hearer; never wait for one. Returns how many inboxes took it."""
        return sum(inbox.post(Letter(fact, context)) for inbox in self._hearers.get(type(fact), ()))

    def publish_all(self, moment: Iterable[tuple[Fact, Context]]) -> None:
        """Tell the facts of one moment, in order."""
        self.midway = True
        try:
            for fact, context in moment:
                self.publish(fact, context)
        finally:
            self.midway = False
            for call in self.after:
                call()


def _guard(request: Request[Any], owner: Inbox) -> None:
    asker = speaker.get()
    if asker is None or asker.rank is None or owner.rank is None:
        return
    if owner.rank >= asker.rank:
        raise AskedDown(f"{asker.name} asked {owner.name} for {request.t}: only those above may be asked")

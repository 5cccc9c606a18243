"""Which deliveries are done again, without a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.future import Future
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.hooks import HookAnswer, HookCall
from bus.secret import Secret
from services.hubot.hooks import DELIVERY, Hooks
from services.hubot.settings import Allowed, Listing, Scripts
from services.hubot.words import Called, Replied

pytestmark = pytest.mark.anyio
TOKEN = "sixteen letters or more"


class Host:
    """Answers each call at once with the next of these."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        listing = Listing(scripts={"outside": Allowed(hooks={"news": Secret(TOKEN)})})
        self.hooks = Hooks(Scripts(Path(), listing), self._hear, lambda _: True, limit=1.0)

    def _hear(self, word: Called) -> None:
        self.hooks.replied(Replied(word.key, self.statuses.pop(0)))

    async def delivered(self, delivery: str) -> int:
        reply: Future[HookAnswer] = Future()
        call = HookCall("outside", "news", "POST", {DELIVERY: delivery}, {}, b"", Secret(TOKEN))
        await self.hooks.attend(Letter(call, Context(), reply))
        return reply.value.status


@pytest.mark.parametrize("failed", [404, 500, 504])
async def test_a_delivery_is_done_once_when_it_went_well_and_again_when_it_did_not(failed: int) -> None:
    host = Host(failed, 204)
    assert [await host.delivered("one") for _ in range(3)] == [failed, 204, 204]
    assert host.statuses == []

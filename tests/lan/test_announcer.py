"""The announcer as a child: it is ready at once, waits for a network, and ends when it is told to, on every loop."""

from __future__ import annotations

import anyio
import pytest

from devchitchat.lan.announce import LAST_PATIENCE, Announcer, Patience
from devchitchat.lan.interfaces import Address, Interface

pytestmark = pytest.mark.anyio


async def started(announcer: Announcer, within: float = 5.0) -> str:
    """What troubles it first."""
    trouble: str | None = None
    async with anyio.create_task_group() as tasks:
        with anyio.fail_after(within):
            await tasks.start(announcer.run)
            while announcer.state.trouble is None:
                await anyio.lowlevel.checkpoint()
        trouble = announcer.state.trouble
        tasks.cancel_scope.cancel()
    return trouble or ""


async def test_without_a_network_it_is_ready_and_waits_for_one() -> None:
    announcer = Announcer("chat", lambda: 443, txt=dict, secure=True, read=lambda _: ())
    assert "no network" in await started(announcer)
    assert announcer.state.name is None


async def test_whatever_the_system_says_of_its_network_does_not_end_it() -> None:
    def broken(_: Address | None) -> tuple[Interface, ...]:
        raise OSError("no such thing")

    assert "failed: OSError" in await started(Announcer("chat", lambda: 443, txt=dict, secure=True, read=broken))


async def test_patience_grows_to_a_minute_and_is_renewed() -> None:
    patience = Patience()
    assert patience.is_over()
    for _ in range(10):
        patience.failed("why")
    assert (patience.trouble, patience.is_over()) == ("why", False)
    patience.renew()
    assert (patience.trouble, patience.is_over()) == (None, True)
    assert LAST_PATIENCE == 60.0

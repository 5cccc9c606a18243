"""A listener that begins anew reads its certificate while others are served: the loop never waits for the disk."""

from __future__ import annotations

import os
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

import anyio
import pytest

from bus.bus import Bus
from devchitchat.tls.authority import make_authority, make_leaf
from gateway.app import Ways
from gateway.house import House
from gateway.server import Listener, Web
from gateway.settings import Certificate, Settings
from tests.conftest import LOOPS, Loop

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=LOOPS[:2])
def anyio_backend(request: pytest.FixtureRequest) -> Loop:
    """Granian knows asyncio only."""
    return request.param


@pytest.mark.skipif(os.name != "posix", reason="there are no named pipes in the file system")
async def test_a_disk_that_is_slow_to_give_the_certificate_holds_up_nobody(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    leaf = make_leaf(make_authority(now), ["localhost"], [], now)
    slow, key = tmp_path / "server.crt", tmp_path / "server.key"
    os.mkfifo(slow)
    key.write_bytes(leaf.key)
    house = House(Bus(), Settings(port=0))
    web = Web([Listener(Ways(house, {}).plain, "127.0.0.1", lambda: Certificate(slow, key))], house.attendance)
    rescue = Timer(5, slow.write_bytes, [b"too late"])  # a loop that waits would wait for ever
    rescue.start()
    turned = False
    with pytest.raises(ExceptionGroup) as ended:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(web.run)
            await until_read(slow)
            turned = rescue.is_alive()
            rescue.cancel()
    assert isinstance(ended.value.exceptions[0], ssl.SSLError), "what was read was no certificate"
    assert turned, "the loop stood still while the disk was read"


async def until_read(pipe: Path) -> None:
    """Wait for a reader, and let it read nothing; that we can shows that the loop turns meanwhile."""
    while True:
        with suppress(OSError):  # ENXIO, until there is one
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
            return
        await anyio.sleep(0.01)

"""A server of which only the announcing is alive, for the tests: prints its state, one JSON object a line, whenever it changes.

`python -m tests.lan.server NAME PORT FINGERPRINT|- [trio]`; SIGTERM stops it, as it stops the whole program.
"""

from __future__ import annotations

import logging
import resource
import sys

import anyio
import msgspec

from devchitchat.lan.announce import Announcer, State
from devchitchat.lan.names import properties
from devchitchat.signals import until_told_to_stop


def memory_kb() -> int:
    """What the process has taken at most so far; never less than before."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def live(name: str, port: int, fingerprint: str) -> None:
    secure = fingerprint != "-"
    txt = properties("1.2.3", fingerprint if secure else None, 8080)
    announcer = Announcer(name, lambda: port, txt=lambda: txt, secure=secure, interval=0.25)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(until_told_to_stop, tasks.cancel_scope)
        await tasks.start(announcer.run)
        print('{"started": true}', flush=True)
        await watch(announcer)
    print('{"stopped": true}', flush=True)


async def watch(announcer: Announcer) -> None:
    last: State | None = None
    while True:
        if announcer.state != last:
            last = announcer.state
            print(msgspec.json.encode({**msgspec.to_builtins(last), "memory_kb": memory_kb()}).decode(), flush=True)
        await anyio.sleep(0.05)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
    anyio.run(live, sys.argv[1], int(sys.argv[2]), sys.argv[3], backend="trio" if "trio" in sys.argv else "asyncio")

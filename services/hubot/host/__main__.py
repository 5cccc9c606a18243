"""`python -m services.hubot.host`: the process in which scripts run. It speaks with the server through its pipes, and dies with it.

What a script prints goes nowhere, and what it reads from the terminal is empty: the pipes are not its own.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from typing import Final, NoReturn

import anyio
import anyio.to_thread

from services.hubot.host.stage import Stage
from services.hubot.words import MOST, TO_HOST, Begin, Called, Done, Frames, FromHost, Happened, Load, ToHost, Unload, framed

OUTGROWN: Final = 75
PIECE: Final = 65536


class Wire:
    """The two pipes, taken away from whoever prints."""

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(nothing, descriptor)
        self._lock = threading.Lock()
        self._frames = Frames()

    def say(self, word: FromHost) -> None:
        """Written when this returns. A script's own threads may speak too. Raises ValueError for what the server would end us for."""
        frame = framed(word)
        if len(frame) > MOST:
            raise ValueError(f"{MOST} bytes at once are enough")
        data = memoryview(frame)
        with self._lock:
            while data:
                try:
                    data = data[os.write(self._out, data) :]
                except BrokenPipeError:
                    os._exit(0)

    def read(self) -> list[ToHost]:
        """What has come, waiting for it; without a server this process ends here, whatever its scripts are doing."""
        while True:
            piece = os.read(self._in, PIECE)
            if not piece:
                os._exit(0)
            if words := [TO_HOST.decode(frame) for frame in self._frames.feed(piece)]:
                return words


def limit_memory(size: int) -> None:
    """As far as the system has such a limit."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
        except (ValueError, OSError):
            return  # macOS knows the name and not the thing.


def outgrown() -> NoReturn:
    os._exit(OUTGROWN)


async def live(wire: Wire) -> None:
    words = iter(await anyio.to_thread.run_sync(wire.read))
    begin = next(words)
    if not isinstance(begin, Begin):
        raise TypeError("the first word is Begin")
    limit_memory(begin.memory)
    async with anyio.create_task_group() as tasks:
        stage = Stage(begin, wire.say, tasks, outgrown)
        while True:
            hear(stage, words)
            words = iter(await anyio.to_thread.run_sync(wire.read))


def hear(stage: Stage, words: Iterator[ToHost]) -> None:
    for word in words:
        match word:
            case Load():
                stage.load(word)
            case Unload(script):
                stage.unload(script)
            case Happened():
                stage.happened(word)
            case Called():
                stage.called(word)
            case Done():
                stage.done(word)
            case Begin():
                raise ValueError("a host begins once")


def main() -> None:
    sys.dont_write_bytecode = True
    anyio.run(live, Wire())


if __name__ == "__main__":
    main()

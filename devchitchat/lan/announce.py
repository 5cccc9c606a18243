"""Being found: a supervised child that announces the server on every network of this machine, and follows them as they change.

It delays no start and raises nothing: what does not work is one warning in the log and `state.trouble`, and is tried again
later. A name that somebody else has is given up for the next: `devchitchat.local`, then `devchitchat-2.local`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import anyio
from anyio.abc import TaskStatus
from anyio.to_thread import run_sync
from msgspec import Struct, structs

from devchitchat.lan import interfaces, names
from devchitchat.lan.interfaces import Address, Interface
from devchitchat.lan.names import Names
from devchitchat.lan.voice import Terms, Voice

log = logging.getLogger(__name__)

PROBES: Final = 3
PROBE: Final = 0.25  # seconds between two, and the longest wait before the first; RFC 6762, 8.1
BRISK: Final = 0.25  # seconds between two looks while a name is new
GOODBYE: Final = 1.0  # seconds for the end
FIRST_PATIENCE: Final = 2.0
LAST_PATIENCE: Final = 60.0
QUARRELS: Final = 3  # names lost in a row before we wait: somebody may be making us lose them


class State(Struct, frozen=True):
    """A reading for the start screen and /diag. `name` is None until it is announced; `since` is by `anyio.current_time`."""

    name: str | None = None
    port: int | None = None
    interfaces: tuple[Interface, ...] = ()
    since: float | None = None
    trouble: str | None = None


class Patience:
    """What is in the way, and when to try again: later after each failure, up to a minute."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self._delay = FIRST_PATIENCE
        self._until = 0.0

    def failed(self, trouble: str) -> None:
        self.trouble = trouble
        self._until = anyio.current_time() + self._delay
        self._delay = min(LAST_PATIENCE, self._delay * 2)

    def renew(self) -> None:
        self.trouble = None
        self._delay, self._until = FIRST_PATIENCE, 0.0

    def is_over(self) -> bool:
        return anyio.current_time() >= self._until


class Announcer:
    """Announces a server; `run` is the start of a child, `state` its reading.

    `name` is the first choice, without `.local`. `port` and `txt`, the TXT record, are asked once, when the child starts, so that
    ports may be some that the system chose. `listens_on` is the address that the server is bound to: only where it answers is it
    announced. `secure` is whether it speaks TLS. `interval` is how often the interfaces are looked at, in seconds, and `read` is how.
    """

    def __init__(
        self,
        name: str,
        port: Callable[[], int],
        *,
        txt: Callable[[], dict[str, str]],
        secure: bool,
        listens_on: Address | None = None,
        interval: float = 2.0,
        read: Callable[[Address | None], tuple[Interface, ...]] = interfaces.read,
    ) -> None:
        self.state = State()
        self._name = name
        self._port = port
        self._secure = secure
        self._txt = txt
        self._listens_on = listens_on
        self._interval = interval
        self._read = read

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Until cancelled; then says goodbye, within a second."""
        self._terms = Terms(self._port(), self._secure, self._txt())
        self._voices: dict[Interface, Voice] = {}
        self._seen: tuple[Interface, ...] = ()
        self._opening, self._naming = Patience(), Patience()
        self._names: Names | None = None
        self._since: float | None = None
        self._lost = 0
        task_status.started()
        try:
            while True:
                pause = await self._look()
                await anyio.sleep(pause)
        finally:
            await self._leave()
            self.state = State()

    async def _look(self) -> float:
        """One look at the network, and what follows from it; returns how long to wait for the next, in seconds."""
        try:
            await self._follow()
            await self._keep_name()
            self._tell(self._opening.trouble or self._naming.trouble)
        except Exception as error:  # whatever the library or the system makes of a strange network
            self._tell(f"being found on the network failed: {type(error).__name__}")
            log.debug("announcing failed", exc_info=error)
        now = anyio.current_time()
        return min(BRISK, self._interval) if any([voice.repeat(now) for voice in self._voices.values()]) else self._interval

    async def _follow(self) -> None:
        """Open and close voices as interfaces come and go."""
        seen = await run_sync(self._read, self._listens_on)
        mine = await run_sync(interfaces.all_addresses)
        if seen != self._seen:
            self._seen = seen
            self._opening.renew()
            self._naming.renew()
        for voice in self._voices.values():
            voice.ear.mine = mine
        await self._close([self._voices.pop(gone) for gone in self._voices.keys() - {*seen}])
        if not seen:
            self._opening.trouble = "this machine is on no network where friends could find it: waiting for one"
        elif self._opening.is_over():
            await self._open([new for new in seen if new not in self._voices], mine)

    async def _open(self, new: list[Interface], mine: frozenset[str]) -> None:
        """What cannot be opened is tried again later, and the others go on."""
        trouble: str | None = None
        for voice in self._voices.values():
            if not voice.is_whole:
                with suppress(OSError):  # what cannot be mended now goes on as it is, and the others too
                    await run_sync(voice.mend)
        for interface in new:
            try:
                self._voices[interface] = await run_sync(Voice, interface, self._terms, mine)
            except OSError as error:
                trouble = f"mDNS, UDP port 5353, does not work on {interface.name}: {error.strerror or error}"
        if trouble:
            self._opening.failed(trouble)
        elif new:
            self._opening.renew()

    async def _keep_name(self) -> None:
        """Take a name where we have none, give up one that is lost, defend one that is ours."""
        voices = [*self._voices.values()]
        if any(voice.ear.lost for voice in voices):
            self._give_up_name()
        for voice in voices:
            if voice.names and voice.ear.taken:
                voice.insist()
        silent = [voice for voice in voices if voice.names is None]
        if silent and self._naming.is_over():
            await self._take_name(silent)
        if not voices:
            self._names = self._since = None

    def _give_up_name(self) -> None:
        """At once, unless it was lost again and again within a minute each: then the waiting grows."""
        held = anyio.current_time() - (self._since or 0.0)
        self._lost = 1 if held > LAST_PATIENCE else self._lost + 1
        if self._lost > QUARRELS:
            self._naming.failed(f"somebody else on the network keeps taking our name: {self._names.host if self._names else self._name}")
        self._names = self._since = None
        self.state = structs.replace(self.state, name=None, since=None)
        for voice in self._voices.values():
            voice.hush()

    async def _take_name(self, silent: list[Voice]) -> None:
        """The one we have, if it is free where we are new, too; else the first that is free everywhere."""
        if self._names and not await self._is_free(self._names, silent):
            self._give_up_name()
        if self._names is None:
            silent = [*self._voices.values()]
            self._names = await self._first_free(silent)
        if self._names is None:
            return self._naming.failed(f"every name up to {self._name}-{names.TRIES}.local is taken by others")
        self._naming.trouble = None
        if self._lost <= QUARRELS:
            self._naming.renew()
        now = anyio.current_time()
        self._since = self._since or now
        for voice in silent:
            voice.say(self._names, now)

    async def _first_free(self, voices: list[Voice]) -> Names | None:
        for wanted in names.candidates(self._name, names.machine_name()):
            if await self._is_free(wanted, voices):
                return wanted
        return None

    async def _is_free(self, wanted: Names, voices: list[Voice]) -> bool:
        """Asks three times; a second, or less when somebody answers. Two that start at once do not ask at once."""
        for voice in voices:
            voice.listen(wanted)
        await anyio.sleep(random.uniform(0, PROBE))  # noqa: S311
        for _ in range(PROBES):
            for voice in voices:
                voice.ask(wanted)
            await anyio.sleep(PROBE)
            if any(voice.ear.taken for voice in voices):
                return False
        return True

    def _tell(self, trouble: str | None) -> None:
        """Into the log only what is new."""
        before, name = self.state, self._names.host if self._names else None
        said = tuple(interface for interface, voice in self._voices.items() if voice.names)
        self.state = State(name, self._terms.port, said, self._since, trouble)
        if trouble and trouble != before.trouble:
            log.warning("%s", trouble)
        if name and name != before.name:
            wanted = f"{self._name}.local"
            log.log(
                logging.INFO if name == wanted else logging.WARNING,
                "on the network as %s, port %d%s",
                name,
                self._terms.port,
                "" if name == wanted else f", since another machine there is called {wanted}",
            )

    async def _close(self, voices: list[Voice]) -> None:
        """All at once: each says goodbye for a quarter of a second."""
        async with anyio.create_task_group() as tasks:
            for voice in voices:
                tasks.start_soon(partial(run_sync, voice.close, abandon_on_cancel=True))

    async def _leave(self) -> None:
        voices, self._voices = [*self._voices.values()], {}
        with anyio.move_on_after(GOODBYE, shield=True) as scope:
            await self._close(voices)
        if scope.cancelled_caught:
            log.warning("the network did not take our goodbye within %g s", GOODBYE)

"""The certificate that the house serves with: made or looked at before the start, and renewed beside it.

An address that comes, a name that changes, thirty days left: then there is a new one, and the gateway listens anew with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus

from bus.child import Start
from devchitchat import addresses
from devchitchat.addresses import Address
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.links import own_names
from devchitchat.tls.authority import mobileconfig
from devchitchat.tls.keeping import Keeper, Kept, own
from gateway.settings import Certificate

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
FOLDER: Final = "tls"
LOOPBACK: Final = (ip_address("127.0.0.1"), ip_address("::1"))


class Certificates:
    """Raises Stop when it is made, for what a person has to mend first. `name` is what the house is called on the network now."""

    def __init__(self, config: Config, name: Callable[[], str], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._name = config.name
        self._look: Callable[[], Kept]
        self._keeper: Keeper | None = None
        if files := config.tls.files:
            self._look = lambda: own(*files, now())
        else:
            self._keeper = keeper = Keeper(config.data / FOLDER, now)
            self._look = lambda: keeper.serve([f"{name()}.local", "localhost", *own_names(config), *config.hosts], reached(config))
        self.kept = self._look()

    @property
    def fingerprint(self) -> str | None:
        """Of the authority: what a guest may hold against it."""
        return self.kept.fingerprint if self._keeper else None

    @property
    def authority(self) -> bytes | None:
        """What guests have to trust, PEM; None where the certificate is the operator's own."""
        return self._keeper.authority().certificate if self._keeper else None

    @property
    def profile(self) -> bytes | None:
        """The same for Apple's devices."""
        return mobileconfig(self.authority, self._name) if self.authority else None

    def current(self) -> Certificate:
        return Certificate(self.kept.certificate, self.kept.key)

    def renewing(self, renewed: Callable[[], None]) -> Start:
        """A child that looks now and then, and tells when there is a new one. What is wrong then is logged and tried again."""

        async def run(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
            task_status.started()
            while True:
                await anyio.sleep(LOOK_S)
                try:
                    kept = await anyio.to_thread.run_sync(self._look)
                except (Stop, OSError) as error:
                    log.warning("the certificate cannot be renewed: %s", error)
                    continue
                changed = kept != self.kept
                self.kept = kept
                if changed and kept.renewed:
                    log.info("there is a new certificate; the gateway begins anew with it")
                    renewed()

        return run


def reached(config: Config) -> Sequence[Address]:
    """Every address that it is reached by."""
    listened = addresses.on_the_network() if config.address.is_unspecified else [config.address]
    return list(dict.fromkeys([*LOOPBACK, *listened]))

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
from devchitchat.tls.keeping import FOLDER, Keeper, Kept, own
from gateway.settings import Certificate

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
LOOPBACK: Final = (ip_address("127.0.0.1"), ip_address("::1"))


class Certificates:
    """Raises Stop when it is made, for what a person has to mend first."""

    def __init__(self, config: Config, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._config = config
        self._now = now
        self._keeper = None if config.tls.files else Keeper(config.data / FOLDER, now)
        self._kept = self._look(None)

    @property
    def fingerprint(self) -> str | None:
        """Of the authority: what a guest may hold against it. None where the certificate is the operator's."""
        return self._kept.fingerprint if self._keeper else None

    @property
    def authority(self) -> bytes | None:
        """What guests have to trust, PEM; None where the certificate is the operator's."""
        return self._keeper.authority().certificate if self._keeper else None

    @property
    def mobileconfig(self) -> bytes | None:
        """The same for Apple's devices."""
        return mobileconfig(self.authority, self._config.name) if self.authority else None

    def current(self) -> Certificate:
        return Certificate(self._kept.certificate, self._kept.key)

    def renewing(self, found_as: Callable[[], str | None], renewed: Callable[[], None]) -> Start:
        """A child that looks now and then, and tells when there is a new one. What is wrong then is logged and tried again.

        `found_as` says what the house is called on the network.
        """

        async def run(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
            task_status.started()
            while True:
                await anyio.sleep(LOOK_S)
                try:
                    self._kept = kept = await anyio.to_thread.run_sync(self._look, found_as())
                except (Stop, OSError) as error:
                    log.warning("the certificate cannot be renewed: %s", error)
                    continue
                if kept.renewed:
                    log.info("there is a new certificate; the gateway begins anew with it")
                    renewed()

        return run

    def _look(self, found_as: str | None) -> Kept:
        if self._config.tls.files:
            return own(*self._config.tls.files, self._now())
        if self._keeper is None:
            raise ValueError("there are neither files nor a keeper")
        names = [*([found_as] if found_as else []), "localhost", *own_names(self._config), *self._config.hosts]
        return self._keeper.serve(names, reached(self._config))


def reached(config: Config) -> Sequence[Address]:
    """Every address that it is reached by."""
    listened = addresses.on_the_network() if config.address.is_unspecified else [config.address]
    return list(dict.fromkeys([*LOOPBACK, *listened]))

"""The certificate that the house serves with: made or looked at before the start, and renewed beside it.

An address that comes, or thirty days left: then there is a new one, and the gateway listens anew with it. Every name that the house
may have to take on the network is in it from the beginning: a stranger who claims names must not be able to make us restart.
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
from devchitchat.lan.names import candidates
from devchitchat.links import own_names
from devchitchat.tls.authority import mobileconfig
from devchitchat.tls.keeping import FOLDER, Keeper, Kept, own
from gateway.settings import Certificate

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
REST_S: Final = 20.0
"""At least between two that are new: each sends everybody away for a moment."""
LOOPBACK: Final = (ip_address("127.0.0.1"), ip_address("::1"))


class Certificates:
    """Raises Stop when it is made, for what a person has to mend first."""

    def __init__(self, config: Config, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._config = config
        self._now = now
        self._keeper = None if config.tls.files else Keeper(config.data / FOLDER, now)
        self._kept = self._look()

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

    def valid(self) -> tuple[int, int]:
        """From when until when it is believed, in ms since 1970."""
        kept = self._kept
        return int(kept.not_before.timestamp() * 1000), int(kept.not_after.timestamp() * 1000)

    def renewing(self, renewed: Callable[[], None]) -> Start:
        """A child that looks now and then, and tells when there is a new one. What is wrong then is logged and tried again."""

        async def run(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
            task_status.started()
            trouble, pause = "", LOOK_S
            while True:
                await anyio.sleep(pause)
                pause = LOOK_S
                try:
                    self._kept = kept = await anyio.to_thread.run_sync(self._look_again)
                except (Stop, OSError) as error:
                    if str(error) != trouble:
                        log.warning("the certificate cannot be renewed: %s", error)
                    trouble = str(error)
                    continue
                trouble = ""
                if kept.renewed:
                    log.info("there is a new certificate; the gateway begins anew with it")
                    renewed()
                    pause = REST_S

        return run

    def _look_again(self) -> Kept:
        """What is gone while the house runs is not made anew: guests would be handed an authority that nobody trusts."""
        folder = self._kept.certificate.parent
        if not folder.exists():
            raise Stop(f"{folder} is gone: put it back, or every device has to trust a new authority")
        return self._look()

    def _look(self) -> Kept:
        if self._config.tls.files:
            return own(*self._config.tls.files, self._now())
        if self._keeper is None:
            raise ValueError("there are neither files nor a keeper")
        names = [candidate.host.lower() for candidate in candidates(self._config.name, "")]
        return self._keeper.serve(["localhost", *names, *own_names(self._config), *self._config.hosts], reached(self._config))


def reached(config: Config) -> Sequence[Address]:
    """Every address that it is reached by."""
    listened = addresses.on_the_network() if config.address.is_unspecified else [config.address]
    return list(dict.fromkeys([*LOOPBACK, *listened]))

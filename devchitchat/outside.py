"""The side of the house that shows to the network: its certificate, its name, and what guests find before they are let in.

Loaded is only what the configuration asks for: certificates and mDNS take longer to load than all the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread
from msgspec.structs import replace

from bus.child import ChildSpec
from devchitchat.config import Config
from devchitchat.errors import Alone, Stop
from devchitchat.links import Links, links
from devchitchat.options import OFF
from devchitchat.ports import LAST, NEARBY, Ports, is_taken
from devchitchat.version import VERSION
from gateway.settings import Secure, Settings

if TYPE_CHECKING:
    from devchitchat.certificates import Certificates
    from devchitchat.lan.announce import Announcer
    from gateway.tree import Gateway


LOOK_S: Final = 0.5
LOOK_AGAIN_S: Final = 60.0


class Outside:
    """Raises Stop when it is made, for what a person has to mend first.

    `config` is what then holds: with a clock that no certificate agrees with, or when the port of HTTPS is taken, there is no TLS,
    and nobody else is let in; `trouble` says so. With `moves` a taken port of plain HTTP is given up for another; `moved_from` is
    that one. What a proxy was told stays.
    """

    def __init__(
        self,
        config: Config,
        certificates: Callable[[Config], Certificates | None] | None = None,
        *,
        moves: bool = False,
        is_taken: Callable[[str, int], bool] = is_taken,
    ) -> None:
        self.trouble: str | None = None
        self.moved_from: int | None = None
        self._look = partial(_looked, config, certificates or _certificates, is_taken)
        try:
            self._certificates = self._look()
        except Alone as error:
            self.trouble = error.message
            self._certificates = None
            config = replace(config, tls=OFF, host=None)
        if moves and not config.trusted_proxy and is_taken(config.listens_on, config.http_port):
            self.moved_from = config.http_port
            config = replace(config, http_port=_next(config, is_taken))
        self.config = config
        self._announcer: Announcer | None = None
        self._joined, self._join_until = "", 0.0
        self._ports: Callable[[], Ports] = lambda: Ports(config.listens_on, config.http_port, config.https_port)

    @property
    def fingerprint(self) -> str | None:
        """Of the authority, where there is one that guests have to trust."""
        return self._certificates and self._certificates.fingerprint

    def found_as(self) -> str | None:
        """What it is called on the network now, if it is."""
        name = self._announcer and self._announcer.state.name
        return name and name.lower()

    def settings(self, settings: Settings) -> Settings:
        """With what the gateway needs of this."""
        return replace(settings, secure=self._secure(), found_as=self.found_as, join=self._join)

    def children(self, gateway: Gateway) -> list[ChildSpec]:
        """What follows the network. What goes wrong there stays there: the announcer raises nothing."""
        specs: list[ChildSpec] = []
        self._ports = lambda: Ports(self.config.listens_on, gateway.port, gateway.https_port)
        if self._certificates:
            specs.append(ChildSpec("certificates", self._certificates.renewing(gateway.renew)))
        if self.config.is_found:
            self._announcer = announcer = self._announcing(gateway)
            specs.append(ChildSpec("mdns", announcer.run, shutdown=2.0))
        return specs

    def probes(self) -> dict[str, Callable[[], Any]]:
        announcer = self._announcer
        return {"network": lambda: announcer.state} if announcer else {}

    def ports(self) -> Ports:
        """Where the gateway listens, once it does."""
        return self._ports()

    def links(self) -> Links:
        """Where to go, once the gateway listens."""
        ports = self._ports()
        return links(self.config, ports.http, ports.https, self.found_as())

    async def until_mended(self) -> None:
        """Wait for the end of `trouble`. A second look at the clock or the port costs nobody anything."""
        while True:
            await anyio.sleep(LOOK_AGAIN_S)
            with suppress(Stop):
                await anyio.to_thread.run_sync(self._look)
                return

    async def until_found(self) -> str:
        """What the network knows us by, once it does."""
        while not (name := self.found_as()):  # noqa: ASYNC110 it changes a few times a day
            await anyio.sleep(LOOK_S)
        return name

    def _join(self) -> str:
        """Looked up anew now and then: strangers may ask for it."""
        now = monotonic()
        if now >= self._join_until:
            self._joined, self._join_until = self.links().join, now + LOOK_S
        return self._joined

    def _secure(self) -> Secure | None:
        found = self._certificates
        if found is None:
            return None
        return Secure(
            port=self.config.https_port,
            certificate=found.current,
            authority=found.authority,
            mobileconfig=found.mobileconfig,
            fingerprint=found.fingerprint or "",
            valid=found.valid,
        )

    def _announcing(self, gateway: Gateway) -> Announcer:
        from devchitchat.lan.announce import Announcer
        from devchitchat.lan.names import properties

        return Announcer(
            self.config.name,
            lambda: gateway.https_port or gateway.port,
            txt=lambda: properties(VERSION, self.fingerprint, gateway.port),
            secure=self._certificates is not None,
            listens_on=self.config.address,
        )


def _looked(config: Config, make: Callable[[Config], Certificates | None], is_taken: Callable[[str, int], bool]) -> Certificates | None:
    """What HTTPS needs. Raises Alone when there can be none for now, and another Stop for what a person has to mend."""
    if config.tls != OFF and is_taken(config.listens_on, config.https_port):
        raise Alone(f"port {config.https_port} is in use by another program: stop that, or choose another with --https-port PORT")
    return make(config)


def _next(config: Config, is_taken: Callable[[str, int], bool]) -> int:
    """The next free port of plain HTTP; 0, which takes any, when a few of them are taken."""
    first = config.http_port + 1
    nearby = [port for port in range(first, min(first + NEARBY, LAST + 1)) if port != config.https_port]
    return next((port for port in nearby if not is_taken(config.listens_on, port)), 0)


def _certificates(config: Config) -> Certificates | None:
    if config.tls == OFF:
        return None
    from devchitchat.certificates import Certificates

    return Certificates(config)

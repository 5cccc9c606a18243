"""Where a house can be reached, as links: on its own machine, by name, by address, and where guests begin.

Guests begin on plain HTTP, by address: that opens on every phone, and the page there leads to HTTPS. An invite stands in
the fragment, which no browser sends and no log sees; but whoever can change that page on its way can read it there, so what
signs in as somebody, or makes an admin, never goes that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from socket import gethostname

from msgspec import Struct

from bus.protocol.admin import AdminInvite
from devchitchat import addresses
from devchitchat.addresses import Address
from devchitchat.config import Config
from devchitchat.options import AUTO

JOIN = "/join"
HTTPS = 443
LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class Links(Struct, frozen=True):
    """Made from what one start found. `network` are this machine's addresses for others, the best one first."""

    http_port: int
    https_port: int | None
    network: Sequence[Address]
    own: str = "localhost"
    """What this machine's own browser calls it."""
    names: Sequence[str] = ()
    trusted: bool = False
    """The certificate is the operator's own, which browsers know: nobody has to be led anywhere."""

    @property
    def here(self) -> str:
        """For a browser on this machine: over plain HTTP, where browsers let localhost do what needs HTTPS elsewhere."""
        return f"http://{self.own}:{self.http_port}" if self.own in LOCAL else self._open(self.own)

    @property
    def by_name(self) -> list[str]:
        return [self._open(name) for name in self.names if self.network or self.trusted]

    @property
    def by_address(self) -> list[str]:
        plain = self.https_port is None
        return [self._open(_bracketed(address)) for address in self.network if plain or self.trusted or addresses.is_of_homes(address)]

    @property
    def best(self) -> str:
        """The one for friends, or this machine's own where nobody else can reach it."""
        if self.trusted and self.by_name:
            return self.by_name[0]
        return next(iter([*self.by_address, *self.by_name]), self.here)

    @property
    def join(self) -> str:
        """Where guests begin."""
        if self.https_port is None or self.trusted or not self.network:
            return f"{self.best}/"
        known = [_bracketed(address) for address in self.network if addresses.is_of_homes(address)]
        return f"http://{[*known, *self.names, _bracketed(self.network[0])][0]}:{self.http_port}{JOIN}"

    def for_guest(self, invite: AdminInvite) -> str:
        return f"{self.join}#invite={invite.invite_token.reveal()}"

    def for_admin(self, invite: AdminInvite) -> str:
        """For somebody who is to be an admin: by HTTPS, on a device that trusts the house already."""
        return f"{self.best}/#invite={invite.invite_token.reveal()}"

    def for_me(self, invite: AdminInvite) -> str:
        """For the one who started the server, where they sit."""
        return f"{self.here}/#invite={invite.invite_token.reveal()}"

    def _open(self, host: str) -> str:
        if self.https_port is None:
            return f"http://{host}:{self.http_port}"
        return f"https://{host}" if self.https_port == HTTPS else f"https://{host}:{self.https_port}"


def links(config: Config, http_port: int, https_port: int | None, found_as: str | None = None) -> Links:
    """Of a house that listens on these ports. `found_as` is what the network knows it by, once it does."""
    if config.trusted_proxy and config.hosts:
        return Links(http_port, 443, _network(config), _own(config), config.hosts, trusted=True)
    trusted = config.tls.mode == "own"
    bare = without_certificate(config)
    hosts = [name for name in config.hosts if name not in bare]
    names = [*hosts, *([found_as] if found_as and not trusted else [])] if https_port is not None else []
    return Links(http_port, https_port, _network(config), _own(config), names, trusted)


def without_certificate(config: Config) -> list[str]:
    """The names in `--hosts` that an authority of a house may not speak for: no browser would believe us there."""
    if config.tls != AUTO or not config.hosts:
        return []
    from devchitchat.tls.limits import HOME, refused  # Here, for it takes longer to load than most houses need.

    return refused(HOME, config.hosts, [])


def _own(config: Config) -> str:
    return "localhost" if config.address.is_unspecified else _bracketed(config.address)


def own_names(config: Config) -> list[str]:
    """What this machine is called on its own network, whether or not it can be found by that now."""
    host = gethostname().partition(".")[0].lower()
    return list(dict.fromkeys(f"{name}.local" for name in (config.name.lower(), host) if name))


def _network(config: Config) -> list[Address]:
    if config.address.is_loopback:
        return []
    return addresses.on_the_network() if config.address.is_unspecified else [config.address]


def _bracketed(address: Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)

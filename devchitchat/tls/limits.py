"""What an authority of a house may speak for: names and addresses of home networks, and nothing of the internet.

They are written into the authority as critical name constraints (RFC 5280, 4.2.1.10), so that who trusts a house need not fear
that whoever steals its key can pretend to be a bank. One name or address too many makes a whole certificate invalid.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from msgspec import Struct

from devchitchat.addresses import LOOPBACK, OF_HOMES, ON_ONE_WIRE, Address, Network

DOMAINS: Final = ("local", "localhost", "home.arpa", "internal")
NETWORKS: Final = (*LOOPBACK, *OF_HOMES, *ON_ONE_WIRE)
UNREADABLE: Final = (ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm)
"""What the library raises for a certificate, or a part of one, that it cannot make sense of."""
LABEL: Final = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(\.{LABEL})*")


class Limits(Struct, frozen=True):
    """The domains, with all below them, and the networks that one authority may speak for."""

    domains: tuple[str, ...] = DOMAINS
    networks: tuple[Network, ...] = NETWORKS

    def permits(self, wanted: str | Address) -> bool:
        """Whether a certificate for it would be valid; False for what is no name at all, such as `*.local`."""
        if isinstance(wanted, str):
            name = plain(wanted)
            return bool(NAME.fullmatch(name)) and any(name == domain or name.endswith(f".{domain}") for domain in self.domains)
        address = unscoped(wanted)
        return any(address in network for network in self.networks)

    def within(self, other: Limits) -> bool:
        """Whether it permits nothing that the other does not."""
        return all(map(other.permits, self.domains)) and all(any(_inside(mine, its) for its in other.networks) for mine in self.networks)


HOME: Final = Limits()


def plain(name: str) -> str:
    """A name as certificates hold it: in lower case, without the dot of the root."""
    return name.lower().removesuffix(".")


def unscoped(address: Address) -> Address:
    """An address without its zone (`%eth0`), which no certificate holds."""
    return IPv6Address(int(address)) if isinstance(address, IPv6Address) else address


def permitted(limits: Limits, names: Sequence[str], addresses: Sequence[Address]) -> list[str | Address]:
    """Those that a leaf may hold, each once and as it holds them."""
    held = [*(plain(name) for name in names), *map(unscoped, addresses)]
    return list(dict.fromkeys(one for one in held if limits.permits(one)))


def refused(limits: Limits, names: Sequence[str], addresses: Sequence[Address]) -> list[str]:
    """Those that no leaf may hold, as they were given."""
    return [str(wanted) for wanted in (*names, *addresses) if not limits.permits(wanted)]


def extension(limits: Limits) -> x509.NameConstraints:
    names = [x509.DNSName(domain) for domain in limits.domains]
    return x509.NameConstraints([*names, *map(x509.IPAddress, limits.networks)], excluded_subtrees=None)


def limits_of(certificate: x509.Certificate) -> Limits | None:
    """What an authority may speak for; None when it is not limited in both names and addresses, or in another way than ours.

    A kind of name that no constraint mentions is free (RFC 5280, 4.2.1.10), so one for names alone would permit every address.
    """
    try:
        found = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None
    permitted = found.value.permitted_subtrees or []
    domains = tuple(name.value for name in permitted if isinstance(name, x509.DNSName))
    networks = tuple(name.value for name in permitted if isinstance(name, x509.IPAddress))
    if not found.critical or found.value.excluded_subtrees or not domains or not networks:
        return None
    return Limits(domains, tuple(network for network in networks if isinstance(network, IPv4Network | IPv6Network)))


def _inside(mine: Network, its: Network) -> bool:
    match mine, its:
        case (IPv4Network(), IPv4Network()):
            return mine.subnet_of(its)
        case (IPv6Network(), IPv6Network()):
            return mine.subnet_of(its)
        case _:
            return False

"""Where this machine can be reached: the addresses to print for people, and to put into links."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

from bus.protocol.admin import AdminInvite
from devchitchat.config import Config


def link(config: Config, port: int, invite: AdminInvite) -> str:
    """Where a browser redeems it. The token is in the fragment, which no browser sends and no log sees."""
    return f"{url(config, port)}/#invite={invite.invite_token.reveal()}"


def url(config: Config, port: int) -> str:
    """The address to open: from anywhere on the network when the server listens there, else on this machine."""
    return f"http://{for_links(config)}:{port}"


def for_links(config: Config) -> str:
    """The host for a link: of all addresses the one that friends on the network reach, else the one listened on."""
    address = config.address
    if address.is_unspecified:
        return str(next(iter(on_the_network()), "127.0.0.1"))
    return f"[{address}]" if address.version == 6 else str(address)


def on_the_network() -> list[IPv4Address]:
    """This machine's private IPv4 addresses, those of home networks first."""
    import ifaddr  # Here, for it brings ctypes along, and most servers listen on one address.

    found = [ip_address(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    private = [ip for ip in found if isinstance(ip, IPv4Address) and ip.is_private and not ip.is_loopback and not ip.is_link_local]
    return sorted(private, key=lambda ip: (not str(ip).startswith("192.168."), ip))

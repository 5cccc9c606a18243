"""A server as it was found: what the network says is checked, shortened and shorn of control characters before anybody sees it.

Anybody on the network can announce anything; what does not look like a server of ours is no server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

from devchitchat.lan.interfaces import is_near
from devchitchat.lan.names import SERVICE

HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.local\.?\Z")
PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
ADDRESSES: Final = 8
LONGEST: Final = 63
PRINT: Final = 16  # characters of a fingerprint that are shown


class Server(Struct, frozen=True):
    """One server. `reachable` is whether its /healthz answers, `trusted` whether this system's store vouches for its certificate;
    None is not known. `url` is where a browser finds it, or the page that leads there by way of trusting it; None where it does not
    answer. `http_port` is the one of that page.
    """

    name: str
    host: str
    addresses: tuple[str, ...]
    port: int
    version: str
    fingerprint: str | None
    reachable: bool = False
    trusted: bool | None = None
    url: str | None = None
    http_port: int | None = None


class Said(Struct, frozen=True):
    """What was announced, as it came: `name` is the instance's whole name, `properties` the TXT record."""

    name: str
    host: str | None
    port: int | None
    addresses: tuple[str, ...]
    properties: dict[str, str | None]


def server(said: Said) -> Server | None:
    """None for what cannot be a server: no name of the local network, no port, or no address that is near."""
    host, port = said.host or "", said.port or 0
    addresses = tuple(dict.fromkeys(near(said.addresses)))[:ADDRESSES]
    if not (HOST.match(host) and 1 <= port <= 65535 and addresses):
        return None
    name = clean(said.name.removesuffix(f".{SERVICE}")) or host
    fingerprint, version = (clean(said.properties.get(key) or "", longest) for key, longest in (("fp", 200), ("v", 20)))
    http_port = numbered(said.properties.get("http") or "")
    return Server(name, host.rstrip(".").lower(), addresses, port, version, fingerprint or None, http_port=http_port)


def numbered(text: str) -> int | None:
    """A port as a text; None for what is none."""
    return int(text) if PORT.fullmatch(text) and int(text) <= 65535 else None


def near(addresses: Iterable[str]) -> Iterator[str]:
    """Those of a home network, zone and all; a server that names this machine's loopback or the wide world is not asked."""
    for text in addresses:
        try:
            if text.isprintable() and is_near(ip_address(text)):
                yield text
        except ValueError:
            continue


def clean(text: str, longest: int = LONGEST) -> str:
    """Without control characters, also those that turn a line around, and no longer than that."""
    shown = "".join(char if char.isprintable() else "?" for char in text[: longest + 1]).strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def lines(server: Server, number: int | None) -> Iterator[str]:
    """How it is shown to a person."""
    yield f"{f'{number}. ' if number else ''}{server.name}: {server.url or f'{server.host}, port {server.port}'}"
    version = f"version {server.version or 'unknown'}"
    yield f"   {version}, at {', '.join(server.addresses)}; {answers(server)}"
    if server.fingerprint:
        yield f"   says its authority is {clean(server.fingerprint, PRINT)}"


def answers(server: Server) -> str:
    match server.reachable, server.trusted:
        case False, _:
            return "does not answer (a firewall?)"
        case _, True:
            return "answers, and this machine trusts it"
        case _, False:
            return "answers, but this machine does not trust its certificate (see `devchitchat trust`)"
        case _:
            return "answers"

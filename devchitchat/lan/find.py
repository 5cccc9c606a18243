"""`devchitchat find`: looks for servers on the network, lists them, and opens one in the browser."""

# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import sys
import time
import webbrowser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, cast

import msgspec
from zeroconf import DNSOutgoing, DNSPointer, DNSQuestion, RecordUpdateListener, ServiceInfo, Zeroconf

from devchitchat.errors import FAILED
from devchitchat.lan import interfaces
from devchitchat.lan.found import Said, Server, lines, server
from devchitchat.lan.interfaces import Interface
from devchitchat.lan.names import SERVICE
from devchitchat.lan.reach import reached

QUERY: Final = 0
PTR, IN = 12, 1
MOST: Final = 50
AT_ONCE: Final = 16
RESOLVE_MS: Final = 1000
NOBODY: Final = """No server found. What to check:
- this machine and the server are on the same network, and not in a guest Wi-Fi, which keeps its devices apart (client isolation)
- no firewall, here or there, blocks UDP port 5353
- the server runs, and was not started with --no-mdns
If you know its address, open that in the browser."""


def run(*, seconds: float, opens: bool, as_json: bool) -> int:
    """Looks for so long, and a little longer to ask whom it found. Returns the exit code: 1 when there was nobody."""
    found = look(min(max(seconds, 0.1), 60.0))
    if as_json:
        for one in found:
            print(msgspec.json.encode(one).decode())
        return 0 if found else FAILED
    if not found:
        print(NOBODY, file=sys.stderr)
        return FAILED
    for number, one in enumerate(found, 1):
        print(*lines(one, number if len(found) > 1 else None), sep="\n")
    if opens and (chosen := choice(found)) and chosen.url:
        print(f"Opening {chosen.url}")
        webbrowser.open(chosen.url)
    return 0


def look(seconds: float) -> list[Server]:
    """Whoever announces itself within so many seconds, at most 50, by name. Never raises for what the network says."""
    where = interfaces.read()
    if not where:
        return []
    try:
        library = Zeroconf(interfaces=cast("list[Any]", places(where)), use_asyncio=False)
    except OSError as error:
        print(f"mDNS, UDP port 5353, does not work here: {error.strerror or error}", file=sys.stderr)
        return []
    try:
        said = browse(library, seconds)
    finally:
        library.close()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(reached, filter(None, map(server, said))), key=lambda one: (one.name, one.host, one.port))


def places(where: Sequence[Interface]) -> list[str | int]:
    """As the library takes them: an IPv4 address for each interface, and the number of each that has IPv6."""
    return [*(one.ipv4[0] for one in where if one.ipv4), *(one.index for one in where if one.ipv6)]


class Names(RecordUpdateListener):
    """Remembers the instances that are announced, the first 50. The library's own browser has no such end."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def async_update_records(self, zc: Zeroconf, now: float, records: list[Any]) -> None:
        """One packet, in the library's thread; `records` are pairs of new and old."""
        for record in (pair.new for pair in records):
            if not isinstance(record, DNSPointer) or record.key != SERVICE:
                continue
            if record.ttl == 0:
                self.names.pop(record.alias, None)
            elif len(self.names) < MOST:
                self.names[record.alias] = None


def browse(library: Zeroconf, seconds: float) -> list[Said]:
    """Asks at once and then each second, since the first question may be lost."""
    heard = Names()
    library.add_listener(heard, None)
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        out = DNSOutgoing(QUERY)
        out.add_question(DNSQuestion(SERVICE, PTR, IN))
        library.send(out)
        time.sleep(min(left, 1.0))
    library.remove_listener(heard)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [said for said in pool.map(partial(resolved, library), list(heard.names)) if said]


def resolved(library: Zeroconf, name: str) -> Said | None:
    """What is announced under a name; None when that is nothing, or nothing that makes sense."""
    try:
        info = ServiceInfo(SERVICE, name)
        if not info.request(library, RESOLVE_MS):
            return None
        return Said(name, info.server, info.port, tuple(info.parsed_scoped_addresses()), dict(info.decoded_properties))
    except Exception:  # a name or a text made to be misread; the library does not say all that it raises
        return None


def choice(found: Sequence[Server]) -> Server | None:
    """The one there is, or of several the one whose number a person types; None when nobody chooses."""
    if len(found) <= 1:
        return next(iter(found), None)
    if not sys.stdin.isatty():
        return None
    try:
        said = input(f"Which one to open, 1 to {len(found)}? ").strip()
    except EOFError:
        return None
    return found[int(said) - 1] if said.isdecimal() and 1 <= int(said) <= len(found) else None

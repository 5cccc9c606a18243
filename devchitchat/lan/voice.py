"""mDNS on one interface: asks whether names are free, says them, answers for them, and says goodbye.

One voice for each interface, so that a guest hears the addresses of its own network and no others: the library sends what it
says to all interfaces it has. The library runs a thread with a loop for each; nothing here but `open` and `close` waits for it.
"""

# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable
from typing import Any, Final, cast

from msgspec import Struct
from zeroconf import DNSAddress, DNSOutgoing, DNSQuestion, DNSRecord, DNSService, RecordUpdateListener, ServiceInfo, Zeroconf

from devchitchat.lan.interfaces import Interface
from devchitchat.lan.names import SERVICE, WEB, Heard, Names, gives_way, is_taken
from devchitchat.lan.responder import Responder

QUERY: Final = 0
A, SRV, AAAA, IN = 1, 33, 28, 1
IP_MULTICAST_ALL: Final = 49
IPV6_MULTICAST_ALL: Final = 29
ANNOUNCEMENTS: Final = (0.0, 1.0, 3.0)  # seconds after the first; RFC 6762, 8.3


class Terms(Struct, frozen=True):
    """What is announced at every interface alike; `txt` is the TXT record."""

    port: int
    secure: bool
    txt: dict[str, str]


class Ear(RecordUpdateListener):
    """Hears what others say of our names. Called in the library's thread; its marks are read by ours."""

    def __init__(self, port: int, mine: frozenset[str]) -> None:
        super().__init__()
        self.mine = mine
        self.names: Names | None = None
        self.spoken: tuple[str, ...] = ()
        self.taken = self.lost = False
        self._port = port

    def listen(self, names: Names | None) -> None:
        """Listen for these from now on, and forget what was heard."""
        self.names = names
        self.spoken = ()
        self.taken = self.lost = False

    def async_update_records(self, zc: Zeroconf, now: float, records: list[Any]) -> None:
        """One packet; `records` are pairs of new and old."""
        if self.names and (heard := heard_of(self.names, [record.new for record in records])) and is_taken(heard, self.mine, self._port):
            self.taken = True
            self.lost = self.lost or (bool(self.spoken) and gives_way(heard, self.mine, self.spoken, self._port))


def heard_of(names: Names, records: Iterable[DNSRecord]) -> Heard | None:
    """What records say of our names; None when nothing. A withdrawal (a time to live of 0) says nothing."""
    host, instance = f"{names.host}.".lower(), f"{names.instance}.{SERVICE}".lower()
    addresses: set[str] = set()
    ports: set[int] = set()
    for record in records:
        match record:
            case DNSAddress(key=key, ttl=ttl) if key == host and ttl:
                addresses.add(_text(record.address))
            case DNSService(key=key, ttl=ttl) if key == instance and ttl:
                ports.add(record.port if record.server.lower() == host else 0)
            case _:
                pass
    return Heard(frozenset(addresses), frozenset(ports)) if addresses or ports else None


def _text(packed: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def only_its_own_network(heard: socket.socket) -> None:
    """Linux gives a query to every socket of the port, whatever network it came from; we would answer it with the wrong addresses.

    And while a socket shares its port by SO_REUSEPORT, Linux (seen with 6.18) gives it to any one of them by chance, in spite of
    the first; SO_REUSEADDR, which the library sets too, is enough to share it.
    """
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
    heard.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
    if heard.family == socket.AF_INET6:
        heard.setsockopt(socket.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0)


class Voice:
    """Opens sockets, which takes milliseconds; raises OSError where the network or the port 5353 does not allow it."""

    def __init__(self, interface: Interface, terms: Terms, mine: frozenset[str]) -> None:
        self.interface = interface
        self.ear = Ear(terms.port, mine)
        self.names: Names | None = None
        self._terms = terms
        self._next = 0
        self._since = 0.0
        where: list[str | int] = [*interface.ipv4[:1], *([interface.index] if interface.ipv6 else [])]
        self._senders = len(where)
        self._library = Responder(interfaces=cast("list[Any]", where), use_asyncio=False)
        try:
            self._settle_sockets()
        except OSError:
            self._library.close()
            raise

    def _settle_sockets(self) -> None:
        if not self._library.engine.senders:
            raise OSError("it cannot send to a multicast group")
        self._library.add_listener(self.ear, None)
        if sys.platform == "linux":
            for reader in self._library.engine.readers:
                only_its_own_network(reader.sock)

    @property
    def is_whole(self) -> bool:
        """Whether every kind of address has its socket: a fresh IPv6 address cannot be bound in its first second."""
        return len(self._library.engine.senders) >= self._senders

    def mend(self) -> None:
        """Try again to open what is not; waits for up to a second."""
        self._library.update_interfaces()
        self._settle_sockets()

    def listen(self, names: Names | None) -> None:
        """Before asking: forget what was heard, and listen for these."""
        self.ear.listen(names)

    def ask(self, names: Names) -> None:
        """Probe: a question to which whoever holds these names answers at once."""
        out = DNSOutgoing(QUERY)
        info = self._info(SERVICE, names)
        for name, kind in ((info.server, A), (info.server, AAAA), (info.name, SRV)):
            out.add_question(DNSQuestion(cast("str", name), kind, IN))
        probing: list[DNSRecord] = [*info.dns_addresses(), info.dns_service()]  # these make it a probe, which is answered without delay
        cast("list[DNSRecord]", out.authorities).extend(probing)
        self._library.send(out)

    def say(self, names: Names, now: float) -> None:
        """Hold these names from now on: announce them, and answer for them."""
        self.names = names
        self.ear.spoken = self.interface.addresses
        self._next, self._since = 0, now
        infos = [self._info(kind, names) for kind in ([SERVICE, WEB] if self._terms.secure else [SERVICE])]
        self._soon(self._hold, infos)

    def repeat(self, now: float) -> bool:
        """Announce again when it is time; whether more is to come."""
        while self.names and self._next < len(ANNOUNCEMENTS) and now >= self._since + ANNOUNCEMENTS[self._next]:
            self._next += 1
            self.insist()
        return self.names is not None and self._next < len(ANNOUNCEMENTS)

    def insist(self) -> None:
        """Announce what we hold, once."""
        self.ear.taken = False
        self._soon(self._announce)

    def hush(self) -> None:
        """Withdraw what was said."""
        self.names = None
        self.listen(None)
        self._soon(self._withdraw)

    def close(self) -> None:
        """Free the sockets; waits for the library's thread, 3 seconds at most. What is still held is withdrawn."""
        self._library.close()

    def _info(self, kind: str, names: Names) -> ServiceInfo:
        return ServiceInfo(
            kind,
            f"{names.instance}.{kind}",
            port=self._terms.port,
            properties=self._terms.txt,
            server=f"{names.host}.",
            parsed_addresses=list(self.interface.addresses),
        )

    def _soon(self, deed: Any, *arguments: Any) -> None:
        """In the library's thread, to which its registry belongs."""
        if self._library.loop and not self._library.done:
            self._library.loop.call_soon_threadsafe(deed, *arguments)

    def _hold(self, infos: list[ServiceInfo]) -> None:
        for info in infos:
            self._library.registry.async_add(info)
        records = (record for info in infos for record in (info.dns_pointer(), info.dns_service(), info.dns_text(), *info.dns_addresses()))
        self._library.cache.ours = frozenset(records)

    def _announce(self) -> None:
        for info in self._library.registry.async_get_service_infos():
            self._library.async_send(self._library.generate_service_broadcast(info, None))

    def _withdraw(self) -> None:
        if self._library.loop and (out := self._library.generate_unregister_all_services()):
            self._library.async_send(out)
            self._library.loop.call_later(0.125, self._library.async_send, out)

"""A few bytes of DNS by hand, so that the tests do not share a library with what they test.

As a program it asks or floods: `python -m tests.lan.wire ask SECONDS HOST`, `python -m tests.lan.wire flood RECORDS HOST`.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from collections.abc import Iterator
from itertools import count

GROUP = ("224.0.0.251", 5353)
A, IN, FLUSH = 1, 1, 0x8000
RECORDS = 40  # in one packet of a flood
IDS = count(1)
UNANSWERED = 15  # packets between two questions, by which we know that the flood was read and not lost


def name(text: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def question(host: str) -> bytes:
    """No two are the same: what is repeated within a second goes unheard."""
    return struct.pack("!6H", next(IDS), 0, 1, 0, 0, 0) + name(host) + struct.pack("!2H", A, IN)


def answer(host: str, address: str, ttl: int = 120) -> bytes:
    """One address, as its owner announces it."""
    return struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0) + record(name(host), A, IN | FLUSH, socket.inet_aton(address), ttl)


def record(owner: bytes, kind: int, klass: int, data: bytes, ttl: int = 4500) -> bytes:
    return owner + struct.pack("!2HIH", kind, klass, ttl, len(data)) + data


def unique(number: int) -> bytes:
    """A record that nobody has seen before, of a kind by turns."""
    owner = f"r{number:06d}"
    match number % 4:
        case 0:
            return record(name("_devchitchat._tcp.local"), 12, IN, name(f"{owner}._devchitchat._tcp.local"))
        case 1:
            return record(name(f"{owner}.local"), A, IN | FLUSH, struct.pack("!I", number))
        case 2:
            return record(name(f"{owner}._devchitchat._tcp.local"), 16, IN | FLUSH, bytes([40]) + b"x" * 40)
        case _:
            return record(name(f"{owner}._devchitchat._tcp.local"), 33, IN | FLUSH, struct.pack("!3H", 0, 0, 1) + name(f"{owner}.local"))


def floods(records: int) -> Iterator[bytes]:
    for first in range(0, records, RECORDS):
        some = range(first, min(first + RECORDS, records))
        yield struct.pack("!6H", 0, 0x8400, 0, len(some), 0, 0) + b"".join(map(unique, some))


def addresses(packet: bytes) -> Iterator[str]:
    """Every IPv4 address in the answers of a packet: those of four bytes after kind A. Enough for what our servers send."""
    mark = struct.pack("!H", A)
    for at in range(12, len(packet) - 13):
        if packet[at : at + 2] == mark and packet[at + 2 : at + 4] in (b"\x00\x01", b"\x80\x01") and packet[at + 8 : at + 10] == b"\0\4":
            yield socket.inet_ntoa(packet[at + 10 : at + 14])


def ask(asking: socket.socket, host: str, seconds: float, *, first: bool) -> set[str]:
    """All addresses that are answered within so many seconds, to us alone; with `first` only the first."""
    asking.sendto(question(host), GROUP)
    deadline, found = time.monotonic() + seconds, set[str]()
    while (left := deadline - time.monotonic()) > 0 and not (first and found):
        asking.settimeout(left)
        try:
            found.update(addresses(asking.recv(9000)))
        except TimeoutError:
            break
    return found


def flood(asking: socket.socket, host: str, records: int) -> None:
    for number, packet in enumerate(floods(records)):
        asking.sendto(packet, GROUP)
        if number % UNANSWERED == 0:
            assert ask(asking, host, 10.0, first=True), f"no answer after {number} packets"
    assert ask(asking, host, 10.0, first=True), "no answer at the end"


if __name__ == "__main__":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        match sys.argv[1:]:
            case ["ask", seconds, host]:
                print(json.dumps(sorted(ask(asking, host, float(seconds), first=False))))
            case ["flood", records, host]:
                flood(asking, host, int(records))
            case ["say", host, address]:
                asking.sendto(answer(host, address), GROUP)
            case _:
                sys.exit(__doc__)

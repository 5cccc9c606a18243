"""Asking a server that was found whether it is there, as a browser would: by its name, at the addresses that were announced.

Nothing is sent but a GET of /healthz, and of the answer only the status is read.
"""

from __future__ import annotations

import re
import socket
import ssl
import sys
from typing import Final

from msgspec import Struct, structs

from devchitchat.lan.found import Server

PATIENCE: Final = 2.0  # seconds for each step of one address
OK: Final = re.compile(rb"HTTP/1\.[01] 200 ")
TRIED: Final = 3  # addresses of one server


class Answer(Struct, frozen=True):
    """How a server answered: with TLS or without, and whether its certificate is trusted; None is not known."""

    secure: bool
    trusted: bool | None


def reached(server: Server, trust: ssl.SSLContext | None = None) -> Server:
    """The server, with what asking it has told. `trust` stands in for the system's store."""
    for address in server.addresses[:TRIED]:
        if answer := asked(server, address, trust or ssl.create_default_context()):
            return structs.replace(server, reachable=True, trusted=answer.trusted, url=where(server, address, answer))
    return server


def where(server: Server, address: str, answer: Answer) -> str:
    """What a browser is to open: of a server that this machine does not trust, its page for guests, and not the browser's warning."""
    host = server.host if resolves(server.host, server.port) else bracketed(address)
    if answer.secure and not answer.trusted and server.http_port and quietly(server, address, server.http_port, None):
        return f"http://{host}:{server.http_port}/join"
    return f"http{'s' if answer.secure else ''}://{host}:{server.port}/"


def asked(server: Server, address: str, trust: ssl.SSLContext) -> Answer | None:
    """Plain HTTP is tried only where no authority was announced. Does not raise for whatever the other side does."""
    try:
        if healthy(server, address, server.port, trust):
            return Answer(secure=True, trusted=True)
    except ssl.SSLCertVerificationError:
        # Python does not look into the keychain of macOS, so that there it cannot tell.
        doubt = None if sys.platform == "darwin" else False
        return Answer(secure=True, trusted=doubt) if quietly(server, address, server.port, unverified()) else None
    except ssl.SSLError:
        return Answer(secure=False, trusted=None) if server.fingerprint is None and quietly(server, address, server.port, None) else None
    except (OSError, ValueError):
        return None
    return None


def quietly(server: Server, address: str, port: int, trust: ssl.SSLContext | None) -> bool:
    try:
        return healthy(server, address, port, trust)
    except (OSError, ValueError):
        return False


def healthy(server: Server, address: str, port: int, trust: ssl.SSLContext | None) -> bool:
    """Whether GET /healthz is answered with 200. The connection goes to the address, the certificate is asked for by name."""
    plain = socket.create_connection((address, port), timeout=PATIENCE)
    try:
        stream = trust.wrap_socket(plain, server_hostname=server.host) if trust else plain
    except BaseException:
        plain.close()
        raise
    with stream:
        stream.sendall(f"GET /healthz HTTP/1.1\r\nHost: {server.host}:{port}\r\nConnection: close\r\n\r\n".encode())
        # One read: who sends its answer in drops, to keep us waiting, has not answered.
        return OK.match(stream.recv(64)) is not None


def unverified() -> ssl.SSLContext:
    """To learn only whether anybody answers; nothing secret is said over it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def resolves(host: str, port: int) -> bool:
    """Whether this system finds the name by itself, as its browser would."""
    try:
        return bool(socket.getaddrinfo(host, port))
    except OSError:
        return False


def bracketed(address: str) -> str:
    """As it stands in a link; browsers take no zone."""
    return f"[{address.partition('%')[0]}]" if ":" in address else address

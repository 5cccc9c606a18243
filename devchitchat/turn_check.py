"""`devchitchat turn-check`: asks every configured STUN and TURN server as a caller's browser would, and says what works.

A STUN server must say where it sees us, a TURN server give us a relay by the credentials that callers get. aioice knows asyncio only, so
this runs on that loop; no name or password is printed.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Awaitable, Callable
from time import time_ns
from typing import Any, Final, Literal

import anyio
from aioice import stun, turn
from msgspec import Struct

from bus.protocol.rtc import IceServers
from devchitchat import ice
from devchitchat.config import Config

WITHIN_S: Final = 5.0
ONCE_S: Final = 1.0
NOTHING: Final = "no stun_urls and no turn_urls are configured: callers connect directly, which is enough within one network"
URL: Final = re.compile(r"(stun|turn)(s?):(\[[^]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")
REFUSALS: Final = {
    401: "it refuses the name and password: turn_secret must be its static-auth-secret (or the name and password be known to it), "
    "and the clocks of both machines agree",
    403: "it forbids this: look at its lists of allowed and denied addresses",
    437: "it is confused by an earlier try from here: wait a minute",
    442: "it does not relay UDP: allow it",
    486: "this name has as many relays as it may: raise user-quota",
    508: "it has no relay ports left: widen min-port to max-port",
}


class Server(Struct, frozen=True):
    """One URL of the configuration, taken apart. TLS goes over TCP, all else over UDP unless it says otherwise."""

    url: str
    kind: Literal["stun", "turn"]
    tls: bool
    host: str
    port: int
    transport: Literal["udp", "tcp"]


class Failed(Exception):
    """What does not work, and what to do."""


class Receiver:
    """The least that a relay wants of whom it delivers to."""

    def __init__(self) -> None:
        self.over = anyio.Event()

    def connection_made(self, transport: Any) -> None: ...

    def datagram_received(self, data: bytes, address: Any) -> None: ...

    def error_received(self, error: Exception) -> None: ...

    def connection_lost(self, error: Exception | None) -> None:
        self.over.set()


def run(config: Config) -> int:
    """Print one line for each server. Returns the exit code: 1 when one of them does not work."""
    servers = ice.servers(config).servers("u_turncheck", time_ns() // 1_000_000)
    urls = [*servers.stun_urls, *servers.turn_urls]
    if not urls:
        print(NOTHING)
        return 0
    return int(not all([anyio.run(check, parsed(url), servers) for url in urls]))


async def check(server: Server, servers: IceServers) -> bool:
    """Try one server and say how it went."""
    try:
        print(f"{server.url}  works: {await tried(server, lambda: ask(server, servers))}", flush=True)
    except Failed as failed:
        print(f"{server.url}  FAILS: {failed}", flush=True)
        return False
    return True


async def ask(server: Server, servers: IceServers) -> str:
    match server.kind, server.tls, server.transport:
        case _, True, "udp":
            raise Failed("TLS over UDP cannot be tried from here: leave ?transport=udp out")
        case "turn", _, _:
            return await allocate(server, servers)
        case _, _, "udp":
            return await bind_by_udp(server)
        case _:
            return await bind_by_tcp(server)


async def tried(server: Server, probe: Callable[[], Awaitable[str]]) -> str:
    """What the probe says; raises Failed with what to do about whatever went wrong."""
    way = f"{server.transport.upper()} port {server.port}"
    try:
        with anyio.fail_after(WITHIN_S):
            return await probe()
    except stun.TransactionFailed as failed:
        code = failed.response.error_code or 0
        raise Failed(f"{REFUSALS.get(code, 'it refuses')} ({code})") from None
    except (TimeoutError, stun.TransactionTimeout):
        raise Failed(f"no answer in {WITHIN_S:.0f} s: is it running, and is {way} open to it?") from None
    except ssl.SSLCertVerificationError as error:
        raise Failed(f"its certificate is not good for {server.host}: {error.verify_message}") from None
    except ssl.SSLError:
        raise Failed(f"it does not speak TLS on {way}") from None
    except socket.gaierror:
        raise Failed(f"nobody knows the name {server.host}") from None
    except (OSError, anyio.EndOfStream, anyio.BrokenResourceError):
        raise Failed(f"nothing listens on {way}") from None


async def allocate(server: Server, servers: IceServers) -> str:
    """Take a relay, and give it back."""
    word = servers.turn_credential.reveal() if servers.turn_credential else None
    tls = server.tls or None
    receiver: Any = Receiver()
    relay, _ = await turn.create_turn_endpoint(
        lambda: receiver, (server.host, server.port), servers.turn_username, word, ssl=tls, transport=server.transport
    )
    address = relay.get_extra_info("sockname")[0]
    relay.close()
    await receiver.over.wait()
    return f"it relays at {address}"


async def bind_by_udp(server: Server) -> str:
    """Ask again every second: a datagram may be lost."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    async with await anyio.create_connected_udp_socket(server.host, server.port) as udp:
        while True:
            await udp.send(bytes(request))
            with anyio.move_on_after(ONCE_S):
                return seen_at(await udp.receive())


async def bind_by_tcp(server: Server) -> str:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    async with await anyio.connect_tcp(server.host, server.port, tls=server.tls, tls_standard_compatible=False) as stream:
        await stream.send(bytes(request))
        return seen_at(await stream.receive())


def seen_at(answer: bytes) -> str:
    try:
        address = stun.parse_message(answer).attributes["XOR-MAPPED-ADDRESS"][0]
    except (ValueError, KeyError):
        raise Failed("what answers there is no STUN server") from None
    return f"it sees this machine at {address}"


def parsed(url: str) -> Server:
    """A URL taken apart; the configuration lets no other through."""
    found = URL.fullmatch(url)
    if found is None:
        raise ValueError("this is no address of a STUN or TURN server")
    kind, secure, host, port, transport = found.groups()
    tls = bool(secure)
    way = transport or ("tcp" if tls else "udp")
    return Server(url, kind, tls, host.strip("[]"), int(port or (5349 if tls else 3478)), way)  # type: ignore[arg-type]

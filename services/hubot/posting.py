"""Posting to an address that was checked: the name is resolved once, all it resolves to is looked at, and the connection goes there.

No redirect is followed, and no proxy of the environment asked. The certificate and the Host header are the URL's. Loaded only where
there are webhooks.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Sequence
from socket import SOCK_STREAM
from typing import Final

import anyio
import h11
from anyio.abc import ByteStream
from anyio.streams.tls import TLSStream
from msgspec import Struct

from services.hubot import targets
from services.hubot.targets import Target

CONNECT_S: Final = 3.0
TOTAL_S: Final = 10.0
LARGEST: Final = 64 * 1024
PIECE: Final = 16 * 1024
Headers = list[tuple[str, str]]
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class NotDelivered(Exception):
    """Nothing came of it; the text says why, and nothing of the URL. `again`: it may be otherwise the next time."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


class Answer(Struct, frozen=True):
    """`body` is None where it was too large; of a refusal it is not read."""

    status: int
    body: bytes | None = b""


async def resolve(host: str, port: int) -> list[str]:
    found = await anyio.getaddrinfo(host, port, type=SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


class Poster:
    """Makes a TLS context, which reads files: make it in a thread."""

    def __init__(self, resolve: Resolve = resolve, context: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._context = context or ssl.create_default_context()

    async def post(self, target: Target, headers: Headers, body: bytes, *, private: bool) -> Answer:
        """Raises NotDelivered."""
        try:
            with anyio.fail_after(TOTAL_S):
                stream = await self._connect(target, await self._checked(target, private=private))
                try:
                    return await exchange(stream, target, headers, body)
                finally:
                    await anyio.aclose_forcefully(stream)
        except TimeoutError:
            raise NotDelivered("timed out") from None
        except (OSError, UnicodeError, anyio.BrokenResourceError, anyio.EndOfStream, h11.ProtocolError) as error:
            raise NotDelivered(type(error).__name__) from None

    async def _checked(self, target: Target, *, private: bool) -> Sequence[str]:
        """All addresses of its host. One that may not be connected to is enough to refuse all."""
        addresses = await self._resolve(target.host, target.port)
        if not addresses:
            raise NotDelivered("no address")
        if not all(targets.may_go(targets.read(address), private=private) for address in addresses):
            raise NotDelivered("its address is not public" if not private else "its address is never allowed", again=False)
        return addresses

    async def _connect(self, target: Target, addresses: Sequence[str]) -> ByteStream:
        """To the first that answers."""
        for address in addresses[:-1]:
            try:
                return await self._opened(target, address)
            except (OSError, anyio.BrokenResourceError):
                continue
        return await self._opened(target, addresses[-1])

    async def _opened(self, target: Target, address: str) -> ByteStream:
        with anyio.fail_after(CONNECT_S):
            stream = await anyio.connect_tcp(address, target.port)
            if not target.secure:
                return stream
            try:
                return await TLSStream.wrap(stream, hostname=target.host, ssl_context=self._context, standard_compatible=False)
            except BaseException:
                await anyio.aclose_forcefully(stream)
                raise


async def exchange(stream: ByteStream, target: Target, headers: Headers, body: bytes) -> Answer:
    """Raises h11.ProtocolError for what is no HTTP."""
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=PIECE)
    fixed = [("Host", target.name), ("Content-Length", str(len(body))), ("Connection", "close")]
    said = [http.send(each) for each in (h11.Request(method="POST", target=target.path, headers=[*fixed, *headers]), h11.Data(data=body))]
    await stream.send(b"".join(piece for piece in [*said, http.send(h11.EndOfMessage())] if piece))
    status, found = 0, bytearray()
    while True:
        event = http.next_event()
        match event:
            case h11.NEED_DATA:
                http.receive_data(await _piece(stream))
            case h11.Response():
                status = event.status_code
                if not 200 <= status < 300:
                    return Answer(status)
            case h11.Data():
                found += event.data
                if len(found) > LARGEST:
                    return Answer(status, None)
            case h11.EndOfMessage():
                return Answer(status, bytes(found))
            case h11.InformationalResponse():
                pass
            case _:
                raise h11.RemoteProtocolError("it ended before its answer")


async def _piece(stream: ByteStream) -> bytes:
    try:
        return await stream.receive(PIECE)
    except anyio.EndOfStream:
        return b""

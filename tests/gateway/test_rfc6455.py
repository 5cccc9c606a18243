"""The websocket protocol by hand: what breaks it ends that socket alone, what belongs to it is answered."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest

from tests.gateway.live import GRANIANS_LOOPS, by_hand, hello, live, masked, request, rest, said, until, wait_for

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=GRANIANS_LOOPS)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


BREACHES = {
    "unmasked": masked(1, b"{}", mask=False),
    "bad utf-8": masked(1, b"\xff\xfe"),
    "a reserved bit": masked(1, b"{}", first=0xC0),
    "a reserved opcode": masked(3, b"{}"),
    "a stray continuation": masked(0, b"{}"),
    "a fragmented ping": masked(9, b"x", first=0),
    "a ping of 126 bytes": masked(9, b"x" * 126),
    "a close of one byte": masked(8, b"x"),
}


@pytest.mark.parametrize("breach", BREACHES)
async def test_a_breach_of_the_websocket_protocol_ends_that_socket_alone(breach: str) -> None:
    async with live("ann") as house:
        other = await house.client("ann")
        async with by_hand(house) as stream:
            await stream.send(BREACHES[breach])
            await rest(stream)
        await wait_for(lambda: house.here == 1)
        await other.send(said("ping", {}))
        assert json.loads(await other.recv())["t"] == "pong"
        await other.close()


async def test_pings_fragments_and_closes_of_the_protocol_are_answered() -> None:
    async with live("ann") as house, by_hand(house) as stream:
        await stream.send(masked(9, b"are you there"))
        assert await until(stream, b"there") == b"\x8a\x0dare you there"
        text = hello("ann").encode()
        await stream.send(masked(1, text[:20], first=0) + masked(9, b"?") + masked(0, text[20:]))
        assert b"hello_ack" in await until(stream, b"hello_ack")
        await stream.send(masked(8, (1000).to_bytes(2, "big")))
        assert (await rest(stream))[-4:] == b"\x88\x02\x03\xe8"


async def test_no_compression_is_agreed_on() -> None:
    async with live() as house, await anyio.connect_tcp("127.0.0.1", house.gateway.port) as stream:
        await stream.send(request(port=house.gateway.port))
        answer = (await until(stream, b"\r\n\r\n")).lower()
        assert answer.startswith(b"http/1.1 101")
        assert b"sec-websocket-extensions" not in answer

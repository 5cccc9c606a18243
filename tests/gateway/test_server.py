"""Granian itself, on loopback: order, back-pressure, the end, and the port."""

from __future__ import annotations

import json
import socket
import time
from itertools import pairwise
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway import server
from gateway.server import PortTaken, check
from tests.gateway.live import BURST, GRANIANS_LOOPS, by_hand, hello, live, masked, rest, said, told_in_bursts, until, wait_for

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=GRANIANS_LOOPS)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_every_connection_hears_everything_in_order() -> None:
    names = [f"u{n}" for n in range(10)]
    async with live(*names) as house:
        sockets = [await house.client(name, *(["batch"] if n % 2 else [])) for n, name in enumerate(names)]
        heard = await told_in_bursts(house, sockets, 10, "x" * 300)
        assert heard == [list(range(1, 10 * BURST + 1))] * 10
        stats = house.gateway.connections()
        assert (len(stats), house.gateway.stats().hub.inbox.dropped) == (10, 0), "nobody who reads is let go"
        for socket in sockets:
            await socket.close()


async def test_a_reader_that_stalls_is_let_go_with_bounded_memory_and_nobody_else_notices() -> None:
    async with live("good", "also", "slow") as house:
        good, also = await house.client("good"), await house.client("also", "batch")
        async with by_hand(house) as stalled:
            await stalled.send(masked(1, hello("slow").encode()))
            await until(stalled, b"hello_ack")
            (slow,) = [each for each in house.gateway.house.attendance.by_sid.values() if each.context.user_id == "u_slow"]
            heard = await told_in_bursts(house, [good, also], 16, "x" * 1000)
            assert heard == [list(range(1, 16 * BURST + 1))] * 2
            await wait_for(lambda: house.here == 2)
            stats = slow.outbox.stats()
            assert stats.peak_frames <= 1024
            assert stats.peak_bytes <= (1 << 20) + 2000
            assert house.gateway.stats().attendance.ended == {"4008": 1}
        await good.close()
        await also.close()


async def test_a_drain_closes_fifty_sockets_1012_within_three_seconds() -> None:
    async with live(per_user=100) as house:
        sockets = [await house.client("ann") for _ in range(50)]
        idle = [await anyio.connect_tcp("127.0.0.1", house.gateway.port) for _ in range(2)]
        await idle[0].send(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{house.gateway.port}\r\n\r\n".encode())
        await until(idle[0], b"ready")
        began = time.monotonic()
        house.scope.cancel()
        for socket in sockets:
            with pytest.raises(ConnectionClosed) as caught:
                await socket.recv()
            assert (caught.value.rcvd and caught.value.rcvd.code) == 1012
        await wait_for(lambda: not listens(house.gateway.port))
        assert time.monotonic() - began < 3
        for stream in idle:
            await stream.aclose()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_a_client_that_vanishes_is_noticed() -> None:
    async with live() as house:
        one = await house.client("ann")
        assert house.here == 1
        one.transport.abort()
        await wait_for(lambda: house.here == 0)


async def test_a_revoked_session_closes_its_real_socket_within_a_second() -> None:
    async with live("ann") as house:
        one = await house.client("ann")
        began = time.monotonic()
        house.town.revoke("ann")
        with pytest.raises(ConnectionClosed) as caught:
            await one.recv()
        assert (caught.value.rcvd and caught.value.rcvd.code) == 4001
        assert time.monotonic() - began < 1


async def test_frames_sent_in_one_go_are_answered_in_order() -> None:
    async with live("ann") as house:
        one = await house.client("ann")
        for n in range(200):
            await one.send(said("ping", {}, f"p{n}"))
        assert [json.loads(await one.recv())["reply_to"] for _ in range(200)] == [f"p{n}" for n in range(200)]
        await one.close()


async def test_whoever_sends_without_a_pause_leaves_others_their_turns() -> None:
    async with live("ann") as house:
        one = await house.client("ann")
        (ann,) = house.gateway.house.attendance.by_sid.values()
        for n in range(400):
            await one.send(said("ping", {}, f"p{n}"))
        seen = [ann.received]
        while ann.received < 401:
            await anyio.lowlevel.checkpoint()
            seen.append(ann.received)
        assert max(later - earlier for earlier, later in pairwise(seen)) <= 16
        await one.close()


async def test_a_socket_that_is_let_go_while_it_answers_is_closed_at_once() -> None:
    async with live("ann") as house:
        one = await connect(house.url, compression=None)
        await one.send(hello())
        await one.recv()
        house.town.hold = anyio.Event()
        await one.send(said("auth.invite_redeem", {"invite_token": "invite", "profile": {"handle": "zoe", "display_name": "Zoe"}}))
        (guest,) = house.gateway.house.attendance.by_sid.values()
        await wait_for(lambda: guest.received == 2)
        began = time.monotonic()
        guest.let_go(4008, "for a test")
        with pytest.raises(ConnectionClosed) as caught:
            await one.recv()
        assert (caught.value.rcvd and caught.value.rcvd.code) == 4008
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_another_pages_handshake_gets_403_and_no_socket(origin: str) -> None:
    async with live() as house:
        with pytest.raises(InvalidStatus) as caught:
            await connect(house.url, origin=origin)  # type: ignore[arg-type]
        assert caught.value.response.status_code == 403
        assert "content-security-policy" in caught.value.response.headers
        assert house.gateway.stats().requests["refused_origin"] == 1
        assert house.here == 0


async def test_our_own_pages_handshake_signs_in_by_cookie() -> None:
    async with live("ann") as house:
        own = {"origin": f"http://127.0.0.1:{house.gateway.port}", "additional_headers": {"Cookie": "dcc_session=ann"}}
        async with connect(house.url, **own) as one:  # type: ignore[arg-type]
            await one.send(hello())
            assert json.loads(await one.recv())["body"]["session"]["user"]["handle"] == "ann"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET // HTTP/1.1\r\nHost: HOST\r\n", b"404"),
        (b"GET /%00 HTTP/1.1\r\nHost: HOST\r\n", b"404"),
        (b"GET /..%2f..%5cetc HTTP/1.1\r\nHost: HOST\r\n", b"404"),
        (b"GET /%ff%fe HTTP/1.1\r\nHost: HOST\r\n", b"404"),
        (b"OPTIONS * HTTP/1.1\r\nHost: HOST\r\n", b"404"),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: [\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n", b"400"),
        (b"GET http://HOST/healthz HTTP/1.1\r\nHost: evil.example\r\n", b"400"),
        (b"GET /healthz HTTP/1.1\r\nHost: HOST\r\nX-Forwarded-Host: evil\r\n", b"200"),
    ],
)
async def test_odd_requests_are_answered_and_the_server_lives(line: bytes, status: bytes) -> None:
    async with live() as house:
        host = b"127.0.0.1:%d" % house.gateway.port
        for sent, expected in ((line, status), (b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n", b"200")):
            async with await anyio.connect_tcp("127.0.0.1", house.gateway.port) as stream:
                await stream.send(sent.replace(b"HOST", host) + b"Connection: close\r\n\r\n")
                assert (await rest(stream)).split(b" ")[1] == expected


async def test_a_taken_port_is_refused_in_one_line() -> None:
    async with live() as house:
        with pytest.raises(PortTaken) as caught:
            check("127.0.0.1", house.gateway.port)
        assert str(house.gateway.port) in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(PortTaken):
        check("no-such-host.invalid", 80)


async def test_a_server_that_ends_by_itself_is_revived_on_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    make = server._granian  # pyright: ignore[reportPrivateUsage]

    def remembered(*arguments: Any) -> Any:
        made.append(make(*arguments))
        return made[-1]

    monkeypatch.setattr(server, "_granian", remembered)
    async with live("ann") as house:
        await house.client("ann")
        port = house.gateway.port
        made[0].stop()
        await wait_for(lambda: len(made) == 2 and not house.gateway.house.attendance.draining and listens(port))
        assert house.gateway.port == port
        back = await house.client("ann")
        await back.close()

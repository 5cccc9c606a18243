"""Meeting a guest by UDP: a real ICE peer on loopback reaches the server's, and nobody gets more than that out of it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import anyio
import pytest
from aioice import ice
from aioice.candidate import Candidate
from aioice.ice import Connection

from gateway import reach
from gateway.app import Ways
from tests.conftest import ASYNCIO, TRIO
from tests.gateway.scene import Scene, scene
from tests.gateway.test_door import ORIGIN, Answered, ask
from tests.gateway.test_door import scope as http

pytestmark = pytest.mark.anyio
GOOD = {"ufrag": "abcd", "pwd": "abcdefghijklmnopqrstuv"}


@pytest.fixture(scope="module", params=[pytest.param(ASYNCIO, id="asyncio")])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """ICE is tried on this one only."""
    return request.param


@asynccontextmanager
async def reaching(*, rates: bool = False) -> AsyncGenerator[tuple[Ways, Scene]]:
    async with scene(rates=rates) as here, anyio.create_task_group() as tasks:
        ways = Ways(here.house, {})
        await tasks.start(ways.reach.run)
        yield ways, here
        tasks.cancel_scope.cancel()


async def post(ways: Ways, body: Any, *, client: str = "127.0.0.1", **more: str) -> Answered:
    headers = {"content-type": "application/json", "origin": ORIGIN, **more}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await ask(ways, {**http("/reach", *headers.items(), method="POST"), "client": (client, "5")}, raw)


def hosts(found: Answered) -> list[str]:
    return [candidate.split(" ")[4] for candidate in json.loads(found.body)["candidates"]]


async def freed(ways: Ways) -> None:
    with anyio.fail_after(reach.WITHIN_S):
        while ways.reach.open:
            await anyio.wait_all_tasks_blocked()


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the last word of a peer that has been reached, or for one that never comes."""
    monkeypatch.setattr(reach, "LINGER_S", 0)


@pytest.mark.usefixtures("brief")
async def test_a_peer_on_this_machine_reaches_the_server_and_is_reached_and_then_it_is_over() -> None:
    async with reaching() as (ways, _):
        guest = Connection(ice_controlling=True)
        await guest.gather_candidates()
        found = await post(ways, {"ufrag": guest.local_username, "pwd": guest.local_password})
        offered = json.loads(found.body)
        assert (found.status, set(offered), ways.reach.open) == (200, {"ufrag", "pwd", "candidates"}, 1)
        guest.remote_username, guest.remote_password = offered["ufrag"], offered["pwd"]
        for candidate in offered["candidates"]:
            await guest.add_remote_candidate(Candidate.from_sdp(candidate))
        await guest.add_remote_candidate(None)
        with anyio.fail_after(reach.WITHIN_S):
            await guest.connect()
        await guest.send(b"data that goes nowhere")
        await guest.close()
        await freed(ways)


async def test_a_peer_that_never_comes_is_let_go_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WITHIN_S", 0.05)
    async with reaching() as (ways, _):
        assert (await post(ways, GOOD)).status == 200
        monkeypatch.setattr(reach, "WITHIN_S", 10)
        await freed(ways)


async def test_loopback_is_offered_to_who_is_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["192.168.1.5"])  # type: ignore[misc]  # others change it
    async with reaching() as (ways, _):
        for client in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
            assert "127.0.0.1" in hosts(await post(ways, GOOD, client=client)), client
        for client in ("192.168.1.9", "fe80::1%eth0", "::ffff:192.168.1.9"):
            assert not any(ip_address(host).is_loopback for host in hosts(await post(ways, GOOD, client=client))), client


async def test_only_a_few_are_met_at_once() -> None:
    async with reaching() as (ways, _):
        found = [await post(ways, GOOD, client=f"192.168.1.{number}") for number in range(1, reach.MOST + 2)]
        assert [each.status for each in found] == [200] * reach.MOST + [503]
        assert (json.loads(found[-1].body)["code"], ways.reach.open) == ("UNAVAILABLE", reach.MOST)


async def test_nobody_takes_the_places_of_others() -> None:
    async with reaching() as (ways, _):
        mine = [*("192.168.1.1",) * 3, *(f"fd00::{number}" for number in range(3))]
        assert [(await post(ways, GOOD, client=client)).status for client in mine] == [200, 200, 503, 200, 200, 503]
        assert (await post(ways, GOOD, client="192.168.1.2")).status == 200


async def test_whoever_has_been_met_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reaching() as (ways, _):
        for _ in range(reach.MOST_OF_ONE + 1):
            monkeypatch.setattr(reach, "WITHIN_S", 0.05)
            assert (await post(ways, GOOD)).status == 200
            monkeypatch.setattr(reach, "WITHIN_S", 10)
            await freed(ways)


async def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    async with reaching(rates=True) as (ways, _):
        found = [await post(ways, {}) for _ in range(11)]
        assert [each.status for each in found] == [400] * 10 + [429]
        assert int(found[-1].header("retry-after") or 0) > 0
        assert (await post(ways, {}, client="192.0.2.77")).status == 400, "others are not held back"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 9000,
        {},
        [],
        {"ufrag": "abcd"},
        {**GOOD, "ufrag": "abc"},
        {**GOOD, "ufrag": "a" * 257},
        {**GOOD, "ufrag": "ab:d"},
        {**GOOD, "ufrag": "abcd\n"},
        {**GOOD, "ufrag": "äöüß"},
        {**GOOD, "pwd": "a" * 21},
        {**GOOD, "pwd": "a" * 257},
        {**GOOD, "pwd": "CANARY-and-spaces are no part"},
        {**GOOD, "pwd": None},
        {**GOOD, "ufrag": 5},
        {**GOOD, "candidates": ["1 1 udp 1 203.0.113.1 9 typ host"]},
    ],
)
async def test_what_is_no_ice_name_is_refused_and_not_repeated(body: Any) -> None:
    async with reaching() as (ways, _):
        found = await post(ways, body)
        assert (found.status, json.loads(found.body)["code"], ways.reach.open) == (400, "BAD_REQUEST", 0)
        assert b"CANARY" not in found.body


async def test_no_other_page_makes_the_server_a_peer() -> None:
    async with reaching() as (ways, _):
        assert (await post(ways, GOOD, origin="http://127.0.0.1:9999")).status == 403
        assert (await post(ways, GOOD, **{"sec-fetch-site": "cross-site"})).status == 403
        assert (await post(ways, GOOD, **{"content-type": "text/plain"})).status == 415
        assert (await ask(ways, http("/reach"))).status == 405
        assert ways.reach.open == 0


async def test_the_end_of_the_house_ends_every_meeting() -> None:
    async with reaching() as (ways, _):
        assert (await post(ways, GOOD)).status == 200
    assert ways.reach.open == 0
    assert ways.reach.answers is False


async def test_checks_from_more_places_than_a_guest_has_are_not_looked_at() -> None:
    peer = reach.agent("127.0.0.1")
    await peer.gather_candidates()
    for port in range(1, 100):
        check = type("Check", (), {"attributes": {"PRIORITY": 1}})()
        peer.check_incoming(check, ("203.0.113.1", port), peer._protocols[0])
    assert len(peer.remote_candidates) == reach.MOST_ADDRESSES
    await peer.close()


@pytest.mark.parametrize("anyio_backend", [TRIO], ids=["trio"])
async def test_on_a_loop_that_knows_no_ice_the_server_says_that_it_cannot() -> None:
    async with reaching() as (ways, _):
        found = await post(ways, GOOD)
        assert (found.status, json.loads(found.body)["code"]) == (503, "UNAVAILABLE")

"""What a device is called: by the browser that fetched its cookie, or by the program that brought its token."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.bus import Bus
from bus.message import Context
from bus.protocol import inside
from bus.protocol.auth import AuthInviteRedeem, AuthSession
from bus.protocol.session import Client
from bus.protocol.terms import User
from bus.secret import Secret
from bus.service import Service
from gateway import platforms
from gateway.app import Ways
from gateway.connection import Connection
from gateway.house import House
from gateway.platforms import BROWSERS, LONGEST, SYSTEMS
from gateway.settings import Settings
from tests.gateway import wires
from tests.gateway.test_door import ORIGIN, ask, scope

pytestmark = pytest.mark.anyio
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 Version/18.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605 CriOS/140.0 Mobile Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605 FxiOS/140.0 Safari/605", "Firefox on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.5 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537 Chrome/140 Safari/537 OPR/120", "Opera on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 SamsungBrowser/28 Chrome/130 Safari/537", "Samsung Internet on Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("python-httpx/0.28", ""),
        ("", ""),
        ("x" * 100_000 + FIREFOX, ""),
    ],
)
def test_a_user_agent_is_named_coarsely(user_agent: str, name: str) -> None:
    assert platforms.named(user_agent) == name


@given(st.text(max_size=200), st.sampled_from([*BROWSERS, *SYSTEMS, ""]))
def test_nothing_of_a_user_agent_gets_into_its_name(noise: str, mark: str) -> None:
    name = platforms.named(noise + mark + noise)
    assert set(name.split(" on ")) <= {*BROWSERS.values(), *SYSTEMS.values(), ""}
    assert len(name) <= LONGEST


@pytest.mark.parametrize(
    ("client", "name"),
    [
        (Client("web", "1", "web", FIREFOX), "Firefox on Linux"),
        (Client("bot", "1", "python"), "python"),
        (Client("bot", "1", "node", "hubot"), "node"),
        (Client("bot", "1", " a\nb\u202ec\0 "), "abc"),
        (Client("bot", "1", "x" * 200), "x" * 60),
    ],
)
def test_a_program_is_called_what_it_says(client: Client, name: str) -> None:
    assert platforms.of_client(client) == name


class Register(Service):
    """Writes down which platform is brought with which token."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("register", bus)
        self.seen: list[tuple[str, str]] = []

    @inside.SessionResume.answer
    async def resume(self, request: inside.SessionResume, context: Context) -> inside.SessionFound:
        token = request.token.reveal() if request.token else ""
        self.seen.append((token, request.platform))
        signed = inside.Signed("s_1", User("u_ann", "ann", "Ann")) if token else None
        return inside.SessionFound("e", signed)

    @AuthInviteRedeem.answer
    async def redeem(self, request: AuthInviteRedeem, context: Context) -> AuthSession:
        return AuthSession(Secret("new"), User("u_ann", "ann", "Ann"))

    @inside.Memberships.answer
    async def memberships(self, request: inside.Memberships, context: Context) -> inside.MembershipList:
        return inside.MembershipList({}, [])


@asynccontextmanager
async def registering() -> AsyncGenerator[tuple[House, Register]]:
    async with anyio.create_task_group() as tasks:
        register = Register(bus := Bus())
        house = House(bus, Settings(rate_limits=False))
        await tasks.start(register.run)
        await tasks.start(house.hub.run)
        yield house, register
        tasks.cancel_scope.cancel()


async def hello(house: House, client: dict[str, str], token: str | None = None, cookie: str | None = None) -> wires.Client:
    wire = wires.Wire()
    secret = Secret(cookie) if cookie else None
    found = wires.Client(wire, Connection(house, wire, sid="c_1", address="192.0.2.1", cookie=secret))
    resume = {"resume": {"session_token": token}} if token else {}
    async with anyio.create_task_group() as tasks:
        assert await house.attendance.admit("192.0.2.1")
        tasks.start_soon(found.connection.run)
        await found.say("hello", client=client, **resume)
        if not token and not cookie:
            await found.say("auth.invite_redeem", invite_token="i", profile={"handle": "ann", "display_name": "Ann"})
        wire.hang_up()
    return found


@pytest.mark.parametrize(("agent", "name"), [(FIREFOX, "Firefox on Linux"), ("secret stuff", "a browser"), (None, "a browser")])
async def test_a_browsers_session_is_called_after_its_user_agent(agent: str | None, name: str) -> None:
    async with registering() as (house, register):
        headers = [("origin", ORIGIN), ("content-type", "application/json"), *([("user-agent", agent)] if agent else [])]
        body = json.dumps({"invite_token": "i", "profile": {"handle": "ann", "display_name": "Ann"}}).encode()
        assert (await ask(Ways(house, {}), scope("/session", *headers, method="POST"), body)).status == 200
        assert register.seen == [("new", name)]


async def test_a_socket_with_a_cookie_leaves_the_name_as_it_is() -> None:
    async with registering() as (house, register):
        await hello(house, {"name": "web", "ver": "0", "platform": "web"}, cookie="mine")
        assert register.seen == [("mine", "")]


async def test_a_program_with_a_token_says_what_it_is() -> None:
    async with registering() as (house, register):
        await hello(house, {"name": "bot", "ver": "0", "platform": "python"}, token="mine", cookie="other")
        await hello(house, {"name": "app", "ver": "0", "platform": "web", "ua": CHROME}, token="mine")
        assert register.seen == [("mine", "python"), ("mine", "Chrome on Android")]


async def test_who_signs_up_on_a_socket_is_called_as_they_said_in_hello() -> None:
    async with registering() as (house, register):
        await hello(house, {"name": "bot", "ver": "0", "platform": "python"})
        assert register.seen == [("", ""), ("new", "python")]

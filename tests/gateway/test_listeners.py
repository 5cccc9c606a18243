"""Which way a request came in: over TLS or plain, from this machine or another, through a proxy or not."""

from __future__ import annotations

import pytest

from gateway import asgi
from gateway.door import forwarded
from gateway.settings import Secure
from tests.gateway.test_door import ask, scope, ways


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Nothing here waits, so one loop tells all."""
    return "asyncio"


@pytest.mark.parametrize(("strict", "scheme", "said"), [(True, "https", True), (True, "http", False), (False, "https", False)])
async def test_only_a_strict_house_tells_browsers_to_stay_with_https(strict: bool, scheme: str, said: bool) -> None:
    found = await ask(ways(strict=strict), scope("/", scheme=scheme))
    assert (found.header("strict-transport-security") is not None) is said


PROXIED = [("x-forwarded-proto", "https"), ("x-forwarded-for", "203.0.113.9, 198.51.100.7")]


async def test_one_proxy_is_believed_who_called_it_and_how() -> None:
    app = ways(trusted_proxy="192.0.2.1", strict=True)
    asked = scope("/ws", ("origin", "https://chat.local"), *PROXIED, kind="websocket", hosts=["chat.local"], scheme="ws")
    assert "websocket.accept" in (await ask(app, asked)).types
    found = await ask(app, scope("/", *PROXIED, hosts=["chat.local"]))
    assert (found.status, found.header("strict-transport-security") is not None) == (200, True)
    assert "connect-src 'self' wss://chat.local;" in (found.header("content-security-policy") or "")
    assert (await ask(app, scope("/", *PROXIED, hosts=["evil.example"]))).status == 400


async def test_nobody_else_is_believed_to_be_the_proxy() -> None:
    app = ways(trusted_proxy="192.0.2.7")
    assert (await ask(app, scope("/", *PROXIED, hosts=["chat.local"]))).status == 400
    assert (await ask(app, scope("/ws", ("origin", "https://127.0.0.1:8080"), *PROXIED, kind="websocket"))).status == 403


def test_a_proxy_is_one_hop_and_its_word_is_checked() -> None:
    assert asgi.address(forwarded(scope("/", *PROXIED))) == "198.51.100.7"
    for odd in ("", "unknown", "1.2.3.4, nobody", "1.2.3.4,", "[::1]:80x"):
        assert asgi.address(forwarded(scope("/", ("x-forwarded-for", odd)))) == "192.0.2.1", odd
    assert not asgi.is_secure(forwarded(scope("/", ("x-forwarded-proto", "gopher"), scheme="https")))
    assert asgi.is_secure(forwarded(scope("/", scheme="https"))), "a proxy that says nothing takes nothing away"


@pytest.mark.parametrize(
    ("client", "status"), [("127.0.0.1", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("192.168.1.5", 404), ("::ffff:10.0.0.1", 404)]
)
async def test_beside_https_the_plain_chat_is_for_this_machine_alone(client: str, status: int) -> None:
    app = ways(secure=Secure(certificate=lambda: pytest.fail("nobody listens here")))
    assert (await ask(app, scope("/app.js", client=client))).status == status
    assert ("websocket.accept" in (await ask(app, scope("/ws", kind="websocket", client=client))).types) is (status == 200)
    assert app.secure is not None
    assert (await ask(app.secure, scope("/app.js", client=client, hosts=["localhost:8443"], scheme="https"))).status == 200


async def test_the_name_that_was_free_on_the_network_is_ours_while_we_have_it() -> None:
    name: list[str | None] = [None]
    app = ways(found_as=lambda: name[0])
    asked = scope("/", hosts=["devchitchat-2.local:8080"])
    assert (await ask(app, asked)).status == 400
    name[0] = "devchitchat-2.local"
    assert (await ask(app, asked)).status == 200

"""Who may knock: names, origins, kinds and sizes, for every route, sockets and missing pages among them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bus.bus import Bus
from gateway.app import Ways
from gateway.asgi import Headers, Scope
from gateway.door import FIXED, Door
from gateway.house import House
from gateway.public import Page
from gateway.settings import Limits, Settings

pytestmark = pytest.mark.anyio
HOST = "127.0.0.1:8080"
ORIGIN = "http://127.0.0.1:8080"
ROUTES = ["/", "/app.js", "/ws", "/session", "/healthz", "/diag", "/diag.json", "/missing", "//", "/a/../b", "/\0", "", "*"]
GOOD_HOSTS = [
    "127.0.0.1:8080",
    "localhost:8080",
    "LOCALHOST:8080",
    "[::1]:8080",
    "192.168.1.5:8080",
    "chat.local:8080",
    "proxy.example:443",
]
BAD_HOSTS: list[list[str]] = [
    [], [""], ["a b"], ["["], ["[::1"], ["//"], ["evil.example:8080"], ["127.0.0.1"], ["127.0.0.1:80"], ["localhost:9999"],
    ["chat.local"], ["chat.local:80"], ["chat.local.evil:8080"], ["evil.chat.local:8080"], ["chatxlocal:8080"], ["chat.local:8080:8080"],
    ["chat.local:08080"], ["chat.local@evil:8080"], ["127.0.0.1:8080", "127.0.0.1:8080"], ["127.0.0.1:8080", "evil"], ["proxy.example"],
    ["localhost.:8080"], ["\xff:8080"], ["127.1:8080"], ["0x7f000001:8080"], ["127.0.0.1:8080/"], ["127.0.0.1:8080\0"],
    [f"{'a' * 70000}:8080"],
]  # fmt: skip
BAD_ORIGINS: list[list[str]] = [
    ["null"], [""], ["https://evil.example"], ["https://127.0.0.1:8080"], ["http://127.0.0.1"], ["http://127.0.0.1:8081"],
    ["http://127.0.0.1:8080.evil"], ["http://127.0.0.1:8080@evil"], ["HTTP://127.0.0.1:8080"], ["http://localhost:8080"],
    ["http://127.0.0.1:8080/"], [ORIGIN, ORIGIN], [ORIGIN, "https://evil.example"], [f"{ORIGIN}, {ORIGIN}"],
]  # fmt: skip
COOKIE = ("cookie", "dcc_session=x")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Nothing here waits, so one loop tells all."""
    return "asyncio"


def ways(**settings: Any) -> Ways:
    pages = {"/": Page(b"<p>", "text/html"), "/app.js": Page(b"x" * 999, "text/javascript"), "/diag.html": Page(b"<b>", "text/html")}
    return Ways(House(Bus(), Settings(hosts=("chat.local", "proxy.example:443"), **settings)), pages)


def scope(
    path: str,
    *headers: tuple[str, str],
    method: str = "GET",
    kind: str = "http",
    hosts: list[str] | None = None,
    scheme: str = "http",
    client: str = "192.0.2.1",
) -> Scope:
    named = [("host", host) for host in ([HOST] if hosts is None else hosts)]
    return {
        "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": scheme, "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in (*named, *headers)],
        "client": (client, "5"), "server": ("127.0.0.1", "8080"), "http_version": "1.1", "asgi": {"version": "3.0"},
    }  # fmt: skip


class Answered:
    """What an application answered to one scope."""

    def __init__(self, sent: list[Any]) -> None:
        self.types = [message["type"] for message in sent]
        self.status = next((message["status"] for message in sent if message["type"].endswith("response.start")), None)
        self.headers: Headers = [header for message in sent for header in message.get("headers", ())]
        self.body = b"".join(message.get("body", b"") for message in sent)

    def header(self, name: str) -> str | None:
        return next((value.decode() for key, value in self.headers if key == name.encode()), None)


async def ask(app: Any, asked: Scope, body: bytes = b"") -> Answered:
    """`app` is any ASGI application; for a websocket its client leaves as soon as it is asked to speak."""
    sent: list[Any] = []
    inward = [{"type": "websocket.connect"}] if asked["type"] == "websocket" else [{"type": "http.request", "body": body}]

    async def receive() -> Any:
        return inward.pop(0) if inward else {"type": f"{asked['type']}.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(asked, receive, send)
    return Answered(sent)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_a_name_that_is_not_ours_finds_nothing_behind_any_path(path: str, kind: str) -> None:
    app = ways()
    for hosts in BAD_HOSTS:
        found = await ask(app, scope(path, kind=kind, hosts=hosts))
        assert (found.status, json.loads(found.body)["code"]) == (400, "BAD_REQUEST"), hosts
        assert "websocket.accept" not in found.types
    assert app.plain.counts["refused_host"] == len(BAD_HOSTS)


@pytest.mark.parametrize("host", GOOD_HOSTS)
async def test_our_own_names_are_let_in(host: str) -> None:
    assert (await ask(ways(), scope("/", hosts=[host]))).status == 200
    assert "websocket.accept" in (await ask(ways(), scope("/ws", kind="websocket", hosts=[host]))).types


@pytest.mark.parametrize("cookie", [[], [COOKIE]])
async def test_a_handshake_from_another_page_is_refused_before_it_is_accepted(cookie: list[tuple[str, str]]) -> None:
    app = ways()
    for origins in BAD_ORIGINS:
        found = await ask(app, scope("/ws", *[("origin", origin) for origin in origins], *cookie, kind="websocket"))
        assert (found.status, found.types[0]) == (403, "websocket.http.response.start"), origins
        assert "websocket.accept" not in found.types
    assert app.plain.counts["refused_origin"] == len(BAD_ORIGINS)


async def test_a_handshake_with_our_cookie_must_say_where_it_comes_from() -> None:
    assert (await ask(ways(), scope("/ws", COOKIE, kind="websocket"))).status == 403
    assert "websocket.accept" in (await ask(ways(), scope("/ws", COOKIE, ("origin", ORIGIN), kind="websocket"))).types
    assert "websocket.accept" in (await ask(ways(), scope("/ws", kind="websocket"))).types


async def test_the_origin_follows_the_host_and_the_scheme() -> None:
    good = scope("/ws", ("origin", "https://localhost:8080"), kind="websocket", hosts=["localhost:8080"], scheme="wss")
    plain = scope("/ws", ("origin", "http://localhost:8080"), kind="websocket", hosts=["localhost:8080"], scheme="wss")
    assert "websocket.accept" in (await ask(ways(), good)).types
    assert (await ask(ways(), plain)).status == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("sec-fetch-site", "cross-site"), ("content-type", "application/json")], 403),
        ([("sec-fetch-site", "same-site"), ("content-type", "application/json")], 403),
        ([("origin", "https://evil.example"), ("content-type", "application/json")], 403),
        ([("origin", "null"), ("content-type", "application/json")], 403),
        ([COOKIE, ("content-type", "application/json")], 403),
        ([("content-type", "text/plain")], 415),
        ([("content-type", "application/x-www-form-urlencoded")], 415),
        ([("content-type", "multipart/form-data; boundary=application/json")], 415),
        ([("content-type", "application/jsonp")], 415),
        ([("content-type", "application/json"), ("content-length", "16385")], 413),
        ([("content-type", "application/json"), ("content-length", "9" * 5000)], 413),
    ],
)
async def test_no_other_page_changes_anything(headers: list[tuple[str, str]], status: int) -> None:
    app = ways()
    for method in ("POST", "PUT", "PATCH", "DELETE", "BREW"):
        for path in ("/session", "/missing", "/", "/diag"):
            assert (await ask(app, scope(path, *headers, method=method))).status == status, (method, path)


async def test_a_body_without_a_declared_size_is_counted_while_it_is_read() -> None:
    json_type = ("content-type", "application/json")
    assert (await ask(ways(), scope("/session", json_type, method="POST"), b"x" * 16_385)).status == 413
    assert (await ask(ways(limits=Limits(body_bytes=99)), scope("/session", json_type, method="POST"), b"x" * 100)).status == 413


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("path", ROUTES)
async def test_every_answer_carries_the_same_security_headers(path: str, strict: bool) -> None:
    app = ways(strict=strict)
    etag = (await ask(app, scope("/app.js"))).header("etag") or ""
    asked = [scope(path, method=method) for method in ("GET", "HEAD", "POST", "OPTIONS", "BREW")]
    asked += [scope(path, hosts=["evil"]), scope(path, kind="websocket", hosts=["evil"]), scope(path, ("if-none-match", etag))]
    for each in asked:
        found = await ask(app, each)
        policies = [value.decode() for name, value in found.headers if name == b"content-security-policy"]
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policies[0]
        assert "evil" not in policies[0]
        assert all(found.headers.count(header) == 1 for header in FIXED), each
        assert found.header("strict-transport-security") is None, "over plain HTTP it means nothing"
        assert (found.status or 999) < 500, path


async def test_the_policy_names_our_own_socket() -> None:
    found = await ask(ways(), scope("/", hosts=["chat.local:8080"]))
    assert "connect-src 'self' ws://chat.local:8080;" in (found.header("content-security-policy") or "")


async def test_a_page_that_breaks_says_nothing_of_why(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError("CANARY")

    for kind in ("http", "websocket"):
        found = await ask(Door(broken, Settings()), scope("/", kind=kind))
        assert (found.status, json.loads(found.body)["code"]) == (500, "INTERNAL")
        assert b"CANARY" not in found.body


async def test_headers_of_a_proxy_are_not_believed() -> None:
    for name in ("x-forwarded-host", "x-forwarded-for", "x-forwarded-proto", "forwarded"):
        assert (await ask(ways(), scope("/", (name, "localhost:8080"), hosts=["evil"]))).status == 400
        assert (await ask(ways(), scope("/", (name, "evil")))).status == 200

"""The guide: what a guest's device needs before it trusts this server, and over plain HTTP nothing else of the chat."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from ssl import PEM_cert_to_DER_cert
from typing import Any

import pytest
from msgspec.structs import replace

from bus.bus import Bus
from gateway import public
from gateway.app import HANDLED, Ways
from gateway.door import FIXED, Door
from gateway.guide import Guide, Way
from gateway.house import House
from gateway.settings import Secure, Settings
from tests.gateway.live import PUBLIC
from tests.gateway.test_door import Answered, ask
from tests.gateway.test_door import scope as http

pytestmark = pytest.mark.anyio
DER = b"0\x82\x01\x00 an authority"
PEM = b"-----BEGIN CERTIFICATE-----\nMIIBACBhbiBhdXRob3JpdHk=\n-----END CERTIFICATE-----\n"
PROFILE = b"<plist/>"
WAY = Way(name="attic", host="attic.local", https_port=8443, join="http://192.168.1.5:8080/join")
PAGES = public.load(PUBLIC)
WHOLE: dict[str, Any] = {"authority": PEM, "mobileconfig": PROFILE, "fingerprint": "AB:CD", "valid": lambda: (1_000, 2_000)}
NEXT_DOOR = "http://192.168.1.5:8080"
HERE = ["192.168.1.5:8443"]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Nothing here waits, so one loop tells all."""
    return "asyncio"


def safe(**given: Any) -> Secure:
    return Secure(certificate=lambda: pytest.fail("nobody listens here"), **{**WHOLE, **given})


def guide(way: Callable[[], Way] = lambda: WAY, **given: Any) -> Guide:
    return Guide(PAGES, way, safe(**given))


def plain(**given: Any) -> Door:
    """As strangers meet it: with the door of plain HTTP in front."""
    return Door(guide(**given), Settings(hosts=("attic.local",)))


def secure() -> Door:
    """The whole chat, and the guide beside it."""
    door = Ways(House(Bus(), Settings(hosts=("attic.local",), secure=safe())), PAGES, guide()).secure
    assert door
    return door


async def get(app: Any, path: str, *headers: tuple[str, str], **more: Any) -> Answered:
    scheme = "https" if more.get("hosts") == HERE else "http"
    return await ask(app, {**http(path, *headers, **more), "scheme": scheme})


def needed(url: str = "/join.html", seen: set[str] | None = None) -> set[str]:
    """The page and all that it asks for, and that asks for, as written in the files."""
    seen = seen if seen is not None else set()
    if url in seen:
        return seen
    seen.add(url)
    text = (PUBLIC / url[1:]).read_text(encoding="utf-8") if url.endswith((".html", ".js", ".css")) else ""
    asked = re.findall(r'(?:href|src)="(/[^"#]+\.[a-z]+)"', text) if url.endswith(".html") else []
    asked += [str(Path(url).parent / name) for name in re.findall(r"^import .*?'(\.[^']+)'", text, re.MULTILINE)]
    for name in asked:
        needed("/" + str((PUBLIC / name[1:]).resolve().relative_to(PUBLIC)), seen)
    return seen


async def test_plain_http_serves_the_page_all_that_it_needs_and_nothing_else() -> None:
    wanted = {*needed(), "/", "/join", "/join.json", "/healthz", "/authority.crt", "/authority.mobileconfig"}
    others = {"/reachable", "/ws", "/session", "/qr", "/reach", "/diag", "/diag.json", "/shell.json", "/nothing", "//", "/join/", ""}
    asked = wanted | others | set(PAGES) | set(HANDLED)
    assert {path for path in asked if (await get(plain(), path)).status == 200} == wanted
    assert {(await get(plain(), path)).status for path in asked - wanted} == {404}


async def test_no_script_of_the_guide_lies_idle() -> None:
    assert {url for url in guide().paths if url in PAGES} <= needed()


@pytest.mark.parametrize("path", ["/", "/join", "/join.json", "/healthz", "/authority.crt", "/css/join.css", "/css/tokens.css"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_nothing_but_reading_is_done(path: str, method: str) -> None:
    found = await get(guide(), path, method=method)
    assert (found.status, found.header("allow")) == (405, "GET, HEAD")


async def test_head_has_the_headers_and_no_body() -> None:
    for path in ("/", "/join.json", "/authority.crt", "/healthz"):
        whole, head = await get(plain(), path), await get(plain(), path, method="HEAD")
        assert (head.status, head.headers, head.body) == (200, whole.headers, b"")


@pytest.mark.parametrize("path", ["/ws", "/", "/join", "/reachable"])
async def test_a_socket_is_refused_before_it_is_accepted(path: str) -> None:
    found = await get(plain(), path, kind="websocket")
    assert (found.status, found.types[0]) == (404, "websocket.http.response.start")


@pytest.mark.parametrize("app", [plain, secure])
async def test_the_authority_is_a_file_that_devices_open_by_themselves(app: Any) -> None:
    certificate, profile = await get(app(), "/authority.crt", hosts=host(app)), await get(app(), "/authority.mobileconfig", hosts=host(app))
    assert certificate.body == DER == PEM_cert_to_DER_cert(PEM.decode())
    assert certificate.header("content-type") == "application/x-x509-ca-cert"
    assert certificate.header("content-disposition") == 'attachment; filename="devchitchat-authority.crt"'
    assert (profile.body, profile.header("content-type")) == (PROFILE, "application/x-apple-aspen-config")
    assert profile.header("content-disposition") == 'attachment; filename="devchitchat.mobileconfig"'


def host(app: Any) -> list[str]:
    return HERE if app is secure else ["192.168.1.5:8080"]


async def test_with_a_certificate_of_the_operators_own_there_is_nothing_to_install() -> None:
    app = plain(authority=None, mobileconfig=None)
    assert [(await get(app, path)).status for path in ("/authority.crt", "/authority.mobileconfig")] == [404, 404]
    assert json.loads((await get(app, "/join.json")).body)["has_authority"] is False


async def test_the_page_is_told_the_way_and_a_new_name_holds_at_once() -> None:
    way = [WAY]
    at = guide(lambda: way[0])
    told = {"name": "attic", "host": "attic.local", "https_port": 8443, "join": "http://192.168.1.5:8080/join"}
    expected = {**told, "fingerprint": "AB:CD", "has_authority": True, "whole": False, "valid_from": 1_000, "valid_until": 2_000}
    assert json.loads((await get(at, "/join.json")).body) == expected
    way[0] = replace(WAY, host="attic-2.local")
    found = await get(at, "/join.json")
    assert json.loads(found.body) == {**expected, "host": "attic-2.local"}
    assert (found.header("content-type"), found.header("cache-control")) == ("application/json", "no-store")


@pytest.mark.parametrize(
    ("hosts", "allowed"),
    [
        (["192.168.1.5:8080"], " https://192.168.1.5:8443 https://attic.local:8443"),
        (["Attic.local:8080"], " https://attic.local:8443"),
        (["[fe80::1]:8080"], " https://*:8443 https://attic.local:8443"),
    ],
)
async def test_over_plain_http_the_page_may_ask_our_own_https_and_no_one_else(hosts: list[str], allowed: str) -> None:
    for path in ("/", "/join", "/join.html"):
        found = await get(plain(), path, hosts=hosts)
        policies = [value.decode() for name, value in found.headers if name == b"content-security-policy"]
        assert [re.findall(r"connect-src 'self'(.*?);", policy) for policy in policies] == [[allowed]]
        assert all(found.headers.count(header) == 1 for header in FIXED)
    other = (await get(plain(), "/join.json", hosts=hosts)).header("content-security-policy") or ""
    assert "https://" not in other, "the page alone may"


async def test_over_https_the_page_has_the_policy_of_all_others() -> None:
    policies = [(await get(secure(), path, hosts=HERE)).header("content-security-policy") for path in ("/", "/join")]
    assert policies[0] == policies[1]


async def test_over_https_the_guide_stands_beside_the_chat_but_is_no_part_of_its_shell() -> None:
    app = secure()
    assert (await get(app, "/", hosts=HERE)).body == PAGES["/"].body
    for path in ("/join", *guide().paths - {"/reachable"}):
        assert (await get(app, path, hosts=HERE)).status == 200, path
    listed = json.loads((await get(app, "/shell.json", hosts=HERE)).body)["files"]
    assert guide().paths.isdisjoint(listed)
    assert "/css/tokens.css" in listed


async def test_the_page_on_plain_http_sees_that_https_is_reachable() -> None:
    found = await get(secure(), "/reachable", ("origin", NEXT_DOOR), hosts=HERE)
    assert (found.status, found.body) == (204, b"")
    assert found.header("access-control-allow-origin") == NEXT_DOOR
    assert [value for name, value in found.headers if name == b"cross-origin-resource-policy"] == [b"cross-origin"]
    assert found.header("access-control-allow-credentials") is None
    bare = await get(secure(), "/reachable", hosts=HERE)
    assert (bare.status, bare.header("access-control-allow-origin")) == (204, None)


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://8.8.8.8:8080", "http://192.168.1.5.evil:8080", "null", "", "ftp://192.168.1.5", "192.168.1.5"],
)
async def test_pages_of_other_hosts_see_nothing(origin: str) -> None:
    found = await get(secure(), "/reachable", ("origin", origin), hosts=HERE)
    assert (found.status, found.header("access-control-allow-origin")) == (403, None)
    assert found.header("cross-origin-resource-policy") == "same-origin"


@pytest.mark.parametrize(
    ("path", "method", "kind"), [("/join.json", "GET", "http"), ("/reachable", "POST", "http"), ("/reachable", "GET", "websocket")]
)
async def test_our_own_plain_page_may_read_nothing_else_across(path: str, method: str, kind: str) -> None:
    asked = http(path, ("origin", NEXT_DOOR), ("content-type", "application/json"), method=method, kind=kind, hosts=HERE)
    assert (await ask(secure(), asked)).status == 403


async def test_without_a_guide_of_its_own_the_page_is_there_and_says_that_there_is_no_https() -> None:
    app = Ways(House(Bus(), Settings()), PAGES)
    assert (await get(app, "/join")).status == 200
    assert json.loads((await get(app, "/join.json")).body)["https_port"] is None

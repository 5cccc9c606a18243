"""The pages with a handler: the browser's session, health, and the diagnostics that are missing for most."""

from __future__ import annotations

import json
from http.cookies import SimpleCookie
from typing import Any

import pytest

from bus.protocol.terms import User
from bus.secret import Secret
from gateway import asgi
from gateway.app import Ways
from gateway.public import Page
from gateway.settings import Settings
from tests.gateway.scene import Scene, scene
from tests.gateway.test_door import ORIGIN, Answered, ask
from tests.gateway.test_door import scope as http
from tests.gateway.town import CANARY

pytestmark = pytest.mark.anyio
DIAG = Page(b"<b>diag</b>", "text/html")
PROFILE = {"handle": "ann", "display_name": "Ann"}


class Browser:
    """Asks with its cookie, as a page of ours does."""

    def __init__(self, here: Scene, settings: Settings | None = None) -> None:
        self.ways = Ways(here.house, {"/": Page(b"<p>", "text/html"), "/diag.html": DIAG})
        self.cookie: str | None = None

    async def ask(self, method: str, path: str, body: Any = None) -> Answered:
        headers = [("origin", ORIGIN), ("content-type", "application/json")] if method not in {"GET", "HEAD"} else []
        cookie = [("cookie", f"other=1; dcc_session={self.cookie}")] if self.cookie else []
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        found = await ask(self.ways, http(path, *headers, *cookie, method=method), raw)
        if set_cookie := found.header("set-cookie"):
            self.cookie = SimpleCookie(set_cookie)["dcc_session"].value or None
        return found


def code(found: Answered) -> tuple[int | None, str]:
    return found.status, json.loads(found.body)["code"]


async def test_a_browser_signs_in_by_invite_and_sees_no_token() -> None:
    async with scene() as here:
        browser = Browser(here)
        found = await browser.ask("POST", "/session", {"invite_token": "invite", "profile": PROFILE})
        assert found.status == 200
        assert json.loads(found.body) == {"user": {"user_id": "u_ann", "handle": "ann", "display_name": "Ann", "roles": [], "bot": False}}
        assert found.header("set-cookie") == "dcc_session=ann; Max-Age=34560000; Path=/; HttpOnly; SameSite=Strict"
        assert found.header("cache-control") == "no-store"
        shown = await browser.ask("GET", "/session")
        assert (shown.status, json.loads(shown.body)) == (200, json.loads(found.body))


async def test_a_link_and_a_session_token_sign_in_too() -> None:
    async with scene() as here:
        here.town.grant("bob")
        assert (await Browser(here).ask("POST", "/session", {"link_token": "ann"})).status == 200
        assert (await Browser(here).ask("POST", "/session", {"session_token": "bob"})).status == 200


async def test_signing_out_ends_the_session_and_takes_the_cookie_back() -> None:
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("ann")
        found = await browser.ask("DELETE", "/session")
        assert found.status == 200
        assert found.header("set-cookie") == "dcc_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"
        assert here.town.sessions == {}
        assert code(await browser.ask("GET", "/session")) == (401, "AUTH_REQUIRED")
        assert (await browser.ask("DELETE", "/session")).status == 200, "who is out already is out"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "BAD_REQUEST")),
        (b"{", (400, "BAD_REQUEST")),
        (b"\xff", (400, "BAD_REQUEST")),
        (b"[" * 9000, (400, "BAD_REQUEST")),
        ({}, (400, "BAD_REQUEST")),
        ({"invite_token": 5}, (400, "BAD_REQUEST")),
        ({"invite_token": "invite"}, (400, "BAD_REQUEST")),
        ({"invite_token": "invite", "session_token": "x"}, (400, "BAD_REQUEST")),
        ({"invite_token": "invite", "profile": {"handle": "Ä", "display_name": "x"}}, (400, "BAD_REQUEST")),
        ({"session_token": "x", CANARY: 1}, (400, "BAD_REQUEST")),
        ({"session_token": CANARY}, (401, "AUTH_FAILED")),
        ({"invite_token": CANARY, "profile": PROFILE}, (401, "AUTH_FAILED")),
    ],
)
async def test_a_bad_key_is_refused_and_not_repeated(body: Any, expected: tuple[int, str]) -> None:
    async with scene() as here:
        found = await Browser(here).ask("POST", "/session", body)
        assert code(found) == expected
        assert found.header("set-cookie") is None
        assert CANARY.encode() not in found.body


async def test_who_is_signed_in_redeems_nothing_and_who_is_banned_stays_out() -> None:
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("bob")
        assert code(await browser.ask("POST", "/session", {"invite_token": "invite", "profile": PROFILE})) == (409, "CONFLICT")
        here.town.banned.add("eve")
        assert code(await Browser(here).ask("POST", "/session", {"session_token": "eve"})) == (403, "FORBIDDEN")


async def test_guessing_is_limited_and_told_when_to_come_back() -> None:
    async with scene(rates=True) as here:
        browser = Browser(here)
        found = [await browser.ask("POST", "/session", {"session_token": f"guess{n}"}) for n in range(12)]
        assert [each.status for each in found] == [401] * 10 + [429] * 2
        assert int(found[-1].header("retry-after") or 0) > 0
        assert json.loads(found[-1].body)["details"]["retry_after_ms"] > 0


async def test_health_is_ready_until_the_server_drains() -> None:
    async with scene() as here:
        browser = Browser(here)
        found = await browser.ask("GET", "/healthz")
        assert (found.status, json.loads(found.body)) == (200, {"status": "ready"})
        await here.house.attendance.drain()
        found = await browser.ask("GET", "/healthz")
        assert (found.status, json.loads(found.body)) == (503, {"status": "draining"})
        assert (await ask(browser.ways, http("/ws", kind="websocket"))).status == 503


@pytest.mark.parametrize("who", [None, "unknown", "ann", "banned"])
async def test_for_all_but_admins_the_diagnostics_are_missing_byte_for_byte(who: str | None) -> None:
    async with scene() as here:
        here.town.grant("ann")
        here.town.banned.add("banned")
        browser = Browser(here)
        browser.cookie = who
        for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW"):
            missing = await browser.ask(method, "/no-such-page")
            for path in ("/diag", "/diag.json", "/diag.html"):
                found = await browser.ask(method, path)
                assert (found.status, found.headers, found.body) == (404, missing.headers, missing.body), (method, path)


async def test_a_flood_of_cookies_is_refused_but_the_diagnostics_stay_missing() -> None:
    async with scene(rates=True) as here:
        browser = Browser(here)
        browser.cookie = "guess"
        found = [(await browser.ask("GET", "/session")).status for _ in range(300)]
        assert found[0] == 401
        assert 429 in found  # not the last for certain: one more is let through every now and then
        assert (await browser.ask("GET", "/diag")).status == 404
        assert (await browser.ask("GET", "/")).status == 200


async def test_an_admin_sees_the_diagnostics() -> None:
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("root", "admin")
        page, data = await browser.ask("GET", "/diag"), await browser.ask("GET", "/diag.json")
        assert (page.status, page.body) == (200, DIAG.body)
        assert (data.status, json.loads(data.body), data.header("cache-control")) == (200, {"house": {"up": True}}, "no-store")
        assert (await browser.ask("GET", "/diag.html")).status == 404
        assert (await browser.ask("POST", "/diag")).status == 404


async def test_plain_http_is_told_that_the_socket_is_a_socket() -> None:
    async with scene() as here:
        assert [(await Browser(here).ask(method, "/ws")).status for method in ("GET", "POST")] == [426, 426]
        assert (await ask(Browser(here).ways, http("/other", kind="websocket"))).status == 404


@pytest.mark.parametrize("path", ["/healthz/", "//healthz", "/healthz/../session", "/session/", "/session\0", "/SESSION", "/%2e"])
async def test_only_the_exact_path_is_a_page(path: str) -> None:
    async with scene() as here:
        assert code(await Browser(here).ask("GET", path)) == (404, "NOT_FOUND")


async def test_a_method_that_a_page_does_not_have_is_told_which_it_has() -> None:
    async with scene() as here:
        found = await Browser(here).ask("PUT", "/session")
        assert (found.status, json.loads(found.body)) == (405, {"code": "BAD_REQUEST", "message": "this cannot be done"})
        assert "POST" in (found.header("allow") or "")


async def test_what_breaks_inside_shows_nothing() -> None:
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("ann")
        here.town.sessions["ann"] = type("Broken", (), {"user": User("u_ann", "ann", CANARY)})()  # type: ignore[assignment]
        found = await browser.ask("GET", "/session")
        assert code(found) == (500, "INTERNAL")
        assert CANARY.encode() not in found.body


def test_over_tls_the_cookie_belongs_to_this_host_alone() -> None:
    names = {scheme: asgi.cookie_name({"scheme": scheme}) for scheme in ("https", "wss", "http", "ws")}
    assert names == {"https": "__Host-dcc_session", "wss": "__Host-dcc_session", "http": "dcc_session", "ws": "dcc_session"}
    assert str(Secret(CANARY)) == "***"

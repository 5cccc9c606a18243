"""The QR code: drawn for people who are signed in, whole, and with nothing of its text anywhere else."""

from __future__ import annotations

import json
import logging
import re
from typing import Any
from xml.etree import ElementTree

import pytest
import segno

from bus.secret import Secret
from gateway import qr
from tests.gateway.scene import scene
from tests.gateway.test_door import ORIGIN, ask
from tests.gateway.test_door import scope as http
from tests.gateway.test_pages import Browser, code
from tests.gateway.town import CANARY

pytestmark = pytest.mark.anyio
LINK = f"http://192.168.1.20:8080/#link={'a1B_' * 10}"
QUIET = 4
SVG = "{http://www.w3.org/2000/svg}"


def modules(picture: bytes) -> list[list[int]]:
    """The picture as squares, 1 for a dark one, as its path paints them."""
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    left, top, width, height = map(int, root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, height)
    ground, dark = root.findall(f"{SVG}path")
    assert (ground.attrib["fill"], ground.attrib["d"]) == ("#fff", f"M0 0h{width}v{width}h-{width}z")
    assert dark.attrib["stroke"] == "#000"
    squares = [[0] * width for _ in range(width)]
    x, y = 0.0, 0.0
    for step, across, down in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", dark.attrib["d"]):
        match step:
            case "M":
                x, y = float(across), float(down)
            case "m":
                x, y = x + float(across), y + float(down)
            case _:
                for column in range(int(x), int(x + float(across))):
                    squares[int(y)][column] = 1
                x += float(across)
    return squares


@pytest.mark.parametrize("text", [LINK, "x", "x" * 512, "\N{PILE OF POO}" * 512, "Grüße, Ωμέγα", "0123456789", "<svg onload='x'>&\0"])
def test_what_is_drawn_is_the_code_of_the_text_with_a_quiet_zone(text: str) -> None:
    squares = modules(qr.svg(Secret(text)))
    inner = [row[QUIET:-QUIET] for row in squares[QUIET:-QUIET]]
    assert inner == [list(row) for row in segno.make(text, error="m", micro=False, encoding="utf-8").matrix]
    assert sum(map(sum, inner)) == sum(map(sum, squares)), "the quiet zone is quiet"


def test_the_text_itself_is_not_in_the_picture() -> None:
    assert CANARY.encode() not in qr.svg(Secret(CANARY))


async def test_who_is_signed_in_gets_a_picture_that_nobody_keeps() -> None:
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("ann")
        found = await browser.ask("POST", "/qr", {"text": LINK})
        assert (found.status, found.header("content-type"), found.header("cache-control")) == (200, "image/svg+xml", "no-store")
        assert found.body == qr.svg(Secret(LINK))
        assert "script-src 'self'" in (found.header("content-security-policy") or "")
        assert (await browser.ask("POST", "/qr", {"text": "\N{PILE OF POO}" * 512})).status == 200


@pytest.mark.parametrize("who", [None, "unknown", "banned"])
async def test_nobody_else_gets_one(who: str | None) -> None:
    async with scene() as here:
        here.town.banned.add("banned")
        browser = Browser(here)
        browser.cookie = who
        assert code(await browser.ask("POST", "/qr", {"text": CANARY})) == (401, "AUTH_REQUIRED")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"text": "\xff"}',
        b'{"text": "\\ud800 %s"}' % CANARY.encode(),
        {},
        {"text": ""},
        {"text": CANARY * 30},
        {"text": [CANARY]},
        {"text": CANARY, CANARY: 1},
    ],
)
async def test_a_bad_text_is_refused_and_neither_repeated_nor_logged(body: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("ann")
        found = await browser.ask("POST", "/qr", body)
        assert code(found) == (400, "BAD_REQUEST")
        assert CANARY.encode() not in found.body
        assert (await browser.ask("POST", "/qr", {"text": CANARY})).status == 200
    assert CANARY not in caplog.text


async def test_a_text_that_breaks_the_drawing_is_not_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(text: Secret) -> bytes:
        raise ZeroDivisionError(f"while drawing {text}")

    monkeypatch.setattr(qr, "svg", broken)
    async with scene() as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("ann")
        assert code(await browser.ask("POST", "/qr", {"text": CANARY})) == (500, "INTERNAL")
    assert "ZeroDivisionError" in caplog.text
    assert CANARY not in caplog.text


async def test_another_page_gets_none_with_our_cookie() -> None:
    async with scene() as here:
        browser = Browser(here)
        cookie, kind = ("cookie", f"dcc_session={here.town.grant('ann')}"), ("content-type", "application/json")
        body = json.dumps({"text": LINK}).encode()
        for headers in ([cookie, kind], [cookie, kind, ("origin", "https://evil.example")]):
            assert (await ask(browser.ways, http("/qr", *headers, method="POST"), body)).status == 403
        site = ("sec-fetch-site", "cross-site")
        assert (await ask(browser.ways, http("/qr", cookie, kind, ("origin", ORIGIN), site, method="POST"), body)).status == 403
        assert (await ask(browser.ways, http("/qr", cookie, ("origin", ORIGIN), method="POST"), body)).status == 415
        assert (await browser.ask("GET", "/qr")).status == 405


async def test_nobody_keeps_the_server_drawing() -> None:
    async with scene(rates=True) as here:
        browser = Browser(here)
        browser.cookie = here.town.grant("ann")
        found = [await browser.ask("POST", "/qr", {"text": "x"}) for _ in range(22)]
        assert [each.status for each in found] == [200] * 20 + [429] * 2
        assert int(found[-1].header("retry-after") or 0) > 0

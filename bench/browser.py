"""A real Chromium for the benches, and people who are signed in already."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

from bench.wire import Lacking

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Playwright

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
STOP_S = 10.0


@asynccontextmanager
async def launched(*flags: str) -> AsyncGenerator[Browser]:
    program, playwright = chromium(), await _started()
    try:
        yield await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
    finally:
        with anyio.move_on_after(STOP_S, shield=True):
            await playwright.stop()  # and with it the browsers


async def _started() -> Playwright:
    """Nobody is cancelled while it starts: they could not stop what they have not got yet."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        raise Lacking("playwright is not installed: run `./run bench` in a checkout") from None
    with anyio.CancelScope(shield=True):
        return await async_playwright().start()
    raise AssertionError


async def opened(browser: Browser, url: str, cookie: str, script: str = "") -> Page:
    """The page as somebody with this cookie sees it, in a profile of their own; `script` runs in it before all else."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    name, _, value = cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": url}])
    await context.add_init_script(script)
    page = await context.new_page()
    await page.goto(url)
    return page


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise Lacking("there is no Chromium: install it, or name it in the environment variable CHROMIUM")
    return found

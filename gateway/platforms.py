"""What somebody's device is called in the list of their sessions: coarse, so that it tells devices apart and people not.

A User-Agent names all its ancestors too: the first name in these tables that is in it counts.
"""

from __future__ import annotations

from typing import Final

from bus.protocol.session import Client
from gateway import asgi
from gateway.asgi import Scope

BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chromium/": "Chromium",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
    "FreeBSD": "FreeBSD",
}
LOOKED_AT: Final = 512
LONGEST: Final = 60


def named(user_agent: str) -> str:
    """Such as `Firefox on Linux`; what is not known is left out, and nothing of a User-Agent itself gets in."""
    text = user_agent[:LOOKED_AT]
    browser = next((name for mark, name in BROWSERS.items() if mark in text), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in text), "")
    return " on ".join(filter(None, [browser, system]))


def of_browser(scope: Scope) -> str:
    """What is behind a request of a page."""
    return named((asgi.header(scope, b"user-agent") or b"").decode("latin-1")) or "a browser"


def of_client(client: Client) -> str:
    """What a program says of itself: its User-Agent, if that tells anything, or else its platform in its own words."""
    return named(client.ua or "") or "".join(filter(str.isprintable, client.platform)).strip()[:LONGEST]

"""What the one who starts the server sees, and where the pages lie."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import msgspec

import devchitchat
from bus.protocol.admin import AdminInvite
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.links import Links
from devchitchat.version import VERSION


def say(config: Config, links: Links, first: AdminInvite | None, fingerprint: str | None) -> None:
    """Print where to go: the first admin's link on an empty house, and how to make another invite afterwards."""
    print(*lines(config, links, first, fingerprint), sep="\n", flush=True)
    if sys.stdout.isatty() and links.network:
        print(code(links.for_guest(first) if first else links.join), flush=True)


def lines(config: Config, links: Links, first: AdminInvite | None, fingerprint: str | None) -> list[str]:
    """The first three are always there: that it is ready, what to do next, and who can reach it."""
    said = [f"devchitchat {VERSION} is ready at {links.here} (Ctrl+C stops it)"]
    if first:
        said.append(f"You are its first admin. Open: {links.for_me(first)}")
    else:
        said.append("To invite somebody: devchitchat invite (or ./run invite); for an admin: devchitchat invite --admin")
    if not links.network:
        return [*said, f"Only this machine can reach it; {_how_to_open(config)}", *_rest(config, links, fingerprint)]
    said.append(f"Friends on your network begin at {links.join}")
    if first and links.join != f"{links.here}/":
        said.append(f"  and on another machine you are the first admin at {links.for_guest(first)}")
    said += [f"  by name     {url}" for url in links.by_name]
    said += [f"  by address  {url}" for url in links.by_address]
    return [*said, *_rest(config, links, fingerprint)]


def say_as_json(config: Config, links: Links, first: AdminInvite | None, fingerprint: str | None) -> None:
    """The same for a program, in one line."""
    found = {
        "version": VERSION,
        "here": links.here,
        "join": links.join,
        "by_name": links.by_name,
        "by_address": links.by_address,
        "http_port": links.http_port,
        "https_port": links.https_port,
        "first_invite": first.invite_token.reveal() if first else None,
        "fingerprint": fingerprint,
        "mdns": config.is_found,
        "turn": bool(config.turn_urls),
        "data": str(config.data),
    }
    print(msgspec.json.encode(found).decode(), flush=True)


def code(link: str) -> str:
    """A QR code of half blocks, for a phone's camera."""
    import segno  # Here, for a start that nobody looks at need not wait for it.

    out = StringIO()
    segno.make(link, error="l", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()


def _rest(config: Config, links: Links, fingerprint: str | None) -> list[str]:
    encrypted = "off" if links.https_port is None else f"authority {fingerprint}" if fingerprint else "your own certificate"
    on = [f"TLS: {encrypted}", f"mDNS: {'on' if config.is_found else 'off'}", f"TURN: {'on' if config.turn_urls else 'off'}"]
    return [*on, f"Data: {config.data}"]


def _how_to_open(config: Config) -> str:
    if not config.address.is_loopback:
        return "there is no network"
    return f"friends on your network can {'with --host 0.0.0.0' if config.tls.mode == 'off' else 'without --host'}"


def page_directory() -> Path:
    """The browser's files: inside the installed package, or beside it in a checkout."""
    package = Path(devchitchat.__file__).parent
    for place in (package / "public", package.parent / "public"):
        if (place / "index.html").is_file():
            return place
    raise Stop("the pages are missing: install devchitchat again")

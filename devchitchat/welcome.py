"""What the one who starts the server sees, and where the pages lie."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import msgspec

import devchitchat
from bus.protocol.admin import AdminInvite
from devchitchat.errors import Stop
from devchitchat.links import without_certificate
from devchitchat.outside import Outside
from devchitchat.version import VERSION


def say(outside: Outside, first: AdminInvite | None) -> None:
    """Print where to go: the first admin's link on an empty house, and how to make another invite afterwards."""
    print(*lines(outside, first), sep="\n", flush=True)
    links = outside.links()
    if sys.stdout.isatty() and links.network:
        print("For the camera of a phone, where friends begin:", code(links.join), sep="\n", flush=True)


def lines(outside: Outside, first: AdminInvite | None) -> list[str]:
    """That it is ready comes first, then what to do next, then who can reach it and how; where the data is comes last."""
    links = outside.links()
    said = [f"devchitchat {VERSION} is ready at {links.here} (Ctrl+C stops it)"]
    if outside.moved_from:
        taken = f"Port {outside.moved_from} is in use by another program"
        said.append(f"{taken}, so this is port {links.http_port} (--http-port chooses another)")
    if first:
        said.append(f"You are its first admin. Open: {links.for_me(first)}")
    else:
        said.append("To invite somebody: devchitchat invite (or ./run invite); for an admin: devchitchat invite --admin")
    if links.network:
        said.append(f"Friends on your network begin at {links.join}")
    else:
        said.append(f"Only this machine can reach it; {_how_to_open(outside)}")
    said += [f"  by name     {url}" for url in links.by_name]
    said += [f"  by address  {url}" for url in links.by_address]
    if bare := without_certificate(outside.config):
        why = "an authority of a house speaks for home names only (--tls CERT KEY takes your own)"
        said.append(f"No certificate for {', '.join(bare)}: {why}")
    return [*said, *_what_is_on(outside)]


def say_as_json(outside: Outside, first: AdminInvite | None) -> None:
    """The same for a program, in one line."""
    config, links = outside.config, outside.links()
    found = {
        "version": VERSION,
        "here": links.here,
        "join": links.join,
        "by_name": links.by_name,
        "by_address": links.by_address,
        "without_certificate": without_certificate(config),
        "http_port": links.http_port,
        "https_port": links.https_port,
        "first_invite": first.invite_token.reveal() if first else None,
        "fingerprint": outside.fingerprint,
        "trouble": outside.trouble,
        "moved_from": outside.moved_from,
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


def _what_is_on(outside: Outside) -> list[str]:
    config = outside.config
    return [
        f"TLS: {_encryption(outside)}",
        f"mDNS: {'on' if config.is_found else 'off'}",
        f"TURN: {'on' if config.turn_urls else 'off'}",
        f"Data: {config.data}",
    ]


def _encryption(outside: Outside) -> str:
    if outside.trouble:
        return f"off, since {outside.trouble} (it looks again every minute)"
    match outside.config.tls.mode:
        case "off":
            return "off"
        case "own":
            return "on, with your own certificate"
        case "auto":
            return f"on, the authority's fingerprint is {outside.fingerprint}"


def _how_to_open(outside: Outside) -> str:
    if outside.trouble:
        return "nobody else is let in without TLS"
    if not outside.config.address.is_loopback:
        return "there is no network"
    return f"friends on your network can {'with --host 0.0.0.0' if outside.config.tls.mode == 'off' else 'without --host'}"


def named(name: str, https_port: int | None) -> str:
    """What is printed when the network knows us."""
    return f"On the network it is {f'https://{name}:{https_port}' if https_port else name}"


def page_directory() -> Path:
    """The browser's files: inside the installed package, or beside it in a checkout."""
    package = Path(devchitchat.__file__).parent
    for place in (package / "public", package.parent / "public"):
        if (place / "index.html").is_file():
            return place
    raise Stop("the pages are missing: install devchitchat again")

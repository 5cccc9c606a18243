"""What the one who starts the server sees, and where the pages lie."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import devchitchat
from bus.protocol.admin import AdminInvite
from devchitchat import addresses
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.version import VERSION


def say(config: Config, port: int, first: AdminInvite | None) -> None:
    """Print where to go: the first admin's link on an empty house, and how to make another invite afterwards."""
    lines = [f"devchitchat {VERSION} is ready at {addresses.url(config, port)} (Ctrl+C stops it)"]
    if first:
        lines.append(f"You are its first admin. Open: {addresses.link(config, port, first)}")
    else:
        lines.append("To invite somebody: devchitchat invite (or ./run invite); for an admin: devchitchat invite --admin")
    if ip_address(config.host).is_loopback:
        lines.append("Only this machine can reach it; friends on your network can with --host 0.0.0.0")
    print(*lines, sep="\n", flush=True)


def page_directory() -> Path:
    """The browser's files: inside the installed package, or beside it in a checkout."""
    package = Path(devchitchat.__file__).parent
    for place in (package / "public", package.parent / "public"):
        if (place / "index.html").is_file():
            return place
    raise Stop("the pages are missing: install devchitchat again")

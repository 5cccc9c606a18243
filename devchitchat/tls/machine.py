"""This machine as `places` wants to know it, and the one who runs the commands of a place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Final

from msgspec import Struct

from devchitchat.tls.places import CHROMIUM, CHROMIUM_BY_XDG, DATABASES, TOOLS, Command, Machine

PATIENCE_S: Final = 120.0  # macOS and Windows ask the user in a window
SBIN: Final = os.pathsep.join(["/usr/sbin", "/sbin"])  # where Debian keeps what an ordinary user's PATH leaves out


class Ended(Struct, frozen=True):
    """How a command ended: what it said, and when it failed, why."""

    output: str = ""
    trouble: str | None = None


def perform(command: Command) -> Ended:
    """Run a command to its end.

    It has no terminal, or NSS's certutil would stop there to ask for a password; and what it makes for the whole system others can
    read, although what we make ourselves they cannot.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the commands are those of `places`, as lists
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
            start_new_session=True,
            umask=0o022,
        )
    except subprocess.TimeoutExpired:
        return Ended(trouble=f"{command[0]} did not end within {PATIENCE_S:.0f} s")
    except OSError as error:
        return Ended(trouble=f"{command[0]} cannot be run: {error.strerror}")
    output = done.stdout.decode(errors="replace")
    if done.returncode == 0:
        return Ended(output)
    said = (output + done.stderr.decode(errors="replace")).strip().splitlines()
    return Ended(output, said[-1] if said else f"{command[0]} ended with {done.returncode}")


def this_machine() -> Machine:
    home = Path.home()
    xdg = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), SBIN])
    return Machine(
        platform=sys.platform,
        home=home,
        foreign_home=is_foreign(home),
        databases=tuple(dict.fromkeys(nss_databases(home, xdg))),
        makes_chromium=not any((base / "cert9.db").exists() for base in (home / CHROMIUM, xdg / CHROMIUM_BY_XDG)),
        rights=hasattr(os, "geteuid") and os.geteuid() == 0,
        tools={tool: where for tool in TOOLS if (where := shutil.which(tool, path=path))},
        windows=PureWindowsPath(os.environ.get("SYSTEMROOT", "C:/Windows")),
    )


def is_foreign(home: Path) -> bool:
    """Whether a sudo has left us in the home of the one who said it: what we made there, their browser could not write."""
    return os.name == "posix" and home.exists() and home.stat().st_uid != os.geteuid()


def nss_databases(home: Path, xdg: Path) -> Iterator[Path]:
    """Those that are there already: Chromium's, and every profile of a Firefox, also in snaps and flatpaks."""
    for place in (home / CHROMIUM, xdg / CHROMIUM_BY_XDG):
        if (place / "cert9.db").exists():
            yield place
    for pattern in DATABASES:
        yield from sorted(file.parent for file in home.glob(f"{pattern}/cert9.db"))

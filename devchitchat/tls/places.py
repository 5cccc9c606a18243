"""Where a machine keeps whom it trusts, and the commands that put an authority there and take it out. Nothing is run here.

Adding twice does no harm in any of these places, and a place that failed half-way is made clean by taking it out again.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Final

from msgspec import Struct

Command = tuple[str, ...]

SYSTEMS: Final = {
    "etc/pki/ca-trust/source/anchors": ("update-ca-trust", "extract"),  # Fedora, RHEL
    "etc/ca-certificates/trust-source/anchors": ("update-ca-trust", "extract"),  # Arch
    "usr/local/share/ca-certificates": ("update-ca-certificates", "--fresh"),  # Debian, Ubuntu, Alpine
    "etc/pki/trust/anchors": ("update-ca-certificates", "--fresh"),  # openSUSE
}
TOOLS: Final = ("certutil", "update-ca-trust", "update-ca-certificates")
NSS_TOOLS: Final = "there is no certutil: install libnss3-tools (Debian, Ubuntu), nss-tools (Fedora) or nss (Arch), and say this again"
REOPEN: Final = "; if it is open, close it altogether: it looks at its start only"  # tried with Chromium 156
CHROMIUM: Final = PurePosixPath(".pki/nssdb")
CHROMIUM_BY_XDG: Final = PurePosixPath("pki/nssdb")  # since version 146, when there is no ~/.pki/nssdb
DATABASES: Final = (
    *("snap/*/current/.pki/nssdb", ".var/app/*/.pki/nssdb", ".var/app/*/data/pki/nssdb"),
    *(".mozilla/firefox/*", ".config/mozilla/firefox/*", "snap/firefox/common/.mozilla/firefox/*", ".librewolf/*"),
    *(".var/app/*/.mozilla/firefox/*", ".var/app/*/config/mozilla/firefox/*", "Library/Application Support/Firefox/Profiles/*"),
)


class Anchor(Struct, frozen=True):
    """An authority to trust: `file` is what commands read, PEM; `source` is where a person has it, perhaps as DER."""

    file: PurePath
    source: PurePath
    is_der: bool
    tag: str
    name: str
    sha1: str


class Machine(Struct, frozen=True):
    """What there is to know of a machine; `rights` are those to write its system's store, `tools` is where its programs are."""

    platform: str
    home: PurePath
    foreign_home: bool = False
    databases: tuple[PurePath, ...] = ()
    makes_chromium: bool = False
    rights: bool = False
    tools: Mapping[str, str] = {}
    root: Path = Path("/")
    windows: PurePath = PureWindowsPath("C:/Windows")


class Place(Struct, frozen=True, kw_only=True):
    """One that trusts: `has` succeeds, with `shows` in its output, when the authority is there; `lacks` is why
    it cannot be used, `otherwise` what a person can do when `add` fails, `then` what is left to do when it, or `remove`, did not."""

    says: str
    has: Command = ()
    shows: str = ""
    add: tuple[Command, ...] = ()
    remove: tuple[Command, ...] = ()
    by_hand: str = ""
    by_hand_removed: str = ""
    then: str = ""
    lacks: str = ""
    otherwise: str = ""


def places(anchor: Anchor, machine: Machine) -> list[Place]:
    """All of this machine that could trust the authority."""
    match machine.platform:
        case "darwin":
            return [keychain(anchor, machine), *(databases(anchor, machine) if "certutil" in machine.tools else ())]
        case "win32":
            return [windows(anchor, machine)]
        case _:
            return [system(anchor, machine), *databases(anchor, machine)]


def keychain(anchor: Anchor, machine: Machine) -> Place:
    """The user's own keychain, which Safari, Chrome and Firefox read; macOS asks for the password in a window."""
    security, chain = "/usr/bin/security", str(machine.home / "Library/Keychains/login.keychain-db")
    return Place(
        says="this user's keychain",
        has=(security, "find-certificate", "-a", "-Z", "-c", anchor.name, chain),
        shows=anchor.sha1,
        add=((security, "add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-p", "basic", "-k", chain, str(anchor.file)),),
        remove=((security, "delete-certificate", "-Z", anchor.sha1, "-t", chain),),
        otherwise=f"; open {anchor.source} with Keychain Access, and trust it there",
    )


def windows(anchor: Anchor, machine: Machine) -> Place:
    """The user's own roots, which Edge, Chrome and Firefox read; Windows asks in a window. Its certutil is not that of NSS."""
    certutil = str(machine.windows / "System32" / "certutil.exe")
    return Place(
        says="this user's trusted roots",
        has=(certutil, "-user", "-store", "Root", anchor.sha1),
        add=((certutil, "-user", "-addstore", "Root", str(anchor.file)),),
        remove=((certutil, "-user", "-delstore", "Root", anchor.sha1),),
        otherwise=f"; double-click {anchor.source}, and install it as a trusted root",
    )


def system(anchor: Anchor, machine: Machine) -> Place:
    """The store of a Linux system, which command-line programs read and most browsers do not."""
    for folder, (tool, option) in SYSTEMS.items():
        if tool in machine.tools and (machine.root / folder).is_dir():
            return _system(anchor, machine, machine.root / folder, (machine.tools[tool], option))
    return Place(says="this system", lacks="it has no store of authorities that devchitchat knows")


def _system(anchor: Anchor, machine: Machine, folder: Path, update: Command) -> Place:
    target = str(folder / f"devchitchat-{anchor.tag}.crt")
    by_hand = [("install", "-m", "644", str(anchor.source), target)]
    if anchor.is_der:
        by_hand = [("openssl", "x509", "-inform", "DER", "-in", str(anchor.source), "-out", target), ("chmod", "644", target)]
    removed = ("rm", "-f", target)
    return Place(
        says=f"this system ({folder})",
        has=("test", "-f", target),
        add=(("install", "-m", "644", str(anchor.file), target), update),
        remove=(removed, update),
        by_hand="" if machine.rights else by_sudo([*by_hand, update]),
        by_hand_removed="" if machine.rights else by_sudo([removed, update]),
    )


def by_sudo(commands: Sequence[Command]) -> str:
    """One line for a shell, that does all of them as root."""
    return shlex.join(["sudo", "sh", "-c", " && ".join(map(shlex.join, commands))])


def databases(anchor: Anchor, machine: Machine) -> Iterator[Place]:
    """The databases of NSS: one for Chromium, one for each profile of a Firefox."""
    certutil = machine.tools.get("certutil")
    if machine.foreign_home:
        yield Place(says="Chromium and Firefox", lacks=f"{machine.home} is another user's; as that user, say this again without sudo")
        return
    if certutil is None:
        yield Place(says="Chromium and Firefox", lacks=NSS_TOOLS)
        return
    if machine.makes_chromium:
        yield nss(anchor, certutil, machine.home / CHROMIUM, made=True)
    for folder in machine.databases:
        yield nss(anchor, certutil, folder)


def nss(anchor: Anchor, certutil: str, folder: PurePath, *, made: bool = False) -> Place:
    """Trusted for servers only (`C,,`). A database with a password refuses, since it cannot be asked for here."""
    at, nick = ("-d", f"sql:{folder}"), f"devchitchat-{anchor.tag}"
    making = ("install", "-d", "-m", "700", str(folder.parent), str(folder)), (certutil, *at, "-N", "--empty-password")
    adding = (certutil, *at, "-A", "-t", "C,,", "-n", nick, "-i", str(anchor.file))
    return Place(
        says=f"{'Chromium' if folder.name == CHROMIUM.name else 'Firefox'} ({folder})",
        has=(certutil, *at, "-L", "-n", nick),
        add=(*(making if made else ()), adding),
        remove=((certutil, *at, "-D", "-n", nick),),
        then=REOPEN,
        otherwise=f"; when it has a password, import {anchor.source} in the browser's settings",
    )

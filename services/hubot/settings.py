"""Which scripts there are and what each may do: `scripts.toml` in the directory that the operator names.

Whoever can write there can run code as the server, so a directory or file that others can write to is refused. Nothing that
is not listed is ever loaded. A listed script is the operator's own file, or where there is none the one that comes with the program.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from bus.secret import Secret, decode_secret
from services.hubot.targets import parse

FILE: Final = "scripts.toml"
BUNDLED: Final = Path(__file__).absolute().parent / "scripts"
OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
READERS: Final = stat.S_IRGRP | stat.S_IROTH
SHORTEST: Final = 16
"""Characters of a token or secret."""
Capability = Literal["post", "create_rooms", "set_topics", "moderate", "read_log", "status"]
ScriptName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
HookName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}\Z")]


class Unfit(Exception):
    """The scripts cannot be used as they lie; the text says in one line what to do."""


class Allowed(Struct, frozen=True, forbid_unknown_fields=True):
    """What one script may do, who may call it from outside (a token for each hook), and the `config` that it checks itself."""

    can: tuple[Capability, ...] = ("post",)
    hooks: dict[HookName, Secret] = {}
    config: dict[str, Any] = {}


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """Where messages that mention a name are posted. `rooms`: these alone, by id or name; `private`: also to one's own network."""

    url: Secret
    secret: Secret
    private: bool = False
    rooms: tuple[str, ...] | None = None


class Listing(Struct, frozen=True, forbid_unknown_fields=True):
    """The file. `rooms` are public rooms that the bot enters by itself, by id or name."""

    scripts: dict[ScriptName, Allowed] = {}
    webhooks: dict[HookName, Webhook] = {}
    rooms: tuple[str, ...] = ()
    alias: Annotated[str, Meta(min_length=1, max_length=20)] | None = None


class Scripts:
    """A directory and what its file lists, or listed when it was fit last."""

    def __init__(self, directory: Path, listing: Listing) -> None:
        self.directory = directory
        self.listing = listing

    def path(self, script: str) -> Path:
        """The operator's own file, even one that cannot be read; else the one that comes with the program."""
        own = self.directory / f"{script}.py"
        bundled = BUNDLED / own.name
        return bundled if bundled.exists() and not os.path.lexists(own) else own

    def config(self, script: str) -> dict[str, Any]:
        allowed = self.listing.scripts.get(script)
        return {} if allowed is None else allowed.config

    def token(self, script: str, hook: str) -> Secret | None:
        allowed = self.listing.scripts.get(script)
        return None if allowed is None else allowed.hooks.get(hook)

    def may(self, script: str, capability: Capability) -> bool:
        allowed = self.listing.scripts.get(script)
        return allowed is not None and capability in allowed.can


def read(directory: Path) -> Scripts:
    """Raises Unfit."""
    check(directory)
    file = directory / FILE
    check(file)
    import tomllib  # Here, for most houses have no scripts.

    try:
        listing = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Listing, dec_hook=decode_secret)
    except (msgspec.ValidationError, ValueError, OSError) as error:
        raise Unfit(f"{file} cannot be used: {str(error).splitlines()[0]}") from None
    _check_targets(file, listing)
    _check_secrets(file, listing)
    return Scripts(directory.absolute(), listing)


def _check_targets(file: Path, listing: Listing) -> None:
    """Raises Unfit where a webhook's URL leads nowhere that it may."""
    for name, its in listing.webhooks.items():
        try:
            parse(its.url.reveal(), private=its.private)
        except ValueError as error:
            raise Unfit(f"{file}: the webhook {name}: {error}") from None


def _check_secrets(file: Path, listing: Listing) -> None:
    """Raises Unfit where one is short, or others can read it."""
    secrets = {
        f"the token of {script}'s hook {hook}": token for script, its in listing.scripts.items() for hook, token in its.hooks.items()
    }
    secrets |= {f"the secret of the webhook {name}": its.secret for name, its in listing.webhooks.items()}
    for what, secret in secrets.items():
        if len(secret.reveal()) < SHORTEST:
            raise Unfit(f"{file}: {what} is too short: {SHORTEST} characters at least, such as `openssl rand -hex 24` makes")
    if secrets and os.name == "posix" and file.stat().st_mode & READERS:
        raise Unfit(f"others can read the secrets in {file}; say: chmod 600 {file}")


def check(path: Path) -> None:
    """Raises Unfit for what is not there, or is not its owner's alone to write; Windows has no such modes."""
    try:
        found = path.stat()
    except OSError as error:
        raise Unfit(f"{path} cannot be read: {error.strerror}") from None
    if os.name != "posix":
        return
    if found.st_uid not in (0, os.getuid()):
        raise Unfit(f"{path} belongs to somebody else, who could run code here; say: chown {os.getuid()} {path}")
    if found.st_mode & OTHERS:
        raise Unfit(f"others can write to {path}, and so run code here; say: chmod go-w {path}")


def stamp(path: Path) -> tuple[int, ...]:
    """Changes whenever the file does; empty for one that is not there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode, found.st_uid


def listed(directory: Path) -> tuple[int, ...]:
    """Changes whenever the list does, or whose it is to write there."""
    return *stamp(directory / FILE), *stamp(directory)[3:]


def examine(scripts: Scripts) -> dict[str, tuple[tuple[int, ...], str | None]]:
    """Each script's stamp, and why it may not be loaded."""
    paths = {name: scripts.path(name) for name in scripts.listing.scripts}
    return {name: (stamp(path), _unfit(path)) for name, path in paths.items()}


def _unfit(path: Path) -> str | None:
    """Those that come with the program are as safe as the program."""
    if path.parent == BUNDLED:
        return None
    try:
        check(path)
    except Unfit as unfit:
        return str(unfit)
    return None

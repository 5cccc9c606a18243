"""Every option, declared once: a field of `Config` is a flag, an environment variable, a key of the file and a line of help.

A default gives way to the file, the file to the environment, the environment to a flag, and each value remembers where it
came from. A wrong value is a `Stop` of one line that names it, and never shows a secret.
The file is the one named by --config or DEVCHITCHAT_CONFIG, or else devchitchat.toml in the data directory, which then
cannot move the data directory. Without TLS `host` is 127.0.0.1 until its owner says otherwise: over plain HTTP everybody on
the same Wi-Fi could read sessions and messages, and opening that shall be a choice (`--host 0.0.0.0`), not what happens to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from bus.secret import Secret
from devchitchat.addresses import everywhere
from devchitchat.errors import USAGE, Stop
from devchitchat.options import (
    AUTO,
    OFF,
    Bot,
    Data,
    Host,
    Hosts,
    HttpPort,
    HttpsPort,
    Level,
    Mdns,
    Name,
    Proxy,
    RateLimits,
    Scripts,
    StunUrls,
    Tls,
    TlsChoice,
    Token,
    TurnName,
    TurnSecret,
    TurnTtl,
    TurnUrls,
    TurnWord,
)

APP: Final = "devchitchat"
PREFIX: Final = "DEVCHITCHAT_"
FILE: Final = f"{APP}.toml"
DEFAULT: Final = "default"


def data_directory() -> Path:
    import platformdirs  # Here, for a start that is told where need not wait for it.

    return platformdirs.user_data_path(APP, appauthor=False)


class Config(Struct, frozen=True, kw_only=True):
    """What the server is told from outside; made by `load`, or directly in tests."""

    data: Data = msgspec.field(default_factory=data_directory)
    host: Host = None
    http_port: HttpPort = 8080
    https_port: HttpsPort = 8443
    tls: TlsChoice = AUTO
    hosts: Hosts = ()
    trusted_proxy: Proxy = None
    mdns: Mdns = True
    name: Name = APP
    bootstrap_token: Token = None
    log_level: Level = "info"
    rate_limits: RateLimits = True
    bot: Bot = True
    scripts: Scripts = None
    stun_urls: StunUrls = ()
    turn_urls: TurnUrls = ()
    turn_username: TurnName = None
    turn_credential: TurnWord = None
    turn_secret: TurnSecret = None
    turn_ttl: TurnTtl = 3600

    @property
    def listens_on(self) -> str:
        """The address to bind: as configured, or else what is fit for whether there is TLS."""
        if self.host is not None:
            return self.host
        return "127.0.0.1" if self.tls == OFF else everywhere()

    @property
    def address(self) -> IPv4Address | IPv6Address:
        return ip_address(self.listens_on)

    @property
    def is_found(self) -> bool:
        """Whether it says its name on the network: not where nobody there could reach it."""
        return self.mdns and not self.address.is_loopback


class Option(Struct, frozen=True):
    """One field of `Config`, as the command line, the environment and the file see it."""

    name: str
    kind: Any
    says: str
    value: str | None
    shape: str
    many: bool

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        return f"{PREFIX}{self.name.upper()}"

    @property
    def bare(self) -> Any:
        """The type without its limits."""
        return get_args(self.kind)[0]


class Given(Struct, frozen=True):
    """A value as somebody wrote it, with the place where they did; `base` is what a relative path starts from."""

    value: object
    origin: str
    base: Path


class Loaded(Struct, frozen=True):
    """A configuration, and for each option where its value came from."""

    config: Config
    origins: dict[str, str]

    def is_named(self, option: str) -> bool:
        """Whether somebody chose it, and not we."""
        return self.origins[option] != DEFAULT

    def lines(self) -> Iterator[str]:
        """What `devchitchat config` prints: each value with its origin, secrets as stars."""
        for name, origin in self.origins.items():
            yield f"{name} = {_shown(getattr(self.config, name))}  ({origin})"


def _options() -> Iterator[Option]:
    for name, kind in get_type_hints(Config, include_extras=True).items():
        meta: Meta = get_args(kind)[1]
        yield Option(name, kind, meta.description or "", **(meta.extra or {}))


OPTIONS: Final = {option.name: option for option in _options()}


def load(flags: Mapping[str, object], environ: Mapping[str, str]) -> Loaded:
    """Lays the four layers over one another; `flags` holds only what was said on the command line."""
    outer = _from_environment(environ) | _from_flags(flags)
    named = flags.get("config") or environ.get(f"{PREFIX}CONFIG")
    if named:
        inner = _from_file(Path(str(named)).absolute(), OPTIONS.keys(), required=True)
    else:
        data = _converted(OPTIONS["data"], outer["data"]) if "data" in outer else data_directory()
        inner = _from_file(data / FILE, OPTIONS.keys() - {"data"}, required=False)
    given = inner | outer
    config = Config(**{name: _converted(OPTIONS[name], said) for name, said in given.items()})
    return Loaded(config, {name: given[name].origin if name in given else DEFAULT for name in OPTIONS})


def _from_environment(environ: Mapping[str, str]) -> dict[str, Given]:
    """A variable that is set to nothing counts as not set."""
    said = {name: Given(environ.get(option.variable), f"environment {option.variable}", Path.cwd()) for name, option in OPTIONS.items()}
    return {name: given for name, given in said.items() if given.value}


def _from_flags(flags: Mapping[str, object]) -> dict[str, Given]:
    return {name: Given(flags[name], f"flag {option.flag}", Path.cwd()) for name, option in OPTIONS.items() if name in flags}


def _from_file(path: Path, known: Set[str], *, required: bool) -> dict[str, Given]:
    try:
        text = path.read_bytes().decode()
        import tomllib  # Here, for most houses have no such file.

        table = tomllib.loads(text)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not required:
            return {}
        raise Stop(f"file {path} cannot be read: {error.strerror}", USAGE) from None
    except ValueError as error:
        raise Stop(f"file {path} is not TOML: {str(error).splitlines()[0]}", USAGE) from None
    for key in table.keys() - known:
        why = "cannot be set in the data directory itself" if key in OPTIONS else "is no option"
        raise Stop(f"file {path}: {key!r} {why}", USAGE)
    return {key: Given(value, f"file {path}", path.parent) for key, value in table.items()}


def _converted(option: Option, said: Given) -> Any:
    value = said.value
    if isinstance(value, str) and get_origin(option.bare) is tuple:
        value = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return msgspec.convert(
            value, option.kind, strict=not isinstance(value, str), dec_hook=lambda kind, text: _made(kind, text, option, said)
        )
    except msgspec.ValidationError:
        shown = "this" if Secret in get_args(option.bare) else repr(said.value)
        raise Stop(f"{said.origin}{_key(option, said)}: {shown} will not do for {option.says}", USAGE) from None


def _key(option: Option, said: Given) -> str:
    return f", {option.name}" if said.origin.startswith("file") else ""


def _made(kind: type, value: Any, option: Option, said: Given) -> object:
    """The types that msgspec does not know; a ValueError here becomes its ValidationError."""
    if kind is Tls:
        return Tls.read(value, said.base)
    if not isinstance(value, str) or not value:
        raise ValueError("Expected a text")
    if kind is Secret:
        return _secret(value, option.shape)
    try:
        return said.base / Path(value).expanduser()
    except RuntimeError as error:  # there is no such ~user
        raise ValueError("Expected a path") from error


def _secret(text: str, shape: str) -> Secret:
    if not re.fullmatch(shape, text):
        raise ValueError("Expected a secret of another shape")
    return Secret(text)


def _shown(value: object) -> str:
    match value:
        case None:
            return "unset"
        case Secret():
            return str(value)
        case Path() | Tls():
            return _shown(str(value))
        case _:
            return msgspec.json.encode(value, enc_hook=str).decode()

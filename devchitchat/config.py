"""Every option, declared once: a field of `Config` is a flag, an environment variable, a key of the file and a line of help.

A default gives way to the file, the file to the environment, the environment to a flag, and each value remembers where it
came from. A wrong value is a `Stop` of one line that names it, and never shows a secret.
The file is the one named by --config or DEVCHITCHAT_CONFIG, or else devchitchat.toml in the data directory, which then
cannot move the data directory. `host` is 127.0.0.1 until its owner says otherwise: over plain HTTP everybody on the same
Wi-Fi could read sessions and messages, and opening that shall be a choice (`--host 0.0.0.0`), not what happens to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from bus.secret import Secret
from devchitchat.errors import USAGE, Stop

APP: Final = "devchitchat"
PREFIX: Final = "DEVCHITCHAT_"
FILE: Final = f"{APP}.toml"
OCTET: Final = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
ADDRESS: Final = rf"^(({OCTET}\.){{3}}{OCTET}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\Z"  # an IP literal, since Granian binds no names


def data_directory() -> Path:
    import platformdirs  # Here, for a start that is told where need not wait for it.

    return platformdirs.user_data_path(APP, appauthor=False)


def option(says: str, value: str | None = None, *, shape: str = "", **limits: Any) -> Meta:
    """What a field tells people: what it is, as the help and a refusal say it, and the word for its value. `shape` is a secret's."""
    return Meta(description=says, extra={"value": value, "shape": shape}, **limits)


HostName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,253}\Z")]
PLACE: Final = r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?"
StunUrl = Annotated[str, Meta(pattern=rf"^stuns?:{PLACE}\Z")]
TurnUrl = Annotated[str, Meta(pattern=rf"^turns?:{PLACE}(\?transport=(udp|tcp))?\Z")]
Login = Annotated[str, Meta(min_length=1, max_length=200)]
LogLevel = Literal["debug", "info", "warning", "error"]
Data = Annotated[Path, option("the directory of the database, its copies and its lock", "DIR")]
Host = Annotated[str, option("the IP address to listen on (0.0.0.0 is all of this machine's)", "ADDRESS", pattern=ADDRESS)]
HttpPort = Annotated[int, option("the port to listen on, 0 to 65535 (0 takes a free one)", "PORT", ge=0, le=65535)]
Hosts = Annotated[tuple[HostName, ...], option("further names of this server in a browser, parted by commas", "NAMES")]
Token = Annotated[
    Secret | None, option("the first admin's invite token: 16 to 128 letters, digits, - and _", "TOKEN", shape=r"[A-Za-z0-9_-]{16,128}")
]
Level = Annotated[LogLevel, option("the least that is logged: debug, info, warning or error", "LEVEL")]
RateLimits = Annotated[bool, option("whether to slow down who asks too fast: true or false (only to measure)")]

StunUrls = Annotated[tuple[StunUrl, ...], option("STUN servers for calls, such as stun:stun.example.org:3478, parted by commas", "URLS")]
TurnUrls = Annotated[
    tuple[TurnUrl, ...], option("TURN servers for calls, such as turn:turn.example.org?transport=tcp, parted by commas", "URLS")
]
TurnName = Annotated[Login | None, option("the name for TURN servers that have one for all", "NAME")]
TurnWord = Annotated[Secret | None, option("the password that belongs to --turn-username", "PASSWORD", shape=r"[!-~]{1,256}")]
TurnSecret = Annotated[
    Secret | None, option("the secret shared with the TURN servers, 16 characters or more", "SECRET", shape=r"[!-~]{16,256}")
]
TurnTtl = Annotated[int, option("for how many seconds TURN credentials made from it are good, 60 to 86400", "SECONDS", ge=60, le=86_400)]


class Config(Struct, frozen=True, kw_only=True):
    """What the server is told from outside; made by `load`, or directly in tests."""

    data: Data = msgspec.field(default_factory=data_directory)
    host: Host = "127.0.0.1"
    http_port: HttpPort = 8080
    hosts: Hosts = ()
    bootstrap_token: Token = None
    log_level: Level = "info"
    rate_limits: RateLimits = True
    stun_urls: StunUrls = ()
    turn_urls: TurnUrls = ()
    turn_username: TurnName = None
    turn_credential: TurnWord = None
    turn_secret: TurnSecret = None
    turn_ttl: TurnTtl = 3600


class Option(Struct, frozen=True):
    """One field of `Config`, as the command line, the environment and the file see it."""

    name: str
    kind: Any
    says: str
    value: str | None
    shape: str

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
    return Loaded(config, {name: given[name].origin if name in given else "default" for name in OPTIONS})


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
        case Path():
            return _shown(str(value))
        case _:
            return msgspec.json.encode(value, enc_hook=str).decode()

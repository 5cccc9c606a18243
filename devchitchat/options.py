"""What an option may be: its type with its limits, what it is as people read it, and the word for its value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from bus.secret import Secret

OCTET: Final = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
ADDRESS: Final = rf"^(({OCTET}\.){{3}}{OCTET}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\Z"  # an IP literal, since Granian binds no names
PLACE: Final = r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?"


def option(says: str, value: str | None = None, *, shape: str = "", many: bool = False, **limits: Any) -> Meta:
    """What a field tells people: what it is, as the help and a refusal say it, and the word for its value. `shape` is a secret's."""
    return Meta(description=says, extra={"value": value, "shape": shape, "many": many}, **limits)


class Tls:
    """How browsers are spoken to: with an authority of our own (`auto`), not at all (`off`), or with `files`, a certificate and its key."""

    def __init__(self, mode: Literal["auto", "off", "own"], files: tuple[Path, Path] | None = None) -> None:
        self.mode: Final = mode
        self.files: Final = files

    @classmethod
    def read(cls, said: object, base: Path) -> Tls:
        """From `auto`, `off`, or two paths, also as one text with a comma between. Raises ValueError."""
        words = [part.strip() for part in said.split(",")] if isinstance(said, str) else said
        match words:
            case ["auto"]:
                return AUTO
            case ["off"]:
                return OFF
            case [str(certificate), str(key)] if certificate and key:
                return cls("own", (_path(certificate, base), _path(key, base)))
            case _:
                raise ValueError("Expected auto, off, or two files")

    def __str__(self) -> str:
        return self.mode if self.files is None else ",".join(map(str, self.files))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tls) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _path(text: str, base: Path) -> Path:
    try:
        return base / Path(text).expanduser()
    except RuntimeError as error:  # there is no such ~user
        raise ValueError("Expected a path") from error


AUTO: Final = Tls("auto")
OFF: Final = Tls("off")

LogLevel = Literal["debug", "info", "warning", "error"]
HostName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,253}\Z")]
StunUrl = Annotated[str, Meta(pattern=rf"^stuns?:{PLACE}\Z")]
TurnUrl = Annotated[str, Meta(pattern=rf"^turns?:{PLACE}(\?transport=(udp|tcp))?\Z")]
Login = Annotated[str, Meta(min_length=1, max_length=200)]
Address = Annotated[str, Meta(pattern=ADDRESS)]

Data = Annotated[Path, option("the directory of the database, its copies and its lock", "DIR")]
Host = Annotated[
    Address | None, option("the IP address to listen on (default: all of this machine's, or with --tls off 127.0.0.1)", "ADDRESS")
]
HttpPort = Annotated[int, option("the port of plain HTTP, 0 to 65535 (0 takes a free one)", "PORT", ge=0, le=65535)]
HttpsPort = Annotated[int, option("the port of HTTPS, 0 to 65535 (0 takes a free one)", "PORT", ge=0, le=65535)]
TlsChoice = Annotated[
    Tls, option("auto (an authority of this house), off, or the files of a certificate and its key", "auto|off|CERT KEY", many=True)
]
Mdns = Annotated[bool, option("whether to be found on the network by name: true or false (--no-mdns is the same)")]
Name = Annotated[str, option("the name on the network, without .local", "NAME", pattern=r"^[A-Za-z0-9]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?\Z")]
Proxy = Annotated[Address | None, option("the IP address of a reverse proxy whose X-Forwarded-For and -Proto are believed", "ADDRESS")]
Hosts = Annotated[tuple[HostName, ...], option("further names of this server in a browser, parted by commas", "NAMES")]
Token = Annotated[
    Secret | None, option("the first admin's invite token: 16 to 128 letters, digits, - and _", "TOKEN", shape=r"[A-Za-z0-9_-]{16,128}")
]
Level = Annotated[LogLevel, option("the least that is logged: debug, info, warning or error", "LEVEL")]
RateLimits = Annotated[bool, option("whether to slow down who asks too fast: true or false (only to measure)")]
Bot = Annotated[bool, option("whether there is a bot: true or false")]
Scripts = Annotated[
    Path | None, option("the directory of the bot's scripts and their scripts.toml (default: scripts in the data directory)", "DIR")
]
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

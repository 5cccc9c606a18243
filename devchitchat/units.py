"""`devchitchat service print`: a unit of systemd or launchd that starts this very program with what it was told just now.

What stands in the file stays there. Options from the command line or the environment are written into the unit, except
secrets: others can read units and the arguments of processes, so the unit says where to put them instead.
"""

from __future__ import annotations

import argparse
import os
import plistlib
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bus.secret import Secret
from devchitchat import config as configuration
from devchitchat.config import APP, FILE, OPTIONS, PREFIX, Config
from devchitchat.errors import USAGE, Stop
from devchitchat.options import Tls

LABEL: Final = f"local.{APP}"
OPEN_FILES: Final = 4096  # ten times what the gateway lets in; macOS gives 256, and a user's unit may not ask for more than its hard limit
PLAIN: Final = re.compile(r"[\w@+=:,./-]+", re.ASCII)
UNSPEAKABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Neither format can hold these, and a line break in a comment would begin a line of the unit."""


class Start(Struct, frozen=True):
    """How the system starts the server; `secrets` are the options that it must find in `file`, since they are not written down here."""

    command: tuple[str, ...]
    data: Path
    file: Path
    secrets: tuple[str, ...]
    user: str


Writer = Callable[[Start], str]


def run(config: Config, system: str | None) -> int:
    """Prints the unit for `system`, or else for this machine's. Raises Stop where there is none."""
    if sys.platform == "win32":
        raise Stop("Windows has no such units: let its Task Scheduler start devchitchat, as docs/operations.md says", USAGE)
    write = WRITERS[system or ("launchd" if sys.platform == "darwin" else "systemd")]
    print(write(start(config, named_file(sys.argv[1:], os.environ), program(sys.argv[0]), whoami())), end="")
    return 0


def start(config: Config, file: Path | None, program: Sequence[str], user: str) -> Start:
    """What starts a server that is told the same as we were. Raises Stop when that cannot be written down."""
    layer = {"config": str(file)} if file else {"data": str(config.data)}
    written = configuration.load(layer, {}).config
    changed = {name: value for name in OPTIONS if (value := getattr(config, name)) != getattr(written, name)}
    secrets = tuple(name for name, value in changed.items() if isinstance(value, Secret))
    options = [word for name, value in changed.items() if name not in {"data", *secrets} for word in words(name, value)]
    named = ["--config", str(file)] if file else []
    found = Start((*program, "serve", "--data", str(config.data), *named, *options), config.data, file or config.data / FILE, secrets, user)
    for word in (*found.command, user):
        if UNSPEAKABLE.search(word):
            raise Stop(f"no unit can hold {word!r}: choose a name without control characters")
    return found


def words(name: str, value: object) -> list[str]:
    """An option as the command line takes it; behind an equals sign it may begin with a dash."""
    flag = OPTIONS[name].flag
    match value:
        case Tls(files=(certificate, key)):
            return [flag, str(certificate), str(key)]
        case bool():
            return [f"{flag}={str(value).lower()}"]
        case tuple():
            return [f"{flag}={','.join(msgspec.convert(value, tuple[str, ...]))}"]
        case _:
            return [f"{flag}={value}"]


def named_file(arguments: Sequence[str], environ: Mapping[str, str]) -> Path | None:
    """The file that --config or DEVCHITCHAT_CONFIG names, which a `Config` does not remember."""
    flags = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    flags.add_argument("--config", default=environ.get(f"{PREFIX}CONFIG"))
    named = flags.parse_known_args(arguments)[0].config
    return Path(named).absolute() if named else None


def program(called: str) -> list[str]:
    """What runs now: the console script where it was called by that, else this Python. A link stays one, for it outlives updates."""
    script = Path(called).absolute()
    if script.stem == APP and os.access(script, os.X_OK) and script.is_file():
        return [str(script)]
    return [sys.executable, "-P", "-m", APP]


def whoami() -> str:
    """Whose rights the server shall have when the machine starts it: ours, but never root's."""
    if sys.platform == "win32" or os.geteuid() == 0:
        return APP
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run as a number that has no name
        return str(os.geteuid())


# systemd


def systemd(this: Start) -> str:
    """A unit that does for the system and for a user: what needs more rights than a user's units have is left out of it."""
    if set(this.command[0]) & set("'\"\\"):
        raise Stop(f"systemd cannot start {this.command[0]}: install devchitchat where no folder's name holds a quote or a backslash")
    return "\n".join([*(f"# {line}".rstrip() for line in systemd_notes(this)), *systemd_lines(this), ""])


def systemd_notes(this: Start) -> Iterator[str]:
    data = shlex.quote(str(this.data))
    yield from (
        "devchitchat for systemd. Install it in one of two ways:",
        "",
        "For yourself. Save this as ~/.config/systemd/user/devchitchat.service, then:",
        f"    mkdir -p -m 700 {data}",
        "    systemctl --user daemon-reload && systemctl --user enable --now devchitchat",
        "    sudo loginctl enable-linger $USER",
        "The last lets it start with the machine and not only when you log in. What it says: journalctl --user -eu devchitchat",
        "",
        "For the machine. Save this as /etc/systemd/system/devchitchat.service, take the # from the line #User=, then as root:",
        *([f"    useradd --system --no-create-home {APP}"] if this.user == APP else []),
        f"    install -d -m 700 -o {this.user} {data}",
        "    systemctl daemon-reload && systemctl enable --now devchitchat",
        "What it says: journalctl -eu devchitchat",
    )
    yield from secret_notes(this)


def secret_notes(this: Start) -> Iterator[str]:
    if this.secrets:
        yield ""
        yield f"Left out, because others can read this: {', '.join(this.secrets)}."
        yield f"Write what is left out into {shlex.quote(str(this.file))}, which only the server's user may read (mode 0600)."


def systemd_lines(this: Start) -> Iterator[str]:
    """The colon before the program keeps $ from being replaced. A data directory that is missing shall be our error, not systemd's."""
    program, *arguments = map(systemd_word, this.command)
    yield from ("", "[Unit]", "Description=devchitchat, a chat for a group of friends")
    yield from ("Wants=network-online.target", "After=network-online.target time-sync.target", "")
    yield from ("[Service]", "Type=exec", f"#User={this.user}", f"ExecStart=:{program} {' '.join(arguments)}")
    yield "# 2 is a wrong option and 78 an unusable database: starting again would not mend either."
    yield from ("Restart=on-failure", "RestartSec=5", "RestartPreventExitStatus=2 78")
    yield from ("KillSignal=SIGTERM", "KillMode=mixed", "TimeoutStopSec=30", f"LimitNOFILE={OPEN_FILES}", "UMask=0077")
    yield from ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=read-only")
    yield f"ReadWritePaths={systemd_word(f'-{this.data}')}"
    if not in_a_temporary_directory(this.data):
        yield "PrivateTmp=yes"
    yield from ("ProtectControlGroups=yes", "RestrictSUIDSGID=yes", "RestrictRealtime=yes", "RestrictNamespaces=yes", "LockPersonality=yes")
    yield from ("RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK", "SystemCallArchitectures=native")
    yield from ("", "[Install]", "WantedBy=default.target")


def systemd_word(text: str) -> str:
    """One word as systemd reads it: percent signs doubled, and all but the plainest in quotes."""
    text = text.replace("%", "%%")
    if PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_a_temporary_directory(data: Path) -> bool:
    """There a private one would hide the data, and be emptied at every stop."""
    return any(data.is_relative_to(place) for place in ("/tmp", "/var/tmp"))  # noqa: S108


# launchd


def launchd(this: Start) -> str:
    logs = Path.home() / "Library" / "Logs" / f"{APP}.log"
    known = {
        "Label": LABEL,
        "ProgramArguments": list(this.command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 10,
        "ExitTimeOut": 30,
        "ProcessType": "Interactive",
        "SoftResourceLimits": {"NumberOfFiles": OPEN_FILES},
        "Umask": 0o077,
        "StandardOutPath": str(logs),
        "StandardErrorPath": str(logs),
    }
    head, root, rest = plistlib.dumps(known, sort_keys=False).decode().partition("<plist")
    notes = re.sub("-(?=-)", "- ", "\n".join(launchd_notes(this, logs)))  # no comment of XML may hold two dashes together
    return f"{head}<!--\n{notes}\n-->\n{root}{rest}"


def launchd_notes(this: Start, logs: Path) -> Iterator[str]:
    place = f"~/Library/LaunchAgents/{LABEL}.plist"
    yield from (
        f"devchitchat for launchd. Save this as {place}, then:",
        f"    launchctl bootstrap gui/$(id -u) {place}",
        f"It starts when you log in; launchctl bootout gui/$(id -u)/{LABEL} stops it. What it says: {shlex.quote(str(logs))}",
    )
    yield from secret_notes(this)


WRITERS: Final[dict[str, Writer]] = {"systemd": systemd, "launchd": launchd}

"""The commands, each a few lines: what they do is elsewhere, and loaded only when it is asked for.

An expected failure is a `Stop`: one line on stderr and an exit code, 2 for a command that was called wrongly.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from devchitchat import config as configuration
from devchitchat.config import Config, Loaded
from devchitchat.errors import USAGE, Stop
from devchitchat.version import VERSION

MS_PER: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
LONGEST_MS: Final = 366 * MS_PER["d"]
Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return run(arguments)
    except Stop as stop:
        print(f"devchitchat: {stop.message}", file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `devchitchat config | head`: nobody reads on, and there is nothing to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def run(arguments: list[str]) -> int:
    if arguments[:1] == ["bench"]:
        import bench

        return bench.main(arguments[1:])
    if arguments[:1] == ["bot"]:
        from devchitchat.scripts import commands

        return commands.main(arguments[1:])
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in {"-h", "--help", "--version"}):
        arguments = ["serve", *arguments]
    said = parser().parse_args(arguments)
    command: Command = said.command
    return command(said)


def serve(said: argparse.Namespace) -> int:
    config = configured(said)
    from devchitchat import app

    return app.serve(config, as_json=said.json, moves=not loaded(said).is_named("http_port"))


def invite(said: argparse.Namespace) -> int:
    configured(said)
    from devchitchat import invites, ports

    config = ports.as_running(loaded(said))
    print(invites.make(config, admin=said.admin, uses=said.uses, ttl_ms=said.ttl, note=said.note))
    return 0


def rebuild(said: argparse.Namespace) -> int:
    config = configured(said)
    from devchitchat import upkeep

    return upkeep.rebuild(config)


def backup(said: argparse.Namespace) -> int:
    config = configured(said)
    from devchitchat import backup as copies

    return copies.backup(config, said.file)


def show_config(said: argparse.Namespace) -> int:
    print(*loaded(said).lines(), sep="\n")
    return 0


def turn_check(said: argparse.Namespace) -> int:
    config = loaded(said).config
    from devchitchat import turn_check as check

    return check.run(config)


def trust(said: argparse.Namespace) -> int:
    config = configured(said)
    from devchitchat.tls import trust as trusting

    return trusting.run(config, said.file, remove=said.remove)


def find(said: argparse.Namespace) -> int:
    from devchitchat.lan import find as finding

    return finding.run(seconds=said.seconds, opens=not said.list, as_json=said.json)


def service(said: argparse.Namespace) -> int:
    config = configured(said)
    from devchitchat import units

    return units.run(config, said.system)


def health(said: argparse.Namespace) -> int:
    from devchitchat import health as checking
    from devchitchat import ports

    return checking.run(ports.as_running(loaded(said)))


def reference(said: argparse.Namespace) -> int:
    from devchitchat import reference as pages

    return pages.write(check=said.check)


def loaded(said: argparse.Namespace) -> Loaded:
    return configuration.load(vars(said), os.environ)


def configured(said: argparse.Namespace) -> Config:
    """The configuration, with the logs started as it says."""
    from devchitchat import logs

    config = loaded(said).config
    logs.start(config.log_level)
    return config


def duration_ms(text: str) -> int:
    """`24h`, `30m`, `90s`, `7d` or `2w` in milliseconds, a year at most."""
    found = re.fullmatch(r"([0-9]{1,9})([smhdw])", text)
    ms = int(found[1]) * MS_PER[found[2]] if found else 0
    if not 0 < ms <= LONGEST_MS:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 30m, 24h or 7d (a year at most)")
    return ms


def uses(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 9999")
    return int(text)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error is said."""

    def error(self, message: str) -> NoReturn:
        raise Stop(f"{message} (see `{self.prog} --help`)", USAGE)


def parser() -> Parser:
    whole = Parser(prog="devchitchat", description="A chat for a group of friends, served from one machine at home.", allow_abbrev=False)
    whole.add_argument("--version", action="version", version=f"devchitchat {VERSION}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, says: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says, description=says, allow_abbrev=False)
        added.set_defaults(command=command)
        return added

    serving = add("serve", serve, "run the server (this is what no command does)")
    serving.add_argument("--json", action="store_true", help="say where it can be reached as one line of JSON")
    add_options(serving)
    inviting = add("invite", invite, "make an invite link, also beside a running server")
    inviting.add_argument("--admin", action="store_true", help="who redeems it becomes an admin")
    inviting.add_argument("--uses", type=uses, default=1, metavar="N", help="how many people it lets in (default 1)")
    inviting.add_argument("--ttl", type=duration_ms, default="24h", metavar="TIME", help="how long it is good for (default 24h)")
    inviting.add_argument("--note", default="", metavar="TEXT", help="what it is for, as admins see it")
    add_options(inviting)
    add_options(add("rebuild", rebuild, "make every table anew from the event log"))
    copying = add("backup", backup, "copy the database as it is at this moment, also beside a running server")
    copying.add_argument("file", type=Path, metavar="FILE", help="the new file")
    add_options(copying)
    add_options(add("config", show_config, "print every option, and where its value came from"))
    add_options(add("turn-check", turn_check, "try the STUN and TURN servers of calls, and say what works"))
    trusting = add("trust", trust, "let this machine trust the authority of the house, or of a server whose certificate is given")
    trusting.add_argument("file", nargs="?", type=Path, metavar="FILE", help="an authority's certificate (default: this house's own)")
    trusting.add_argument("--remove", action="store_true", help="take it out again")
    add_options(trusting)
    finding = add("find", find, "look for servers on the network, and open one in the browser")
    finding.add_argument("--seconds", type=float, default=3.0, metavar="N", help="how long to look (default 3)")
    finding.add_argument("--list", action="store_true", help="only list them")
    finding.add_argument("--json", action="store_true", help="list them as JSON, one a line")
    printing = add("service", service, "print a unit with which the system starts the server by itself")
    printing.add_argument("verb", choices=["print"])
    printing.add_argument("system", nargs="?", choices=["systemd", "launchd"], help="for whom (default: this machine's)")
    add_options(printing)
    add_options(add("health", health, "ask the server of this machine whether it is ready; exit code 0 when it is"))
    pages = add("reference", reference, "write the protocol page and the browser's constants from the words")
    pages.add_argument("--check", action="store_true", help="only say whether they are stale")
    add("bot", lambda _: USAGE, "write, test and try scripts of the bot (devchitchat bot --help)")
    add("bench", lambda _: USAGE, "measure (devchitchat bench --help)")
    return whole


def add_options(to: argparse.ArgumentParser) -> None:
    """Every option of the configuration; what is not said is not there, so that the layers below show through."""
    group = to.add_argument_group("configuration", "each also as DEVCHITCHAT_NAME in the environment, and as name in the file")
    group.add_argument("--config", metavar="FILE", default=argparse.SUPPRESS, help="a TOML file (default: the data directory's)")
    for option in configuration.OPTIONS.values():
        metavar = tuple((option.value or "").split()) if option.many else option.value
        nargs = "+" if option.many else None
        group.add_argument(option.flag, default=argparse.SUPPRESS, help=option.says, metavar=metavar, nargs=nargs)
    group.add_argument("--no-mdns", dest="mdns", action="store_const", const="false", default=argparse.SUPPRESS, help=argparse.SUPPRESS)

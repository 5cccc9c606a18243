"""`devchitchat bot ...`: the commands of those who write scripts, loaded only for them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from devchitchat import config as configuration
from devchitchat import place
from devchitchat.cli import Command, Parser, add_options, duration_ms
from devchitchat.config import Config
from devchitchat.errors import Stop

UNFIT: Final = 78


def main(arguments: Sequence[str]) -> int:
    said = parser().parse_args(arguments)
    command: Command = said.command
    return command(said)


def new(said: argparse.Namespace) -> int:
    from devchitchat.scripts import new as beginning

    return beginning.run(said.script, directory(said))


def test(said: argparse.Namespace) -> int:
    from devchitchat.scripts import test as testing

    return testing.run(said.names, directory(said))


def backtest(said: argparse.Namespace) -> int:
    from devchitchat.scripts import backtest as trial

    return trial.run(configured(said), said.script, directory(said), said.since, said.only)


def configured(said: argparse.Namespace) -> Config:
    return configuration.load(vars(said), os.environ).config


def directory(said: argparse.Namespace) -> Path:
    """Where --dir says, or else where the server looks."""
    return said.dir.absolute() if said.dir else place.scripts(configured(said))


def parser() -> Parser:
    whole = Parser(prog="devchitchat bot", description="Write scripts for the bot, test them, and try them on what was said.")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, command: Command, says: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says, description=says, allow_abbrev=False)
        added.set_defaults(command=command)
        added.add_argument("--dir", type=Path, metavar="DIR", help="the directory of the scripts (default: the server's)")
        return added

    beginning = add("new", new, "write a script and its test from a template, and list it in scripts.toml")
    beginning.add_argument("script", metavar="NAME", help="small letters, digits and _")
    add_options(beginning)
    testing = add("test", test, "run the tests of scripts in a fake room whose clock jumps")
    testing.add_argument("names", nargs="*", metavar="NAME", help="of which scripts (default: all that have tests)")
    add_options(testing)
    trying = add("backtest", backtest, "print what a script would have said and done; nothing is done, also beside a running server")
    trying.add_argument("script", metavar="SCRIPT", help="the name of a script, or a file")
    trying.add_argument("--since", type=duration_ms, default="2d", metavar="TIME", help="how long ago to begin (default 2d)")
    trying.add_argument("--room", dest="only", metavar="NAME", help="only this room, by name or id (default: all that the bot is in)")
    add_options(trying)
    return whole


def stop(unfit: Exception) -> Stop:
    return Stop(f"the bot's scripts: {unfit}", UNFIT)

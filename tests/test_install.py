"""What others install: the wheel holds the page and nothing of ours, and serves from a fresh tool environment and an empty home.

The container file is held against the configuration as text, since building it takes a Docker daemon.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from devchitchat.config import PREFIX, Config
from tests.conftest import missing

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"bench", "bus", "devchitchat", "gateway", "services"}
BASE_PYTHON = getattr(sys, "_base_executable", None) or sys.executable
WINDOWS = sys.platform == "win32"
READY_WITHIN_S = 60
LOCALHOST = re.compile(r"http://127\.0\.0\.1:(\d+)")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    return place


def uv() -> str:
    """The one that `./run` fetched, or the one on the path."""
    kept = (ROOT / ".tools" / place for place in ("bin/uv", "bin/uv.exe", "Scripts/uv.exe"))
    return next((str(path) for path in kept if path.exists()), None) or shutil.which("uv") or missing("there is no uv: `./run` fetches it")


def env(home: Path, **more: str | Path) -> dict[str, str]:
    """Ours, with an empty home, without what would lead elsewhere, and with what pip knows of index and certificates told to uv too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "XDG_", "UV_TOOL", "PIPX_", "PYTHON"))}
    for ours, theirs in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if ours in kept:
            kept.setdefault(theirs, kept[ours])
    homes = {"HOME": home, "USERPROFILE": home, "APPDATA": home / "Roaming", "LOCALAPPDATA": home / "Local"}
    return kept | {name: str(value) for name, value in (homes | more).items()} | {"UV_PYTHON_DOWNLOADS": "never"}


@contextmanager
def serving(program: Path, home: Path) -> Generator[str]:
    """The installed server on a free port, stopped by SIGTERM, which must end it with 0. Gives its address."""
    command = [program, "serve", "--tls", "off", "--no-mdns", "--http-port", "0", "--https-port", "0"]
    with subprocess.Popen(command, cwd=home, env=env(home), stdout=subprocess.PIPE, text=True) as process:
        late = threading.Timer(READY_WITHIN_S, process.kill)
        late.start()
        try:
            assert process.stdout
            told = next((found[0] for line in process.stdout if (found := LOCALHOST.search(line))), None)
            assert told, f"it ended with {process.wait()} before it was ready"
            yield told
            process.send_signal(signal.SIGTERM)
            assert process.wait() == (1 if WINDOWS else 0)  # there SIGTERM is TerminateProcess
        finally:
            late.cancel()
            process.kill()


def serves_the_page(program: Path, home: Path) -> None:
    with serving(program, home) as url:
        assert b"<!doctype html>" in fetched(url).lower()
        assert b"export" in fetched(f"{url}/js/protocol.js")
        asked = [program, "health", "--tls", "off", "--http-port", url.rpartition(":")[2]]
        assert subprocess.run(asked, env=env(home), capture_output=True, text=True, check=False).stdout == "ready\n"
    assert list(home.rglob("devchitchat.db")), "its data lies in the home that it was given"


def fetched(url: str) -> bytes:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        body: bytes = answer.read()
        return body


def page_files() -> set[str]:
    """What git knows below public/; in a copy without git whatever lies there."""
    known = subprocess.run(["git", "ls-files", "-z", "public"], cwd=ROOT, capture_output=True, text=True, check=False)
    if known.returncode == 0 and known.stdout:
        return {name for name in known.stdout.split("\0") if name and (ROOT / name).exists()}
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "public").rglob("*") if path.is_file()}


@pytest.mark.slow
def test_the_wheel_holds_the_page_and_the_packages_and_nothing_else(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert "public/index.html" in page_files() and len(page_files()) > 50
    assert {f"devchitchat/{name}" for name in page_files()} - names == set()
    code = {path.relative_to(ROOT).as_posix() for room in PACKAGES for path in (ROOT / room).rglob("*.py")}
    assert code - names == set()
    assert {root for name in names if not (root := name.partition("/")[0]).endswith(".dist-info")} == PACKAGES
    assert [name for name in names if {"tests", ".ci", "__pycache__", "node_modules"} & {*name.split("/")}] == []


@pytest.mark.slow
def test_uv_installs_it_as_a_tool_that_serves_from_an_empty_home(wheel: Path, home: Path, tmp_path: Path) -> None:
    places = env(home, UV_TOOL_DIR=tmp_path / "tools", UV_TOOL_BIN_DIR=tmp_path / "bin")
    pins = ["--constraints", ROOT / "requirements.lock"]
    subprocess.run([uv(), "tool", "install", "-q", "--python", BASE_PYTHON, *pins, wheel], cwd=tmp_path, env=places, check=True)
    serves_the_page(tmp_path / "bin" / ("devchitchat.exe" if WINDOWS else "devchitchat"), home)


@pytest.mark.slow
def test_pipx_installs_it_as_a_tool_that_serves_from_an_empty_home(wheel: Path, home: Path, tmp_path: Path) -> None:
    """With the pipx that is here, else with one that uv fetches for this."""
    pipx = [found] if (found := shutil.which("pipx")) else [uv(), "tool", "run", "-q", "--python", BASE_PYTHON, "pipx"]
    places = env(home, PIPX_HOME=tmp_path / "pipx", PIPX_BIN_DIR=tmp_path / "bin")
    subprocess.run([*pipx, "install", "--python", BASE_PYTHON, wheel], cwd=tmp_path, env=places, check=True)
    serves_the_page(tmp_path / "bin" / ("devchitchat.exe" if WINDOWS else "devchitchat"), home)


def container() -> list[list[str]]:
    """The Dockerfile's instructions, each with its words."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [line.split(None, 1) for line in lines if line and not line.startswith("#")]


def last(instruction: str) -> str:
    """What the image that is kept says; what stands in the stage that builds it does not count."""
    said = container()
    begins = max(place for place, (word, _) in enumerate(said) if word == "FROM")
    return next(rest for word, rest in reversed(said[begins:]) if word == instruction)


def test_the_container_runs_as_nobody_in_particular_and_hears_signals_itself() -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last("USER")), "a number, so that Kubernetes and volumes know that it is not root"
    assert json.loads(last("ENTRYPOINT")) == ["devchitchat"] and json.loads(last("CMD")) == ["serve"]
    assert json.loads(last("HEALTHCHECK").partition("CMD ")[2]) == ["devchitchat", "health"]


def test_the_container_keeps_its_data_in_a_volume_and_opens_the_usual_ports() -> None:
    usual = Config(data=Path("/data"))
    assert last("EXPOSE") == f"{usual.http_port} {usual.https_port}"
    assert last("VOLUME") == "/data" and f"{PREFIX}DATA=/data" in shlex.split(last("ENV"))


def test_the_container_installs_what_the_locks_say_with_the_uv_of_run() -> None:
    steps = [rest for word, rest in container() if word == "RUN"]
    (version,) = re.findall(r'^UV_VERSION = "(.+)"$', (ROOT / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"uv=={version}" in steps[0]
    assert "--require-hashes" in steps[1] and steps[1].endswith(" requirements.lock")
    assert "--no-deps" in steps[2] and "--build-constraints requirements-test.lock" in steps[2]
    assert "://" not in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_container_is_given_all_that_the_wheel_is_built_from_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    built_from = PACKAGES | {"public", "pyproject.toml", "README.md", "LICENSE", "requirements.lock", "requirements-test.lock"}
    assert "*" in lines and let_in == built_from and all((ROOT / name).exists() for name in let_in)

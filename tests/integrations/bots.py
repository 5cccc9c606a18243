"""A stock npm Hubot in a process of its own: fetched from the registry by npm, once, and joined to a server by our adapter."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import anyio
from filelock import FileLock

from bench.peers.fetch import CACHE, kept, node, npm, run
from tests.house.server import PATIENCE, ROOT, Server, clean, free_port

HERE = Path(__file__).parent / "hubot"
ADAPTER = ROOT / "integrations" / "hubot"
HERE_AS = "here as @"
"""What the adapter logs when it is in its rooms."""


def fetch() -> Path:
    """A folder with Hubot and its packages, as the lock names them. Raises Lacking."""
    files = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc")]

    async def make(place: Path) -> None:
        for path in files:
            shutil.copy(path, place)
        await run([*npm(), "ci", "--silent", "--ignore-scripts", "--prefix", str(place)], "npm ci")

    async def get() -> Path:
        return await kept("hubot", files, make)

    CACHE.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(CACHE / "lock-of-hubot"):
        return anyio.run(get)


def furnish(fetched: Path, home: Path) -> Path:
    """The folder of a bot, with the adapter among its packages as npm would put it there."""
    shutil.copytree(HERE, home, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(fetched / "node_modules", home / "node_modules", symlinks=True)
    shutil.copytree(ADAPTER, home / "node_modules" / "hubot-devchitchat")
    return home


class Hubot:
    """`lines` is all that it has logged; `until` reads on."""

    def __init__(self, home: Path, server: Server, token: str, **env: str) -> None:
        self.lines: list[str] = []
        self.port = free_port()
        self._home = home
        self._env = {
            "HUBOT_DEVCHITCHAT_URL": f"http://127.0.0.1:{server.port}",
            "HUBOT_DEVCHITCHAT_TOKEN": token,
            "EXPRESS_PORT": str(self.port),
            "EXPRESS_BIND_ADDRESS": "127.0.0.1",
            **env,
        }
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        command = [node(), "node_modules/hubot/bin/Hubot.mjs", "-a", "hubot-devchitchat", "-l", "!"]
        env = {name: value for name, value in clean().items() if not name.startswith("HUBOT_")} | self._env
        self._process = subprocess.Popen(command, cwd=self._home, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, args=(self._process,))
        self._reader.start()

    def until(self, words: str) -> str:
        """The next line that holds these words; raises AssertionError when none comes."""
        try:
            while words not in (line := self._said.get(timeout=PATIENCE)):
                pass
        except queue.Empty:
            raise AssertionError(f"it never said {words!r}: {self.lines[-20:]}") from None
        return line

    def wait(self) -> int:
        """The exit code, once it has ended by itself."""
        assert self._process and self._reader
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def kill(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
        if self._process:
            self.wait()
            self._process = None

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        with process.stdout as output:
            for line in output:
                said = text_of(line)
                self.lines.append(said)
                self._said.put(said)


def text_of(line: str) -> str:
    """Hubot logs JSON; anything else is Node's own complaint."""
    try:
        return json.loads(line)["msg"]
    except (ValueError, KeyError, TypeError):
        return line.rstrip("\n")

"""A real server for the browser tests: a process of its own on a free port and a data directory that outlives it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
BOOTSTRAP = "bootstrap-token-of-the-browser-tests"
READY_WITHIN = 60.0


class Server:
    """Can be killed without notice and started again, on the same port with the same data."""

    def __init__(self, data: Path, log: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.invite = f"{self.url}/#invite={BOOTSTRAP}"
        self._data = data
        self._log = log
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--data", str(self._data), "--tls", "off", "--http-port", str(self.port), "--bootstrap-token", BOOTSTRAP]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DEVCHITCHAT_")}
        with self._log.open("ab") as log:
            command = [sys.executable, "-P", "-m", "devchitchat", "serve", *options, *self._options]
            self._process = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=log, stderr=log)
        self._await_ready(self._process)

    def kill(self) -> None:
        """SIGKILL (on Windows its like): nothing of the server's runs any more."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        """The one place that polls: a process that has just begun has no other way to be asked."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urlopen(f"{self.url}/healthz", timeout=1):  # noqa: S310 - our own address
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server did not become ready:\n{self._log.read_text(encoding='utf-8')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

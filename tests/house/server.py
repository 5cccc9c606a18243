"""The real server in a process of its own, for tests of the running house: on a free port of this machine, with a data
directory that outlives it. It is stopped by its own id and nothing else, and may be killed and started again.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent.parent
BOOTSTRAP = "bootstrap-token-of-the-house-tests"
PATIENCE = 20.0
LAST = "Data: "
"""What the last line begins with that a start prints."""
NO_WINDOWS_SIGNALS = sys.platform == "win32"


class Answer(Struct, frozen=True):
    """What came back over HTTP; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


class Person(Struct, frozen=True):
    """Somebody with an account and the token of their session."""

    handle: str
    user_id: str
    token: str


class Server:
    """`lines` is what the last start printed first; `env` is what the next one finds in its environment besides."""

    def __init__(self, data: Path, log: Path, *tls: str) -> None:
        self.data = data
        self._tls = tls or ("--tls", "off")
        self.port = free_port()
        self.lines: list[str] = []
        self.env: dict[str, str] = {}
        self.process: subprocess.Popen[str] | None = None
        self._log = log
        self._newcomers = 0
        self._invite = ""

    def start(self, *options: str) -> list[str]:
        """Start, and wait until it says where it is; raises AssertionError when it does not."""
        with self._log.open("ab") as log:
            said = ["serve", *self.options, *options]
            self.process = subprocess.Popen(python(*said), cwd=ROOT, env=clean() | self.env, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout
        self.lines = []
        while (line := self.process.stdout.readline().rstrip("\n")) and not line.startswith(LAST):
            self.lines.append(line)
        if not line:
            self.kill()
            raise AssertionError(f"it did not start: {self.stderr()[-2000:]}")
        return self.lines

    @property
    def options(self) -> list[str]:
        return ["--data", str(self.data), "--http-port", str(self.port), *self._tls]

    def tell(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def wait(self, within: float = PATIENCE) -> int:
        """The exit code, once it has ended."""
        assert self.process
        code = self.process.wait(within)
        self._forget()
        return code

    def stop(self) -> int:
        if self.process is None:
            return 0
        if NO_WINDOWS_SIGNALS:
            self.process.terminate()
        else:
            self.tell(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """Without notice: nothing of it runs any more."""
        if self.process:
            self.process.kill()
            self.process.wait(PATIENCE)
            self._forget()

    def later_output(self) -> str:
        """What it printed after its first lines; ends with it."""
        assert self.process and self.process.stdout
        self.tell(signal.SIGTERM)
        text = self.process.stdout.read()
        self.wait()
        return text

    def stderr(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def log(self) -> list[dict[str, Any]]:
        """Everything on stderr, which is JSON lines and nothing else."""
        return [json.loads(line) for line in self.stderr().splitlines()]

    def errors(self) -> list[dict[str, Any]]:
        return [line for line in self.log() if line["level"] in {"error", "critical"}]

    def command(self, *said: str) -> subprocess.CompletedProcess[str]:
        """Another `devchitchat` with the same data directory and port, to its end."""
        return run(*said, *self.options)

    def fetch(self, path: str, method: str = "GET", *, token: str = "", body: Any = None, bearer: str = "") -> Answer:
        """One request, with our Origin; with a token, as a browser that has it in its cookie."""
        sent = {"Origin": f"http://127.0.0.1:{self.port}"}
        if token:
            sent["Cookie"] = f"dcc_session={token}"
        if bearer:
            sent["Authorization"] = f"Bearer {bearer}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, None if body is None else json.dumps(body).encode(), sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def sign_up(self, handle: str, invite: str) -> Answer:
        return self.fetch("/session", "POST", body={"invite_token": invite, "profile": {"handle": handle, "display_name": handle}})

    def enter(self, handle: str, invite: str) -> Person:
        answer = self.sign_up(handle, invite)
        assert answer.status < 300, answer
        return Person(handle, answer.said["user"]["user_id"], token_of(answer))

    def newcomer(self) -> Person:
        """Somebody with an account of their own, by an invite from the command line."""
        if not self._invite:
            made = self.command("invite", "--uses", "1000")
            self._invite = made.stdout.strip().partition("#invite=")[2]
        self._newcomers += 1
        return self.enter(f"guest{self._newcomers}", self._invite)

    def raw(self, sent: bytes) -> bytes:
        """Bytes in, and what comes back until the other side has nothing more to say."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as wire:
            wire.sendall(sent)
            found = b""
            try:
                while more := wire.recv(65536):
                    found += more
            except ConnectionResetError:
                pass
            return found

    def _forget(self) -> None:
        if self.process and self.process.stdout:
            self.process.stdout.close()
        self.process = None


def token_of(answer: Answer) -> str:
    return answer.headers["set-cookie"].partition("dcc_session=")[2].partition(";")[0]


def run(*said: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = clean() | dict(env or {})
    return subprocess.run(python(*said), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)


def python(*said: str) -> list[str]:
    return [sys.executable, "-P", "-m", "devchitchat", *said]


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DEVCHITCHAT_")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

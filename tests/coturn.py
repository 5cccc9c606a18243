"""A real coturn on this machine alone, for tests of TURN: with one secret, on free ports, stopped by its own id."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from tests.house.server import PATIENCE, free_port

SECRET = "shared-secret-of-the-turn-tests"
READY = "SQLite DB connection success"


class Coturn:
    """`folder` takes its files. Certificate and key, both PEM, make it speak TLS on `tls_port` too.

    A configuration `file` is read first; what is said here goes over it.
    """

    def __init__(
        self, program: str, folder: Path, *, certificate: Path | None = None, key: Path | None = None, file: Path | None = None
    ) -> None:
        self.port = free_port()
        self.tls_port = free_port()
        self.lines: list[str] = []
        self._certificate = ["--cert", str(certificate), "--pkey", str(key)] if certificate else ["--no-tls", "--no-dtls"]
        self._file = ["-c", str(file)] if file else ["-n"]
        self._program = program
        self._folder = folder
        self._ends = ExitStack()

    def urls(self, *transports: str) -> list[str]:
        return [f"turn:127.0.0.1:{self.port}?transport={transport}" for transport in transports or ("udp", "tcp")]

    def start(self, *options: str) -> None:
        """Start, and wait until it is ready."""
        command = [self._program, *self._options(), *options]
        process = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._ends.callback(end, process)
        assert process.stdout
        for line in process.stdout:
            self.lines.append(line.rstrip())
            if READY in line:
                return
        raise AssertionError(f"coturn did not start: {self.lines[-10:]}")

    def stop(self) -> None:
        self._ends.close()

    def __enter__(self) -> Coturn:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _options(self) -> Sequence[str]:
        """Only this machine, and peers on it: in production both are forbidden (docs/operations.md)."""
        return [
            *self._file,
            *("--log-file", "stdout", "--simple-log", "--no-cli", "--fingerprint", "--realm", "test"),
            *("--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--allow-loopback-peers"),
            *("--listening-port", str(self.port), "--tls-listening-port", str(self.tls_port)),
            *("--use-auth-secret", "--static-auth-secret", SECRET),
            *("--pidfile", str(self._folder / "pid"), "--userdb", str(self._folder / "users")),
            *self._certificate,
        ]


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=PATIENCE)

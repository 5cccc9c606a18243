"""`devchitchat health`: asks the server of this machine whether it is ready. Docker's health check.

It believes only the server's own words on `/healthz`, so that whatever else took the port does not pass for it.
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException
from typing import Final

import msgspec

from devchitchat.config import Config
from devchitchat.errors import Stop

TIMEOUT_S: Final = 3.0
LONGEST: Final = 1024  # bytes of an answer; ours are a few


def run(config: Config) -> int:
    """Prints `ready` when it is. Raises a Stop that says why it is not."""
    if not config.http_port:
        raise Stop("http_port is 0, so nobody knows which port the server took: say --http-port PORT")
    place = f"{spelled(config.listens_on)}:{config.http_port}"
    match heard(config, place):
        case 200, "ready":
            print("ready")
            return 0
        case 503, "draining":
            raise Stop(f"the server on {place} is stopping")
        case code, _:
            raise Stop(f"something else listens on {place}: it answers {code} to /healthz")


def spelled(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def heard(config: Config, place: str) -> tuple[int, str]:
    """The code of the answer and the status that it tells, "" where it tells none. Raises Stop when there is no answer."""
    try:
        line = connected(config)
        if line is None:
            raise Stop(f"nobody listens on {place}: no server is running there")
        try:
            line.request("GET", "/healthz", headers={"Connection": "close"})
            answer = line.getresponse()
            return answer.status, status_in(answer.read(LONGEST))
        finally:
            line.close()
    except TimeoutError:
        raise Stop(f"nothing answers on {place} within {TIMEOUT_S:g} s") from None
    except (HTTPException, ConnectionError):
        raise Stop(f"something else listens on {place}: it does not speak HTTP") from None
    except OSError as error:
        raise Stop(f"{place} cannot be reached: {error.strerror}") from None


def connected(config: Config) -> HTTPConnection | None:
    """A connection to the first door that is open, or None."""
    for host in doors(config):
        line = HTTPConnection(host, config.http_port, timeout=TIMEOUT_S)
        try:
            line.connect()
        except ConnectionRefusedError:
            continue
        return line
    return None


def doors(config: Config) -> tuple[str, ...]:
    """Where a server that listens as configured is reached from its own machine; `::` may or may not hear IPv4 too."""
    if not config.address.is_unspecified:
        return (config.listens_on,)
    return ("127.0.0.1", "::1") if config.address.version == 6 else ("127.0.0.1",)


def status_in(body: bytes) -> str:
    try:
        told = msgspec.json.decode(body, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return told.get("status", "")

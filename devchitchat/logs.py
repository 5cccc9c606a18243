"""One door for every log line, ours and the libraries': JSON on stderr, one record one line, whatever the text.

Modules say `logging.getLogger(__name__).info("what was", extra={...})`; only the extras named in `KNOWN` come through, so
that a field has to be let in by name before it can leak. Of an exception the type and the places are told, never the locals,
and its message only where it is one of ours: a library's message may hold what a person wrote.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import sys
import threading
import traceback
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final, TextIO, cast

from bus.errors import Refused
from bus.secret import Secret
from devchitchat.errors import Stop

KNOWN: Final = frozenset(
    """trace sid user_id session_id room_id msg_id call_id peer_id invite_id scope kind type code close_code service child state reason
    restarts attempt seq rev event_id rows facts letters depth capacity dropped count bytes ms address host port method status version
    schema_version signal backend""".split()
)
OURS: Final = ("bus", "services", "gateway", "devchitchat", "bench")
LONGEST_TEXT: Final = 300
FRAMES: Final = 4
CHAIN: Final = 5
KEPT: Final = 50

GRANIAN: Final[dict[str, Any]] = {
    "handlers": {},
    "formatters": {},
    "loggers": {name: {"handlers": [], "level": "NOTSET", "propagate": True} for name in ("_granian", "granian.access")},
}
"""For Granian's `log_dictconfig`, which else takes its loggers out of our door."""


class RecentErrors(logging.Handler):
    """Keeps the last warnings and errors, redacted like every line, for /diag."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__(logging.WARNING)
        self._kept: deque[dict[str, object]] = deque(maxlen=kept)

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(fields(record))

    def last(self) -> list[dict[str, object]]:
        """Oldest first."""
        return list(self._kept)


class OneLine(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return to_line(fields(record))


class Lines(logging.StreamHandler[TextIO]):
    """Writes to stderr; a record that cannot be written says so in place of itself, without its arguments."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(OneLine())

    def handleError(self, record: logging.LogRecord) -> None:
        try:
            self.stream.write(to_line({"level": "error", "event": "a log record failed", "logger": record.name}) + self.terminator)
        except (OSError, ValueError):
            return  # stderr is gone, and there is nobody to tell


def start(level: str, stream: TextIO | None = None) -> RecentErrors:
    """Sends all of Python's logging through the door, uncaught exceptions too; starting again begins anew."""
    recent = RecentErrors()
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, Lines | RecentErrors)]:
        root.removeHandler(handler)
    root.addHandler(Lines(stream or sys.stderr))
    root.addHandler(recent)
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda failed: _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)
    return recent


def recent_errors() -> RecentErrors:
    """The one that `start` made; an empty one where nothing was started."""
    return next((handler for handler in logging.getLogger().handlers if isinstance(handler, RecentErrors)), RecentErrors())


def fields(record: logging.LogRecord) -> dict[str, object]:
    """What may be known of a record."""
    known: dict[str, object] = {
        "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": _event(record),
    }
    known |= {name: _plain(value) for name, value in sorted(record.__dict__.items()) if name in KNOWN and value is not None}
    if record.exc_info and record.exc_info[1]:
        known["error"] = [_told(error) for error in _chain(record.exc_info[1])][:CHAIN]
    return known


def to_line(known: dict[str, object]) -> str:
    """ASCII only, so that no text can begin a line of its own or steer a terminal."""
    return json.dumps(known, separators=(",", ":")).replace("\x7f", "\\u007f")


def _event(record: logging.LogRecord) -> str:
    """Libraries put an exception's text on the lines after the first, so theirs end there."""
    try:
        text = record.getMessage()
    except Exception:  # arguments that do not fit, or cannot be shown: the caller must not suffer from it
        text = str(record.msg)
    if record.name.partition(".")[0] not in OURS:
        text = text.partition("\n")[0]
    return text[:LONGEST_TEXT]


def _plain(value: object) -> object:
    match value:
        case bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return value[:LONGEST_TEXT]
        case Secret():
            return str(value)
        case _:
            return type(value).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it was made of: a group's members, and what caused each."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _chain(member)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause)


def _told(error: BaseException) -> dict[str, object]:
    told: dict[str, object] = {"type": type(error).__name__, "at": _places(error.__traceback__)}
    if isinstance(error, OSError) and error.errno:
        told["errno"] = errno.errorcode.get(error.errno, str(error.errno))
    if isinstance(error, Refused | Stop):
        told["message"] = str(error)[:LONGEST_TEXT]
    return told


def _places(trace: TracebackType | None) -> list[str]:
    """The last frames, as folder/file:line:function, innermost last."""
    frames = list(traceback.walk_tb(trace))[-FRAMES:]
    return [f"{'/'.join(PurePath(frame.f_code.co_filename).parts[-2:])}:{line}:{frame.f_code.co_name}" for frame, line in frames]


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is not None and not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("devchitchat").critical("an exception was caught by nobody", exc_info=(kind, error, trace))

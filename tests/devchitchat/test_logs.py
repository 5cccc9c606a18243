"""What a log line shows, what it never shows, and that it is one line."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bus.errors import NotFound
from bus.secret import Secret
from devchitchat import logs

LOG = logging.getLogger("bus.test")
SECRET = "canary-in-the-mine"
Read = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def read() -> Iterator[Read]:
    """Logging started into a text, and put back as it was; what it gives reads the lines."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.start("debug", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().split("\n")[:-1]]
    root.handlers[:] = before
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)


def failure(make: Callable[[], object]) -> tuple[type[BaseException], BaseException, Any]:
    try:
        make()
    except Exception as error:
        return type(error), error, error.__traceback__
    raise AssertionError("it did not fail")


def raising(error: Exception) -> Callable[[], object]:
    def act() -> None:
        local = SECRET
        raise error from ValueError(local)

    return act


def test_a_line_says_when_how_bad_who_and_what(read: Read) -> None:
    LOG.warning("the disk is slow", extra={"ms": 120, "trace": "t-1"})
    (line,) = read()
    assert line.pop("ts").endswith("Z")
    assert line == {"level": "warning", "logger": "bus.test", "event": "the disk is slow", "ms": 120, "trace": "t-1"}


def test_extras_that_nobody_let_in_do_not_come_through(read: Read) -> None:
    LOG.info("sent", extra={"text": SECRET, "body": {"text": SECRET}, "room_id": "r_1", "scope": {"text": SECRET}})
    (line,) = read()
    assert SECRET not in json.dumps(line)
    assert (line["room_id"], line["scope"]) == ("r_1", "dict")


def test_a_secret_is_stars_in_texts_and_extras(read: Read) -> None:
    LOG.info("token %s of %r", Secret(SECRET), Secret(SECRET), extra={"user_id": Secret(SECRET)})
    (line,) = read()
    assert (line["event"], line["user_id"]) == ("token *** of ***", "***")


def test_an_exception_is_its_type_and_places_without_message_or_locals(read: Read) -> None:
    LOG.error("went wrong", exc_info=failure(raising(RuntimeError(SECRET))))
    (line,) = read()
    assert SECRET not in json.dumps(line)
    assert [told["type"] for told in line["error"]] == ["RuntimeError", "ValueError"]
    assert line["error"][0]["at"][-1].startswith("devchitchat/test_logs.py:")
    assert line["error"][0]["at"][-1].endswith(":act")


def test_a_refusal_of_ours_keeps_its_message_and_a_group_its_members(read: Read) -> None:
    group = ExceptionGroup(SECRET, [NotFound("no such room"), OSError(28, SECRET)])
    LOG.error("went wrong", exc_info=failure(raising(group)))
    (line,) = read()
    assert SECRET not in json.dumps(line)
    assert line["error"][1]["message"] == "no such room"
    assert line["error"][2]["errno"] == "ENOSPC"


def test_a_librarys_text_ends_with_its_first_line(read: Read) -> None:
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: <ValueError('{SECRET}')>")
    assert read()[0]["event"] == "Task exception was never retrieved"


def test_arguments_that_do_not_fit_hurt_nobody() -> None:
    record = logging.LogRecord("bus.test", logging.INFO, "", 1, "%d rows", (SECRET,), None)
    assert logs.fields(record)["event"] == "%d rows"


@given(some.text(some.characters(), max_size=80))
def test_any_text_is_one_line_of_plain_ascii(text: str) -> None:
    record = logging.LogRecord("bus.test", logging.INFO, "", 1, text, None, None)
    record.room_id = text
    line = logs.OneLine().format(record)
    assert len(line.splitlines()) == 1 and line.isascii() and line.isprintable()
    assert json.loads(line)["event"] == text


def test_the_last_warnings_and_errors_are_kept_redacted(read: Read) -> None:
    recent = logs.recent_errors()
    LOG.info("nothing to keep")
    for number in range(60):
        LOG.error("failed", extra={"count": number, "text": SECRET})
    kept = recent.last()
    assert [line["count"] for line in kept] == list(range(10, 60))
    assert SECRET not in repr(kept)
    assert len(read()) == 61


def test_starting_twice_writes_each_record_once(read: Read) -> None:
    stream = io.StringIO()
    logs.start("info", stream)
    LOG.info("once")
    LOG.debug("too fine")
    assert len(stream.getvalue().splitlines()) == 1 and read() == []


def test_what_nobody_caught_and_warnings_take_the_same_door(read: Read) -> None:
    sys.excepthook(*failure(raising(RuntimeError(SECRET))))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)
    assert [line["level"] for line in read()] == ["critical", "warning"]
    assert SECRET not in json.dumps(read())


def test_granian_leaves_its_loggers_in_our_door(read: Read) -> None:
    from granian.log import LogLevels, configure_logging

    configure_logging(LogLevels.info, logs.GRANIAN, True)
    logging.getLogger("_granian").info("Listening")
    assert [line["event"] for line in read()] == ["Listening"]

"""Each step of a script is named before and after."""

from __future__ import annotations

import faulthandler

import pytest

from services.hubot.host.guarded import Guard
from services.hubot.words import Finished, FromHost, Rest, Step


def test_a_step_for_whose_watch_there_is_no_thread_left_begins_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object, **__: object) -> None:
        raise RuntimeError("unable to start watchdog thread")

    monkeypatch.setattr(faulthandler, "dump_traceback_later", none_left)
    said: list[FromHost] = []
    with Guard(said.append, 5.0).step("echo"):
        said.append(Finished("m_1"))
    assert said == [Step("echo"), Finished("m_1"), Rest()]

"""Times as people say them. The time zone is whatever this machine has, so each is held against its calendar."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.hubot.times import clock, ending, moment, seconds, span

NOW = datetime(2026, 3, 5, 18, 30).timestamp()


@pytest.mark.parametrize(
    ("text", "length"),
    [("90s", 90), ("5m", 300), ("1h30m", 5400), ("2 hours", 7200), ("1 day and 2 h", 93600), ("an hour", 3600), ("20 minutes", 1200)],
)
def test_a_span_is_said_in_many_ways(text: str, length: int) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "5", "m", "0m", "-5m", "5 x", "5m later", "5mm", "400d", "999999w", "1.5h", "5 mars"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="say a time"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20:00", datetime(2026, 3, 5, 20)),
        ("at 9:05", datetime(2026, 3, 6, 9, 5)),
        ("tonight 20:00", datetime(2026, 3, 5, 20)),
        ("tomorrow at 9:00", datetime(2026, 3, 6, 9)),
        ("2026-12-01 20:00", datetime(2026, 12, 1, 20)),
        ("in 45m", datetime(2026, 3, 5, 19, 15)),
    ],
)
def test_a_moment_is_the_next_one_that_is_meant(text: str, at: datetime) -> None:
    assert moment(text, NOW) == at.timestamp()


@pytest.mark.parametrize(
    "text", ["", "soon", "today 9:00", "25:00", "9:75", "2026-02-30 20:00", "2020-01-01 10:00", "2028-01-01 10:00", "in 0m"]
)
def test_what_is_no_moment_or_over_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text, NOW)


def test_a_time_at_the_end_begins_as_early_as_it_can() -> None:
    assert ending("call mum tomorrow at 9:00", NOW) == ("call mum", datetime(2026, 3, 6, 9).timestamp())
    assert ending("be in bed at 22:00", NOW) == ("be in bed", datetime(2026, 3, 5, 22).timestamp())
    with pytest.raises(ValueError, match="20:00"):
        ending("20:00", NOW)


def test_lengths_and_moments_are_told_shortly() -> None:
    assert [span(each) for each in (0, 59, 300, 5400, 93784)] == ["0 s", "59 s", "5 min", "1 h 30 min", "1 d 2 h"]
    days = (datetime(2026, 3, 5, 20), datetime(2026, 3, 6, 9), datetime(2026, 3, 7, 9))
    assert [clock(day.timestamp(), NOW) for day in days] == ["20:00", "tomorrow 09:00", "2026-03-07 09:00"]

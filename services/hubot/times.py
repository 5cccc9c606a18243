"""Times as people say them to a bot: `90s`, `1h 30m`, `20:30`, `tomorrow 9:00`, `2026-12-01 20:00`; in the time zone of the server."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
UNIT: Final = r"s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?"
SPAN: Final = re.compile(rf"(\d{{1,6}}|an?)\s*({UNIT})(?![a-z])\s*(?:,|and)?\s*", re.IGNORECASE)
CLOCK: Final = re.compile(r"(?:(?:on\s+)?(today|tonight|tomorrow|\d{4}-\d\d-\d\d)\s+)?(?:at\s+)?(\d{1,2}):(\d\d)", re.IGNORECASE)
LONGEST: Final = 366 * 86400
SAY_IT: Final = "in 20m, 20:00, tomorrow 9:30 or 2026-12-01 20:00"


def seconds(text: str) -> int:
    """How long: `90s`, `1h30m`, `2 hours`, `a day`. Raises ValueError for anything else, nothing at all, and more than a year."""
    place = total = 0
    while found := SPAN.match(text, place):
        count = int(found[1]) if found[1].isdigit() else 1
        total += count * UNITS[found[2][0].lower()]
        place = found.end()
    if place != len(text) or not 0 < total <= LONGEST:
        raise ValueError("say a time like 90s, 5m or 1h30m")
    return total


def moment(text: str, now: float) -> float:
    """When, in epoch seconds: `in 2h`, `20:00` (the next one), `tonight 20:00`. Raises ValueError for all else, and for what is over."""
    text = text.strip()
    if text.lower().startswith("in "):
        return now + seconds(text[3:].strip())
    found = CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"say a time like {SAY_IT}")
    here = datetime.fromtimestamp(now)
    when = _day(found[1], here).replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0)
    if found[1] is None and when <= here:
        when += timedelta(days=1)
    if not here < when <= here + timedelta(seconds=LONGEST):
        raise ValueError("that is over, or more than a year away")
    return when.timestamp()


def ending(text: str, now: float) -> tuple[str, float]:
    """What stands before a time at the end, and that time: `Molten Core tonight 20:00`. Raises ValueError."""
    words = text.split(" ")
    for place in range(1, len(words)):
        before, rest = " ".join(words[:place]).strip(), " ".join(words[place:])
        if CLOCK.fullmatch(rest):
            return before, moment(rest, now)
        with suppress(ValueError):
            return before, moment(rest, now)
    raise ValueError(f"say what, and then a time like {SAY_IT}")


def span(length: float) -> str:
    """`2 h 5 min`: the two largest units of it."""
    rest, parts = max(0, round(length)), list[str]()
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


def clock(when: float, now: float) -> str:
    """`20:30`, `tomorrow 20:30` or `2026-12-01 20:30`."""
    day, today = datetime.fromtimestamp(when), datetime.fromtimestamp(now).date()
    if day.date() == today:
        return f"{day:%H:%M}"
    return f"tomorrow {day:%H:%M}" if day.date() == today + timedelta(days=1) else f"{day:%Y-%m-%d %H:%M}"


def _day(name: str | None, here: datetime) -> datetime:
    match (name or "today").lower():
        case "today" | "tonight":
            return here
        case "tomorrow":
            return here + timedelta(days=1)
        case date:
            return datetime.strptime(date, "%Y-%m-%d")

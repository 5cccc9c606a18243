"""A room without a server, for tests of scripts: somebody says something, and here is what the bot says to it.

    def test_it_answers(room: FakeRoom) -> None:
        assert room.says("ada", "hubot ping") == ["PONG"]

Users are `u_NAME`, the room is `r_room`, messages are `m_1`, `m_2` and so on. The clock stands still until `passes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgspec
from msgspec import Struct

from services.hubot.kit.rehearsal import Rehearsal, Wish
from services.hubot.settings import Allowed, Capability
from services.hubot.words import Done, Happened, Kind, Person

ROOM: Final = "r_room"
NOON: Final = 1_767_268_800.0
"""1 January 2026, 12:00 UTC."""


class Deed(Struct, frozen=True):
    """What the bot did, or would have done: an action's name, and its fields."""

    do: str
    what: dict[str, Any]


class FakeRoom:
    """Of one script, or of several together. Not for use within a running event loop: it has its own."""

    def __init__(
        self,
        path: str | Path | Sequence[str | Path],
        can: Sequence[Capability] = ("post",),
        config: Mapping[str, Any] | None = None,
        name: str = "hubot",
        *,
        alias: str | None = None,
        people: Iterable[str] = (),
        brain: Mapping[str, Any] | None = None,
        start: float = NOON,
        limited: bool = False,
    ) -> None:
        """`people` are known to the bot from the beginning; `limited`: as fast as the server allows a script, and no faster."""
        paths = [Path(each) for each in ([path] if isinstance(path, str | Path) else path)]
        allowed = {each.stem: Allowed(tuple(can)) for each in paths}
        known = [person(each) for each in people]
        self._rehearsal = Rehearsal(allowed, start=start, name=name, alias=alias, people=known, brain=brain, limited=limited)
        self._happened = 0
        try:
            for each in paths:
                self._rehearsal.load(each.stem, each.absolute(), config or {})
        except BaseException:
            self._rehearsal.close()
            raise

    def __enter__(self) -> FakeRoom:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._rehearsal.close()

    def says(self, who: str, text: str, *, role: str = "member", roles: Sequence[str] = ()) -> list[str]:
        """What the bot says to it in this room, until it waits for something."""
        return self._happens("message", who, text, role, roles)

    def commands(self, who: str, command: str, args: str = "", *, role: str = "member", roles: Sequence[str] = ()) -> list[str]:
        """As `/COMMAND ARGS` in the page."""
        return self._happens("command", who, f"{command} {args}".rstrip(), role, roles)

    def enters(self, who: str) -> list[str]:
        return self._happens("enter", who)

    def leaves(self, who: str) -> list[str]:
        return self._happens("leave", who)

    def topic(self, who: str, text: str) -> list[str]:
        return self._happens("topic", who, text)

    def calls(self, name: str, body: object = b"", headers: Mapping[str, str] | None = None, *, method: str = "POST") -> list[str]:
        """The hook of that name, by somebody who has its token; what the bot says to it. What is neither bytes nor text is sent as JSON."""
        before = len(self._rehearsal.wishes)
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else msgspec.json.encode(body)
        self._rehearsal.called(name, method, {each.lower(): value for each, value in (headers or {}).items()}, data)
        return self._heard(before)

    def passes(self, seconds: float) -> list[str]:
        """Let time go by, and with it whatever is due; what the bot says meanwhile."""
        before = len(self._rehearsal.wishes)
        self._rehearsal.loop.run_until(self.now + seconds)
        return self._heard(before)

    def replies(self, do: str, found: Any) -> None:
        """What the next such wish is answered with."""
        self._rehearsal.answers[do].append(Done("", found=found))

    def refuses(self, do: str, why: str) -> None:
        """The next such wish is refused, as if the bot's user might not: `FORBIDDEN: ...`."""
        self._rehearsal.answers[do].append(Done("", why))

    @property
    def now(self) -> float:
        return self._rehearsal.loop.time()

    @property
    def said(self) -> list[str]:
        """All that the bot has said, wherever."""
        return [wish.what["text"] for wish in self._done() if wish.do == "send"]

    @property
    def mentioned(self) -> list[list[str]]:
        """Whom each of these calls, by their ids."""
        return [wish.what.get("mentions", []) for wish in self._done() if wish.do == "send"]

    @property
    def deeds(self) -> list[Deed]:
        """Everything else that it did; also what it said in other rooms."""
        return [Deed(wish.do, wish.what) for wish in self._done() if not _here(wish)]

    @property
    def replied(self) -> list[tuple[int, str]]:
        """What the callers of its hooks have got: status and text."""
        return [(word.status, word.body.decode()) for word in self._rehearsal.replied]

    @property
    def refused(self) -> list[str]:
        """What it wanted and was refused: `kick: FORBIDDEN: ...`."""
        return [f"{wish.do}: {wish.refused}" for wish in self._rehearsal.wishes if wish.refused]

    @property
    def brain(self) -> dict[str, Any]:
        return self._rehearsal.brain()

    @property
    def errors(self) -> list[str]:
        """What scripts have raised: kind, line and text."""
        return self._rehearsal.errors

    def _happens(self, kind: Kind, who: str, text: str = "", role: str = "member", roles: Sequence[str] = ()) -> list[str]:
        before = len(self._rehearsal.wishes)
        self._happened += 1
        msg_id = self._rehearsal.next_message() if kind == "message" else ""
        self._rehearsal.happened(Happened(msg_id or f"e{self._happened}", kind, ROOM, person(who, roles), text, msg_id, role=role))
        return self._heard(before)

    def _heard(self, before: int) -> list[str]:
        return [wish.what["text"] for wish in self._rehearsal.wishes[before:] if _here(wish) and not wish.refused]

    def _done(self) -> list[Wish]:
        return [wish for wish in self._rehearsal.wishes if not wish.refused]


def person(name: str, roles: Sequence[str] = ()) -> Person:
    """A user of the fake room."""
    return Person(f"u_{name}", name, name.capitalize(), tuple(roles))


def _here(wish: Wish) -> bool:
    return wish.do == "send" and wish.what["room_id"] == ROOM

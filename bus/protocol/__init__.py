"""The words of devchitchat, each declared once: from here come decoding, checks, routing, the log and the reference.

Importing this package knows them all. Words of `errands`, `hooks` and `inside` have no way through a socket.
"""

from __future__ import annotations

from typing import Any, TypeVar, get_args

from bus.message import Event, Fact, Message, Reply, Request
from bus.protocol import admin as admin
from bus.protocol import auth as auth
from bus.protocol import bot as bot
from bus.protocol import errands as errands
from bus.protocol import hooks as hooks
from bus.protocol import inside as inside
from bus.protocol import messages as messages
from bus.protocol import order as order
from bus.protocol import places as places
from bus.protocol import presence as presence
from bus.protocol import rooms as rooms
from bus.protocol import rtc as rtc
from bus.protocol import search as search
from bus.protocol import session as session
from bus.protocol import signals as signals
from bus.protocol import streams as streams

VERSION = 1
OURS_ALONE = {errands.__name__, hooks.__name__, inside.__name__}
M = TypeVar("M", bound=Message)


def requests() -> dict[str, type[Request[Any]]]:
    """What a client may ask, by name on the wire."""
    return _public(Request)


def replies() -> dict[str, type[Reply]]:
    return _public(Reply)


def events() -> dict[str, type[Event]]:
    """What clients may hear."""
    return _public(Event)


def facts() -> dict[str, type[Fact]]:
    """All that the log may hold, the house's own facts included."""
    return _words(Fact)


def reply_of(kind: type[Request[Any]]) -> type[Message]:
    """The reply that a request was declared with."""
    (base,) = getattr(kind, "__orig_bases__")
    (reply,) = get_args(base)
    return reply


def _public(base: type[M]) -> dict[str, type[M]]:
    return {t: kind for t, kind in _words(base).items() if kind.__module__ not in OURS_ALONE}


def _words(base: type[M]) -> dict[str, type[M]]:
    found: dict[str, type[M]] = {}
    for kind in base.__subclasses__():
        if kind.t and kind.__module__.startswith(__name__):
            found[kind.t] = kind
        found |= _words(kind)
    return dict(sorted(found.items()))

"""Pages that were read a moment ago: when all come back at once, after a restart or in the evening, all read the same ones.

A page stays what it was while nothing in its room has changed, and every change of a message raises the room's newest rev. Who may read
the room is asked before, each time anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

import apsw

from bus.protocol.messages import MsgList, MsgListResult

KEPT = 8
"""Pages of each reader; with 200 messages one is some 200 KiB."""

Key = tuple[int, MsgList]


class Recent:
    """What one connection has read. `rev` is the newest of the room, in the snapshot that is read."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, tuple[int, MsgListResult]] = OrderedDict()

    def page(self, key: Key, rev: int, read: Callable[[], MsgListResult]) -> MsgListResult:
        found = self._pages.get(key)
        if found is None or found[0] != rev:
            found = self._pages[key] = rev, read()
        self._pages.move_to_end(key)
        if len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        return found[1]


_by_connection: WeakKeyDictionary[apsw.Connection, Recent] = WeakKeyDictionary()


def of(db: apsw.Connection) -> Recent:
    found = _by_connection.get(db)
    if found is None:
        found = _by_connection[db] = Recent()
    return found

"""The library that answers on the network, with a memory that others cannot fill.

It keeps every record that anybody announces, up to 10,000, and every question with the answers known to who asked. We only
answer, so it keeps records of our own alone. Its parts are compiled; what they call here they look up first, as the flood of
the tests shows.
"""

# What it exports for this carries an underscore, or is not in its list of what it exports.
# pyright: reportPrivateUsage=false, reportPrivateImportUsage=false

from __future__ import annotations

import logging
from collections.abc import Iterable

from zeroconf import DNSQuestion, DNSRecord, Zeroconf
from zeroconf._cache import DNSCache
from zeroconf._history import QuestionHistory

logging.getLogger("zeroconf").setLevel(logging.CRITICAL)  # it warns of every socket and every odd packet; we say once what matters


class Ours(DNSCache):
    """A cache that takes in `ours` only, when they come back from the network: by them the library sees what it said a moment ago."""

    def __init__(self) -> None:
        super().__init__()
        self.ours: frozenset[DNSRecord] = frozenset()

    def async_add_records(self, entries: Iterable[DNSRecord]) -> bool:
        return super().async_add_records([entry for entry in entries if entry in self.ours])


class NoHistory(QuestionHistory):
    """Forgets what others ask: only who asks much himself needs it."""

    def add_question_at_time(self, question: DNSQuestion, now: float, known_answers: set[DNSRecord]) -> None:
        return


class Responder(Zeroconf):
    """The library, with a memory of our own in the places where it keeps what others send."""

    def start(self) -> None:
        """Called when all parts stand and nothing runs."""
        self.cache = Ours()
        self.question_history = NoHistory()
        self.query_handler = type(self.query_handler)(self)
        self.record_manager = type(self.record_manager)(self)
        super().start()

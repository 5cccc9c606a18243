"""Words: what they carry by default, how a handler is marked, and the refusals with their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from bus.errors import Code, Refused
from bus.message import Context, Event, Fact, Handles, Reply, Request


class Greeted(Reply, frozen=True):
    t = "test.greeted"


class Greet(Request[Greeted], frozen=True):
    t = "test.greet"
    name: str


class Waved(Event, frozen=True):
    t = "test.waved"


@pytest.mark.parametrize(
    ("mark", "handles"),
    [
        (Greet.answer, Handles(Greet, "answer")),
        (Greet.commit, Handles(Greet, "commit")),
        (Greet.read, Handles(Greet, "read")),
        (Greet.read_finished, Handles(Greet, "read_finished")),
        (Waved.heard, Handles(Waved, "heard")),
        (Waved.commit, Handles(Waved, "commit")),
    ],
)
def test_a_handler_is_marked_with_its_word_and_the_place_where_it_runs(mark: Callable[..., Any], handles: Handles) -> None:
    def handler(service: object, word: Any, context: Context) -> Any: ...

    assert mark(handler) is handler
    assert handler.__handles__ == handles  # type: ignore[attr-defined]


def test_a_word_is_for_signed_in_users_unless_it_says_otherwise() -> None:
    assert (Greet.access, Greet.rate) == ("user", "other")


def test_a_word_cannot_be_changed_on_its_way() -> None:
    with pytest.raises(AttributeError):
        Greet("ann").name = "bob"  # type: ignore[misc]


def test_a_fact_belongs_to_the_server_and_hides_nothing_unless_it_says_otherwise() -> None:
    assert (Fact().scope(), Fact.hidden) == (("server", ""), ())


def test_nobody_is_signed_in_unless_the_gateway_says_so() -> None:
    with pytest.raises(LookupError, match="nobody is signed in"):
        _ = Context().user
    assert Context(user_id="u_1").user == "u_1"


def refusals(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    for below in kind.__subclasses__():
        yield below
        yield from refusals(below)


def test_every_code_of_the_protocol_but_internal_has_one_refusal() -> None:
    """INTERNAL is what the gateway says of everything that is no refusal."""
    assert sorted(kind.code for kind in refusals() if kind.__module__ == "bus.errors") == sorted({*get_args(Code)} - {"INTERNAL"})


def test_a_refusal_carries_its_message_and_details() -> None:
    refusal = Refused("too fast", retry_after_ms=300)
    assert (str(refusal), refusal.details) == ("too fast", {"retry_after_ms": 300})

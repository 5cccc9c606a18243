"""The server with a slowness planted in it: `planted.py sleep serve …`, run as a script by test_floors.py, never imported.

Each is a mistake that would pass every other test. One whose place is no longer there keeps the server from starting.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial, wraps
from time import sleep, thread_time
from typing import Any, TypeVar

from bench import roomy
from bus.message import Context, Event
from devchitchat import app
from gateway import codec
from gateway.hub import Hub
from services.messages import deeds
from services.signaling.talk import Talk
from services.store import Store

F = TypeVar("F", bound=Callable[..., Any])
SLEEP_S = 0.001


def slow(handler: F) -> F:
    @wraps(handler)
    def slower(*arguments: Any) -> Any:
        sleep(SLEEP_S)
        return handler(*arguments)

    return slower  # pyright: ignore[reportReturnType]


def a_sleep_in_a_handler() -> None:
    """In a deed, which the writer's thread runs, and in those that hand on what peers of a call say, which the loop runs."""
    deeds.send = slow(deeds.send)
    Talk.ice, Talk.offer = slow(Talk.ice), slow(Talk.offer)


def a_millisecond_of_work() -> None:
    """Where a sleep would not show: the group's floor is one of processor time."""

    def working(*arguments: Any) -> Any:
        end = thread_time() + SLEEP_S
        while thread_time() < end:
            pass
        return send(*arguments)

    send = deeds.send
    deeds.send = wraps(send)(working)


def an_encode_per_receiver() -> None:
    offer = getattr(Hub, "_offer")

    def offer_again(hub: Hub, event: Event, context: Context, listeners: Mapping[Any, None]) -> None:
        offer(hub, event, context, listeners)
        for _ in listeners:
            codec.event(event, trace=context.trace, now=1)

    setattr(Hub, "_offer", offer_again)


def a_commit_per_message() -> None:
    setattr(app, "Store", partial(Store, burst=1))


PLANTS = {"sleep": a_sleep_in_a_handler, "encode": an_encode_per_receiver, "commit": a_commit_per_message, "work": a_millisecond_of_work}

if __name__ == "__main__":
    PLANTS[sys.argv.pop(1)]()
    sys.exit(roomy.main())

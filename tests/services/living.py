"""A small house that lives: a real store and services on a bus, for tests that need the loop."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

import anyio

from bus.bus import Bus
from bus.message import Context, Fact, Reply, Request
from bus.protocol.admin import AdminInvite
from bus.service import Service
from services import access
from services.auth import admin, bootstrap, deeds, events, reads
from services.store import Store, Transaction
from services.store.database import Place
from tests.services.house import PROJECTIONS

MEMORY = Place(":memory:")
Make = Callable[[Bus, Store], Service]


class FirstInvite(Request[AdminInvite], frozen=True):
    """What the composition root does at the first start, as a word."""

    t = "test.first_invite"
    uses: int = 1


@FirstInvite.commit
def first_invite(tx: Transaction, request: FirstInvite, context: Context) -> AdminInvite:
    return bootstrap.make_invite(tx, admin=True, max_uses=request.uses, ttl_ms=60_000, note="", context=context)


class Happened(Reply, frozen=True):
    t = "test.happened"


class LetHappen(Request[Happened], frozen=True):
    """Record facts, and hear that they are on disk."""

    t = "test.let_happen"
    facts: tuple[Fact, ...]


@LetHappen.commit
def let_happen(tx: Transaction, request: LetHappen, context: Context) -> Happened:
    for fact in request.facts:
        tx.record(fact, context)
    return Happened()


def auth(bus: Bus, store: Store) -> Service:
    return Service("auth", bus, deeds, admin, reads, events, sys.modules[__name__], ways=store.ways)


@asynccontextmanager
async def living(*makes: Make, place: Place = MEMORY) -> AsyncGenerator[tuple[Bus, Sequence[Service]]]:
    """Start the store, then each service in order; end them all when left."""
    store = Store(place, PROJECTIONS, bus := Bus(), guard=access.living_session)
    services = [make(bus, store) for make in makes]
    async with anyio.create_task_group() as tasks:
        await tasks.start(store.run)
        for service in services:
            await tasks.start(service.run)
        yield bus, services
        tasks.cancel_scope.cancel()

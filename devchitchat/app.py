"""The composition root: the one place where store, bus, services and gateway meet.

The tree is root (rest_for_one) over services (one_for_one) and gateway. What stands later may ask what stands earlier;
it starts after it and stops before it.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Final

import anyio
import anyio.to_thread
import apsw

from bus.bus import Bus
from bus.child import ChildSpec
from bus.errors import Refused, Unavailable
from bus.message import Context
from bus.protocol.admin import AdminInvite
from bus.protocol.inside import OpenHouse
from bus.service import Service
from bus.supervisor import Supervisor, TooManyRestarts
from devchitchat import bot, chores, ice, logs, ports, welcome
from devchitchat.config import Config
from devchitchat.errors import SUPERVISION, Stop
from devchitchat.links import own_names
from devchitchat.outside import Outside
from devchitchat.place import alone, place
from devchitchat.processor import take_turns
from devchitchat.projections import PROJECTIONS
from devchitchat.signals import until_told_to_stop
from devchitchat.version import VERSION
from gateway.server import PortTaken
from gateway.settings import Limits, Settings
from gateway.tree import Gateway
from services import access
from services.auth import admin as auth_admin
from services.auth import bootstrap as auth_bootstrap
from services.auth import deeds as auth_deeds
from services.auth import events as auth_events
from services.auth import reads as auth_reads
from services.delivery import deeds as delivery_deeds
from services.diagnostics.service import Diagnostics
from services.messages import deeds as message_deeds
from services.messages import reads as message_reads
from services.presence.service import Presence
from services.rooms import bots as room_bots
from services.rooms import deeds as room_deeds
from services.rooms import direct as room_direct
from services.rooms import invites as room_invites
from services.rooms import order as room_order
from services.rooms import reads as room_reads
from services.search import reads as search_reads
from services.signaling.service import Signaling
from services.store import Refusal, Store
from services.store.database import Place
from services.store.store import innermost
from services.store.transaction import Sources

log = logging.getLogger(__name__)
START: Final = Context(trace="start")
ASKED: Final = 20
ASK_AGAIN_S: Final = 0.1


class House:
    """All that runs in the one process, put together and not yet alive. A test gives its own place, time and chance."""

    def __init__(self, config: Config, where: Place | None = None, sources: Sources | None = None, *, moves: bool = False) -> None:
        self.outside = Outside(config, moves=moves)
        config = self.outside.config
        self.bus = bus = Bus()
        sources = sources or Sources()
        self.store = Store(where or place(config), PROJECTIONS, bus, guard=access.living_session, sources=sources)
        ways = self.store.ways
        self.presence = Presence(bus, self.store.readers.query)
        self.signaling = Signaling(bus, self.store.readers.query, ways["commit"], ice.servers(config), now=sources.now)
        self.services = [
            Service("auth", bus, auth_deeds, auth_reads, auth_admin, auth_events, auth_bootstrap, ways=ways),
            Service("rooms", bus, room_deeds, room_order, room_invites, room_bots, room_direct, room_reads, ways=ways),
            Service("messages", bus, message_deeds, message_reads, *bot.absent(config), ways=ways),
            Service("delivery", bus, delivery_deeds, ways=ways, capacity=4096),
            Service("search", bus, search_reads, ways=ways),
            self.presence,
            self.signaling,
        ]
        self.hubot = bot.hubot(bus, ways["commit"], config)
        self.gateway = Gateway(bus, self.outside.settings(settings(config)), welcome.page_directory(), now=sources.now)
        outside = self.outside.children(self.gateway)
        self.diagnostics = Diagnostics(
            bus,
            tree=lambda: self.root.info(),
            services=lambda: [service.stats() for service in self._all()],
            look=self.store.readers.query,
            probes={
                "store": self.store.stats,
                "presence": self.presence.counts,
                "calls": self.signaling.calls_now,
                "places": self.signaling.places_now,
                **({"bot": self.hubot.probe} if self.hubot else {}),
                **self.gateway.probes(),
                **self.outside.probes(),
                "errors": lambda: logs.recent_errors().last(),
            },
        )
        children = [self._services(), self.gateway.as_child(bus.publish), *outside]
        self.root = Supervisor("root", children, strategy="rest_for_one", tell=bus.publish)

    def _all(self) -> list[Service]:
        return [*self.services, *([self.hubot] if self.hubot else []), self.diagnostics]

    def _services(self) -> ChildSpec:
        specs = [
            ChildSpec("store", self.store.run, shutdown=10.0, forsake=self.store.forsake),
            *(ChildSpec(service.name, service.run, forsake=service.inbox.forsake) for service in [*self.services, self.diagnostics]),
            ChildSpec("pulse", self.diagnostics.pulse.run),
            *([bot.as_child(self.hubot, self.bus)] if self.hubot else []),
            ChildSpec("retention", chores.keep_retention(self.bus)),
            ChildSpec("sessions", chores.end_sessions(self.bus)),
        ]
        return Supervisor("services", specs, max_restarts=5, window=10.0, tell=self.bus.publish).as_child()


def settings(config: Config) -> Settings:
    """Without rate limits, which is only to measure, one address may hold every connection: a bench's crowd shares its own."""
    limits = Limits() if config.rate_limits else Limits(per_address=Limits().connections)
    return Settings(
        version=VERSION,
        host=config.listens_on,
        port=config.http_port,
        hosts=(*config.hosts, *own_names(config)),
        trusted_proxy=config.trusted_proxy,
        strict=config.tls.mode == "own",
        settled=take_turns,  # not before: whoever comes first would wait behind what is loaded
        rate_limits=config.rate_limits,
        limits=limits,
    )


def serve(config: Config, *, as_json: bool = False, moves: bool = False) -> int:
    """Serve until told to stop; with `moves` at another port of plain HTTP where the one of `config` is taken.

    Returns the exit code; raises Stop for what a person can mend.
    """
    with alone(config):
        uvloop = find_spec("uvloop") is not None
        return anyio.run(live, config, as_json, moves, backend="asyncio", backend_options={"use_uvloop": uvloop})


async def live(config: Config, as_json: bool = False, moves: bool = False) -> int:
    """The whole house, on the loop there is. Where it began with a trouble that has ended it begins anew, and lets others in."""
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(until_told_to_stop, tasks.cancel_scope)
            while await life(config, as_json, moves):
                log.info("what was amiss is mended: the house begins anew")
            tasks.cancel_scope.cancel()
    except Exception as error:
        raise last_words(innermost(error)) from error
    finally:
        ports.forget(config.data)
    return 0


async def life(config: Config, as_json: bool, moves: bool) -> bool:
    """One life of the house; returns when there shall be another, and else goes on until it is cancelled."""
    house = House(config, moves=moves)
    outside = house.outside
    async with anyio.create_task_group() as tasks:
        await tasks.start(house.root.run)
        first = await opened(house.bus, config)
        await anyio.to_thread.run_sync(ports.note, config.data, outside.ports())
        (welcome.say_as_json if as_json else welcome.say)(outside, first)
        if outside.config.is_found:
            name = await outside.until_found()
            if as_json:
                welcome.say_as_json(outside, first)
            else:
                print(welcome.named(name, house.gateway.https_port), flush=True)
        if outside.trouble:
            await outside.until_mended()
            tasks.cancel_scope.cancel()
    return tasks.cancel_scope.cancel_called


async def opened(bus: Bus, config: Config) -> AdminInvite | None:
    """The first admin's invite. Who dies while it is asked is asked again when it has been revived; a house that falls ends this."""
    for _ in range(ASKED):
        try:
            return (await bus.ask(OpenHouse(config.bootstrap_token), START)).invite
        except Unavailable:
            await anyio.sleep(ASK_AGAIN_S)
    return (await bus.ask(OpenHouse(config.bootstrap_token), START)).invite


def last_words(error: Exception) -> Stop:
    """What to tell the one who started us, in one line."""
    match error:
        case Refusal():
            return Stop(str(error), error.code)
        case Stop():
            return error
        case PortTaken():
            return Stop(f"{error} (--http-port and --https-port choose others)")
        case Refused():
            return Stop(str(error))
        case apsw.Error():
            return Stop(f"the database cannot be written to ({type(error).__name__})", 74)
        case TooManyRestarts():
            return Stop(f"giving up: {error}", SUPERVISION)
        case _:
            log.error("the house could not go on", exc_info=error)
            return Stop(f"could not go on: {type(error).__name__}; the log above says where", SUPERVISION)

"""Whether this machine and a guest's reach one another by UDP, tried as calls do it: for a few seconds the server is an ICE peer.

Networks that keep their devices apart, and firewalls, show here. The agent learns where the guest is from the guest's own checks
and from nothing else, and only from the address that has asked, so nobody can aim it; it takes no data, and nothing passes through it.
"""

from __future__ import annotations

import logging
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any

import anyio
import msgspec
from anyio.abc import TaskGroup, TaskStatus
from anyio.lowlevel import current_token
from msgspec import Meta, Struct

from bus.errors import BadRequest, Unavailable
from gateway import asgi, codec
from gateway.asgi import Answer, Scope
from gateway.house import House
from gateway.limits import address_key

log = logging.getLogger(__name__)
logging.getLogger("aioice").setLevel(logging.WARNING)  # it would write guests' addresses down
WITHIN_S = 10.0
LINGER_S = 2.0
"""After it has worked: the guest's last check may have been lost, and is asked again."""
CLOSE_S = 1.0
MOST = 16
MOST_OF_ONE = 2
"""From one address, so that nobody takes all the places: a guest needs one, and one more who tries again."""
MOST_ADDRESSES = 16
LOOPBACK = ("127.0.0.1", "::1")
Ufrag = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{4,256}\Z")]
Pwd = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{22,256}\Z")]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """The guest's ICE name and password (RFC 8839, 5.4), from an offer of its own."""

    ufrag: Ufrag
    pwd: Pwd


class Offered(Struct, frozen=True):
    """Ours, and where we listen: candidates as in SDP, without their `candidate:`."""

    ufrag: str
    pwd: str
    candidates: list[str]


class Reach:
    """POST /reach. `run` is its supervised child, in which every agent lives."""

    def __init__(self, house: House) -> None:
        self._peers: dict[object, str] = {}
        self._house = house
        self._tasks: TaskGroup | None = None

    @property
    def open(self) -> int:
        """How many guests are being met right now."""
        return len(self._peers)

    @property
    def answers(self) -> bool:
        """Whether it can be a peer: while it runs, and on asyncio, for aioice knows no other loop."""
        return self._tasks is not None and current_token().backend_class.__module__.endswith("asyncio")

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        try:
            async with anyio.create_task_group() as self._tasks:
                task_status.started()
                await anyio.sleep_forever()
        finally:
            self._tasks = None

    async def meet(self, scope: Scope, body: bytes) -> Answer:
        """Be a peer for the one who asks, for at most ten seconds. Raises Refused."""
        address = asgi.address(scope)
        key = address_key(address)
        self._house.buckets.take("reach", key)
        asked = _asked(body)
        if self._tasks is None or not self.answers:
            raise Unavailable("this server cannot try that")
        if self.open >= MOST:
            raise Unavailable("others are trying this: wait a moment")
        if [*self._peers.values()].count(key) >= MOST_OF_ONE:
            raise Unavailable("this is being tried for your address already: wait a moment")
        peer = agent(address)
        self._peers[peer] = key
        try:
            offered: Offered = await self._tasks.start(self._live, peer, asked)
        except BaseException:
            self._peers.pop(peer, None)
            raise
        return asgi.as_json(200, offered)

    async def _live(self, peer: Any, asked: Asked, *, task_status: TaskStatus[Offered]) -> None:
        try:
            with anyio.move_on_after(WITHIN_S):
                await peer.gather_candidates()
                peer.remote_username, peer.remote_password = asked.ufrag, asked.pwd
                offered = Offered(peer.local_username, peer.local_password, [each.to_sdp() for each in peer.local_candidates])
                task_status.started(offered)
                await peer.connect()
                await anyio.sleep(LINGER_S)
        except ConnectionError as error:
            log.debug("a guest was not reached: %s", error)
        finally:
            self._peers.pop(peer, None)
            with anyio.move_on_after(CLOSE_S, shield=True):
                await peer.close()


def agent(client: str) -> Any:
    """An ICE agent on this machine's addresses, for the guest at this one."""
    loopback = _is_loopback(client)
    # Imported here: it takes a while, and many a life of a server never needs it.
    from aioice.candidate import Candidate
    from aioice.ice import Connection

    class Agent(Connection):
        """Controlled by the guest. Answers on loopback only to who is on this machine."""

        async def get_component_candidates(self, component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:  # noqa: ASYNC109
            own = [*(LOOPBACK if loopback else ()), *addresses][:MOST_ADDRESSES]
            return await super().get_component_candidates(component, own, timeout)

        def check_incoming(self, message: Any, addr: tuple[str, int], protocol: Any) -> None:
            """A guest has few addresses: with thousands, sorting the pairs would keep the whole server busy."""
            known = self.remote_candidates
            if "PRIORITY" not in message.attributes:
                return  # no browser leaves it out, and the library would break on it
            if not loopback and addr[0].partition("%")[0] != client:
                return  # somebody else, or a forged sender
            if len(known) < MOST_ADDRESSES or addr in {(each.host, each.port) for each in known}:
                super().check_incoming(message, addr, protocol)

        def data_received(self, data: bytes, component: int) -> None:
            """Dropped: it would wait in a queue without bounds that nobody reads."""

    return Agent(ice_controlling=False)


def _asked(body: bytes) -> Asked:
    try:
        return msgspec.json.decode(body, type=Asked)
    except codec.BAD as error:
        message, path = codec.explain(error)
        raise BadRequest(message, path=path) from None


def _is_loopback(address: str) -> bool:
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return (mapped or ip).is_loopback

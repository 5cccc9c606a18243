"""Token buckets: how fast one user, or one address that is not signed in, may ask.

A bucket holds `burst` tokens and gains `rate` a second, on a clock that cannot be set back. A bucket is forgotten only
when it is full again, so that flooding the table with strangers resets nobody's; strangers who find it full share one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil

import anyio
from msgspec import Struct

from bus.errors import RateLimited

STRANGERS = "everyone else"


class Rate(Struct, frozen=True):
    """Where bytes count, each of so many (`per_token`) takes a further token."""

    burst: float
    per_second: float
    per_token: int | None = None

    def cost(self, size: int) -> int:
        return 1 + size // self.per_token if self.per_token else 1


RATES = {
    "auth": Rate(10, 10 / 120),
    "chat": Rate(10, 2),
    "search": Rate(10, 2),
    "signal": Rate(200, 20, 4096),
    "qr": Rate(20, 1),
    "reach": Rate(10, 10 / 60),
    "all": Rate(200, 40),
    "fault": Rate(30, 1),
    "flood": Rate(300, 10),
}
"""By a word's rate class; `qr` counts pictures, `reach` peers to be met, `all` every frame, `fault` frames that are none, `flood`
those refused here.
`signal` is handed on to one other client: by its bytes no burst of offers fills that one's outbox."""


class Bucket:
    __slots__ = ("at", "tokens")

    def __init__(self, tokens: float, at: float) -> None:
        self.tokens = tokens
        self.at = at

    def refill(self, rate: Rate, now: float) -> None:
        self.tokens = min(rate.burst, self.tokens + max(0.0, now - self.at) * rate.per_second)
        self.at = max(self.at, now)


class Buckets:
    """All buckets of the house, by rate class and key."""

    def __init__(self, *, enabled: bool = True, clock: Callable[[], float] = anyio.current_time, most: int = 10_000) -> None:
        self.refused = 0
        self._enabled = enabled
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, *keys: str, size: int = 0) -> None:
        """Take what a word of this class and size costs from the bucket of every key, or nothing and raise RateLimited.

        Other classes are free.
        """
        rate = RATES.get(name)
        if rate is None or not self._enabled:
            return
        now, cost = self._clock(), rate.cost(size)
        buckets = [self._bucket(name, key, now) for key in keys]
        wait = max((cost - bucket.tokens) / rate.per_second for bucket in buckets)
        if wait > 0:
            self.refused += 1
            raise RateLimited("too fast: wait a little", retry_after_ms=ceil(wait * 1000))
        for bucket in buckets:
            bucket.tokens -= cost

    def _bucket(self, name: str, key: str, now: float) -> Bucket:
        bucket = self._buckets.get((name, key)) or self._new(name, key, now)
        bucket.refill(RATES[name], now)
        return bucket

    def _new(self, name: str, key: str, now: float) -> Bucket:
        if key != STRANGERS and len(self._buckets) >= self._most and not self._forget_one(now):
            return self._buckets.get((name, STRANGERS)) or self._new(name, STRANGERS, now)
        bucket = self._buckets[name, key] = Bucket(RATES[name].burst, now)
        return bucket

    def _forget_one(self, now: float) -> bool:
        """Look at the oldest few: one that is full again can go; the others go to the end of the queue."""
        for _ in range(8):
            (name, key), bucket = next(iter(self._buckets.items()))
            bucket.refill(RATES[name], now)
            if bucket.tokens >= RATES[name].burst and key != STRANGERS:
                del self._buckets[name, key]
                return True
            self._buckets.move_to_end((name, key))
        return False


@lru_cache(maxsize=1024)
def address_key(address: str) -> str:
    """One key for all that one customer holds: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "address:?"
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return f"address:{ip.ipv4_mapped}"
        return f"address:{ip.packed[:8].hex()}"
    return f"address:{ip}"

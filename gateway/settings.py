"""What the composition root tells the gateway: where to listen, under which names, and how much one client may take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from bus.protocol import terms


class Limits(Struct, frozen=True, kw_only=True):
    """Ceilings of one gateway. Benches lift them; ten friends behind one router, with three devices each, never meet them."""

    connections: int = 400
    per_address: int = 100
    per_user: int = 10
    guests_per_address: int = 8
    """Sockets of one address that are not signed in. Any of them may hold 64 MiB of an unfinished message in the server's
    parser before we see a byte (granian 2.8.7 has no setting for it), so others wait at the door."""
    frame_bytes: int = terms.MAX_FRAME_BYTES
    close_over_bytes: int = 1 << 20
    outbox_frames: int = 1024
    outbox_bytes: int = 1 << 20
    body_bytes: int = 16 * 1024
    hook_bytes: int = 256 * 1024
    sign_in_s: float = 10.0
    heartbeat_s: float = 45.0
    stuck_s: float = 10.0
    close_s: float = 1.0
    drain_s: float = 2.0


class Certificate(Struct, frozen=True):
    """Two PEM files; the key is PKCS#8, without a password."""

    certificate: Path
    key: Path


class Secure(Struct, frozen=True, kw_only=True):
    """HTTPS beside plain HTTP, which then is whole for this machine alone."""

    port: int = 8443
    certificate: Callable[[], Certificate]
    """Asked at every start of the listener: a renewed one is another."""
    authority: bytes | None = None
    """What guests have to trust first, PEM; None with a certificate that browsers know."""
    mobileconfig: bytes | None = None
    """The same for Apple's devices."""
    fingerprint: str = ""
    valid: Callable[[], tuple[int, int] | None] = lambda: None
    """From when until when the certificate is believed, in ms since 1970, so that a guest with a wrong clock can be told."""


class Settings(Struct, frozen=True, kw_only=True):
    """Port 0 takes a free one. `hosts` are further names for the Host header: with `:port` exactly that, without one our port.

    `trusted_proxy` is the address of the one hop whose X-Forwarded-For and -Proto are believed. `strict` tells browsers to
    speak nothing but HTTPS with us, on every port: not for a certificate that a guest has yet to trust.
    """

    version: str = "0"
    """Ours, as a greeting says it."""
    host: str = "127.0.0.1"
    port: int = 8080
    hosts: tuple[str, ...] = ()
    join: Callable[[], str] = lambda: ""
    """The link with which a guest on the network begins, as far as this machine knows its addresses now."""
    found_as: Callable[[], str | None] = lambda: None
    """What it is called on the network at this moment, which may be a name that was free."""
    settled: Callable[[], None] = lambda: None
    """Called when all is loaded that was not needed at first."""
    secure: Secure | None = None
    trusted_proxy: str | None = None
    strict: bool = False
    rate_limits: bool = True
    limits: Limits = Limits()

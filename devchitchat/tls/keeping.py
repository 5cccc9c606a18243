"""The certificates of this house, kept in a folder of its data: made when first wanted, and the server's made anew when it must be.

The authority is never made anew by itself, since every device would have to trust it again: what is wrong with it is a `Stop`
of one line, also when it is of the future, for nobody can know whether the clock was wrong then or is now. What is wrong with
the server's own certificate mends itself. Windows has no modes, see `reading`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from devchitchat.errors import OutOfTime, Stop
from devchitchat.tls import reading
from devchitchat.tls.authority import Pair, fingerprint, limits_of_pair, make_authority, make_leaf, signing_key
from devchitchat.tls.files import Files, alone
from devchitchat.tls.limits import UNREADABLE, Address, permitted

log = logging.getLogger(__name__)

FOLDER: Final = "tls"
AUTHORITY: Final = "authority"
SERVER: Final = "server"
MOST_KEPT: Final = 40
"""Names and addresses that a new leaf takes over: who goes back and forth between two networks needs no new one each time."""
RENEW_BEFORE: Final = timedelta(days=30)
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)  # this program is younger, so a clock that says less is wrong


class Kept(Struct, frozen=True):
    """The files to serve with. `fingerprint` is the authority's, which people compare; `renewed` says that they are new.

    They are believed from `not_before`, by when the authority is valid too, until `not_after`.
    """

    certificate: Path
    key: Path
    fingerprint: str
    not_before: datetime
    not_after: datetime
    renewed: bool


class Keeper:
    """The one who keeps the certificates in `folder`. It reads its files at each call and holds a lock while it does."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder: Final = folder
        self._now = now
        self._own = Files.named(folder, AUTHORITY)
        self._servers = Files.named(folder, SERVER)

    def authority(self) -> Pair:
        """The authority of this house, made when there is none. Raises Stop for one that cannot be used."""
        with alone(self.folder):
            return self._authority()

    def serve(self, names: Sequence[str], addresses: Sequence[Address]) -> Kept:
        """Files for a server of these names and addresses, without those that the authority may not speak for. Raises Stop."""
        with alone(self.folder):
            return self._served(self._authority(), names, addresses)

    def _authority(self) -> Pair:
        now = self._now()
        self._own.finish()
        there = [path for path in (self._own.certificate, self._own.key) if path.exists()]
        if not there:
            return self._made(now)
        if len(there) == 1:
            raise Stop(f"{self.folder} holds {there[0].name} without the other half of it: {self._mend()}")
        pair = self._read()
        must_be_of_today(reading.certificate(self._own.certificate), now, self.folder)
        return pair

    def _made(self, now: datetime) -> Pair:
        if now < EARLIEST:
            raise OutOfTime(f"no certificate can be made: this machine says it is {reading.moment(now)}; set its clock")
        made = make_authority(now)
        self._own.save(made)
        log.info("made an authority of this house: %s", fingerprint(made.certificate))
        return made

    def _read(self) -> Pair:
        """The authority, when its two files are whole and belong together."""
        files, key = self._own, reading.key(self._own.key)
        try:
            pair = Pair(reading.content(files.certificate), key)
            whole = reading.fits(reading.certificate(files.certificate), reading.parsed(files.key, key))
            limits_of_pair(pair)
            signing_key(pair)
        except Stop as stop:
            raise Stop(f"{stop.message}; {self._mend()}") from None
        except ValueError as error:
            raise Stop(f"{files.certificate} will not do ({error}): {self._mend()}") from None
        if not whole:
            raise Stop(f"{files.key} does not fit {files.certificate.name}: {self._mend()}")
        return pair

    def _mend(self) -> str:
        return f"put the folder back from a copy, or delete {self.folder} and trust the new authority on every device"

    def _served(self, authority: Pair, names: Sequence[str], addresses: Sequence[Address]) -> Kept:
        now, files, issuer = self._now(), self._servers, reading.certificate(self._own.certificate)
        leaf = self._leaf(issuer)
        why = reason(leaf, issuer, permitted(limits_of_pair(authority), names, addresses), now)
        if leaf is None or why is not None:
            before = covered(leaf)[:MOST_KEPT] if leaf else []
            names = [*names, *(one for one in before if isinstance(one, str) and one not in names)]
            addresses = [*addresses, *(one for one in before if not isinstance(one, str) and one not in addresses)]
            files.save(_leaf(authority, names, addresses, now))
            leaf = reading.certificate(files.certificate)
            log.info("made a certificate for the server: %s", why)
        begins = max(leaf.not_valid_before_utc, issuer.not_valid_before_utc)
        of_whom = fingerprint(authority.certificate)
        return Kept(files.certificate, files.key, of_whom, begins, leaf.not_valid_after_utc, renewed=why is not None)

    def _leaf(self, issuer: x509.Certificate) -> x509.Certificate | None:
        """The server's certificate, when it is whole and made by this authority."""
        files = self._servers
        if not (files.certificate.exists() and files.key.exists()):
            return None
        key = reading.key(files.key)
        try:
            leaf, private = reading.certificate(files.certificate), reading.parsed(files.key, key)
        except Stop:
            return None
        return leaf if reading.fits(leaf, private) and reading.made_by(issuer, leaf) else None


def reason(leaf: x509.Certificate | None, issuer: x509.Certificate, wanted: Sequence[str | Address], now: datetime) -> str | None:
    """Why a new leaf is due; None when the old one will do. It may be for more than is wanted: an address that went away may come back."""
    if leaf is None:
        return "there was none that could be used"
    if now < leaf.not_valid_before_utc:
        return f"the old one is of the future, valid from {reading.moment(leaf.not_valid_before_utc)}"
    until = leaf.not_valid_after_utc
    if until - now <= RENEW_BEFORE and until < issuer.not_valid_after_utc:
        return f"the old one is good until {reading.moment(until)} only"
    missing = [str(one) for one in wanted if one not in covered(leaf)]
    return f"the old one was not for {', '.join(missing)}" if missing else None


def covered(leaf: x509.Certificate) -> list[str | Address]:
    """The names and addresses that it is for."""
    try:
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return []
    addresses = [one for one in held.get_values_for_type(x509.IPAddress) if isinstance(one, IPv4Address | IPv6Address)]
    return [*held.get_values_for_type(x509.DNSName), *addresses]


def must_be_of_today(authority: x509.Certificate, now: datetime, folder: Path) -> None:
    """Raises Stop when the authority is of the future or the past, with what to do."""
    what, anew = "the certificate of this house", f"delete {folder} and trust the new one on every device"
    reading.must_have_begun(authority, now, what, anew)
    reading.must_not_be_over(authority, now, what, anew)


def _leaf(authority: Pair, names: Sequence[str], addresses: Sequence[Address], now: datetime) -> Pair:
    try:
        return make_leaf(authority, names, addresses, now)
    except ValueError as error:
        raise Stop(f"no certificate can be made for the server: {error}") from None


def own(certificate: Path, key: Path, now: datetime) -> Kept:
    """The operator's own certificate (`--tls CERT KEY`), when it can be served with; its own fingerprint. Raises Stop with what to do."""
    first, private = reading.certificate(certificate), reading.private_key(key)
    if not reading.fits(first, private):
        raise Stop(f"the key {key} does not fit the certificate {certificate}: give the two that were made together")
    reading.must_have_begun(first, now, f"the certificate {certificate}", "give another")
    reading.must_not_be_over(first, now, f"the certificate {certificate}", "get a new one")
    life = first.not_valid_before_utc, first.not_valid_after_utc
    return Kept(certificate, key, fingerprint(first.public_bytes(Encoding.PEM)), *life, renewed=False)

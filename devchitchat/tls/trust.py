"""`devchitchat trust`: lets this machine and its browsers believe in the authority of a house, or takes that back.

Only an authority that is limited to home networks is taken, whoever made it: any other could pretend to be every site there is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from devchitchat.config import Config
from devchitchat.errors import FAILED, Stop
from devchitchat.place import prepare
from devchitchat.tls import reading
from devchitchat.tls.authority import fingerprint, short
from devchitchat.tls.keeping import AUTHORITY, FOLDER, Keeper, must_be_of_today
from devchitchat.tls.limits import HOME, UNREADABLE, limits_of
from devchitchat.tls.machine import perform, this_machine
from devchitchat.tls.places import Anchor, Command, Machine, Place, places

DER_BEGINS: Final = b"\x30"


def run(config: Config, file: Path | None, *, remove: bool) -> int:
    """Trust the house's own authority, made when there is none, or the one in `file`. Prints a line for each place.

    Returns the exit code: 0 when a place took it, or with `remove` when none has it any more. Raises Stop for an authority that
    shall not be trusted.
    """
    return carry_out(config, file, this_machine(), remove=remove)


def carry_out(config: Config, file: Path | None, machine: Machine, *, remove: bool) -> int:
    """As `run` does, on a machine that is given."""
    source = file.absolute() if file else house(config, remove=remove)
    content = reading.content(source)
    certificate = parsed(source, content)
    must_be_limited(source, certificate)
    if not remove:
        must_be_current(source, certificate, ours=file is None)
    pem = certificate.public_bytes(Encoding.PEM)
    print(f"{common_name(certificate)}\nSHA-256 {fingerprint(pem)}", flush=True)
    with TemporaryDirectory(prefix="devchitchat-") as folder:
        path = Path(folder) / "authority.crt"
        path.write_bytes(pem)
        found = places(anchor(certificate, path, source, is_der=content[:1] == DER_BEGINS), machine)
        outcomes = [taken_out(place) if remove else put_in(place) for place in found]
    return 0 if (all(outcomes) if remove else any(outcomes)) else FAILED


def house(config: Config, *, remove: bool) -> Path:
    """The certificate of this house's authority. Its key is not looked at, so that root may do this for a server of another user."""
    folder = config.data / FOLDER
    path = folder / f"{AUTHORITY}.crt"
    if os.path.exists(path):
        return path
    if remove:
        raise Stop(f"there is no authority in {folder}, so nothing is known to take out; give its certificate as FILE")
    prepare(config.data)
    Keeper(folder, lambda: datetime.now(UTC)).authority()
    return path


def parsed(path: Path, content: bytes) -> x509.Certificate:
    """The one certificate in a file; two would leave open which of them is trusted. Raises Stop."""
    if content.count(b"-----BEGIN ") > 1:
        raise Stop(f"{path} holds more than one certificate: give a file with the authority's alone")
    try:
        load = x509.load_der_x509_certificate if content[:1] == DER_BEGINS else x509.load_pem_x509_certificate
        return load(content)
    except UNREADABLE:
        raise Stop(f"{path} holds no certificate, or a damaged one") from None


def must_be_limited(path: Path, certificate: x509.Certificate) -> None:
    """Raises Stop for all but an authority that vouches for itself and may speak for home networks only."""
    if not is_authority(certificate):
        raise Stop(f"{path} is not the certificate of an authority: give authority.crt, or what /join offers")
    limits = limits_of(certificate)
    if limits is None or not limits.within(HOME):
        raise Stop(f"{path} is not limited to home networks: who has its key could pretend to be any site, so it is not installed")


def must_be_current(path: Path, certificate: x509.Certificate, *, ours: bool) -> None:
    """Raises Stop when trusting it would be in vain: it is over, or of the future."""
    now = datetime.now(UTC)
    if ours:
        return must_be_of_today(certificate, now, path.parent)
    reading.must_have_begun(certificate, now, f"the authority in {path}", "get another from its server")
    reading.must_not_be_over(certificate, now, f"the authority in {path}", "get the new one from its server")


def is_authority(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False
    return constraints.ca and usage.key_cert_sign and reading.made_by(certificate, certificate)


def anchor(certificate: x509.Certificate, file: Path, source: Path, *, is_der: bool) -> Anchor:
    tag = short(fingerprint(certificate.public_bytes(Encoding.PEM)))
    sha1 = hashlib.sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).hexdigest().upper()
    return Anchor(file, source, is_der, tag, common_name(certificate), sha1)


def common_name(certificate: x509.Certificate) -> str:
    """What it calls itself, in characters that cannot play tricks with a terminal."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else "an authority without a name"
    return "".join(char if char.isprintable() else "?" for char in name)


def put_in(place: Place) -> bool:
    """Whether the place trusts the authority now; says so."""
    if place.lacks:
        return say(place, f"not there: {place.lacks}", good=False)
    if place.by_hand:
        if is_in(place):
            return say(place, "done, it was there already")
        return say(place, f"needs rights: {place.by_hand}", good=False)
    trouble = first_trouble(place.add)
    if trouble is None:
        return say(place, f"done{place.then}")
    first_trouble(place.remove)
    return say(place, f"FAILED: {trouble}{place.otherwise}", good=False)


def taken_out(place: Place) -> bool:
    """Whether the place does not trust the authority any more; says so."""
    if place.lacks or not is_in(place):
        return say(place, "not there")
    if place.by_hand_removed:
        return say(place, f"needs rights: {place.by_hand_removed}", good=False)
    trouble = first_trouble(place.remove)
    return say(place, f"taken out{place.then}" if trouble is None else f"FAILED: {trouble}", good=trouble is None)


def say(place: Place, outcome: str, *, good: bool = True) -> bool:
    print(f"{place.says}  {outcome}", flush=True)
    return good


def is_in(place: Place) -> bool:
    done = perform(place.has)
    return done.trouble is None and place.shows in done.output


def first_trouble(commands: Sequence[Command]) -> str | None:
    """Run one after the other until one fails; returns why that one did."""
    return next((trouble for command in commands if (trouble := perform(command).trouble)), None)

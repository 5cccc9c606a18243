"""Reading certificates and keys from files, and judging them; whatever is wrong is one line that says what to do, never the content.

On POSIX a key must belong to us, and to nobody else be open. On Windows modes and owners are not looked at: there the user's
profile folder keeps others out.
"""

from __future__ import annotations

import os
import shlex
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from devchitchat.errors import OutOfTime, Stop
from devchitchat.tls.limits import UNREADABLE

UNSAFE: Final = 78  # EX_CONFIG of sysexits.h, as for a database that is open to others
PKCS8: Final = b"-----BEGIN PRIVATE KEY-----"


def content(path: Path) -> bytes:
    """Raises Stop when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}") from None


def certificate(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file, which may go on with those that vouch for it. Raises Stop."""
    try:
        return x509.load_pem_x509_certificates(content(path))[0]
    except UNREADABLE:
        raise Stop(f"{path} holds no certificate in PEM form, or a damaged one") from None


def key(path: Path) -> bytes:
    """The content of a key's file. Raises Stop, with the code 78 when others can read it or it is somebody else's."""
    try:
        with path.open("rb") as file:
            _guard(path, os.fstat(file.fileno()))
            return file.read()
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}") from None


def _guard(path: Path, info: os.stat_result) -> None:
    """Looks at the open file, so that nobody can change it for another in between."""
    if os.name != "posix":
        return
    if info.st_uid != os.geteuid():
        raise Stop(f"{path} belongs to another user than the one who runs devchitchat; say: chown {os.geteuid()} {_quoted(path)}", UNSAFE)
    if info.st_mode & 0o077:
        raise Stop(f"{path} can be read by others (mode {info.st_mode & 0o777:o}); say: chmod 600 {_quoted(path)}", UNSAFE)


def private_key(path: Path) -> PrivateKeyTypes:
    """A key as Granian takes it: PEM, PKCS#8, without a password. Raises Stop, with how to make one of another."""
    return parsed(path, key(path))


def parsed(path: Path, data: bytes) -> PrivateKeyTypes:
    """The key in the content of its file. Raises Stop as `private_key` does."""
    if PKCS8 not in data:
        if b"PRIVATE KEY-----" not in data:
            raise Stop(f"{path} holds no private key in PEM form")
        new = path.with_name(f"{path.name}.pkcs8")
        command = f"openssl pkey -in {_quoted(path)} -out {_quoted(new)}"
        raise Stop(f"{path} is not in the form PKCS#8 without a password; say: {command}, and give that file")
    try:
        return serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Stop(f"{path} holds a damaged key, or one of an unknown kind") from None


def fits(certificate: x509.Certificate, key: PrivateKeyTypes) -> bool:
    """Whether the key is the one that the certificate speaks of."""
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    try:
        return certificate.public_key().public_bytes(*form) == key.public_key().public_bytes(*form)
    except UNREADABLE:
        return False


def made_by(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def must_have_begun(certificate: x509.Certificate, now: datetime, what: str, otherwise: str) -> None:
    """Raises Stop when by this machine's clock the certificate is of the future."""
    if now < certificate.not_valid_before_utc:
        said = f"{what} is valid from {moment(certificate.not_valid_before_utc)}, and this machine says it is {moment(now)}"
        raise OutOfTime(f"{said}: set its clock if that is wrong, or {otherwise}")


def must_not_be_over(certificate: x509.Certificate, now: datetime, what: str, otherwise: str) -> None:
    if now >= certificate.not_valid_after_utc:
        until = moment(certificate.not_valid_after_utc)
        said = f"{what} was valid until {until}, and this machine says it is {moment(now)}"
        raise OutOfTime(f"{said}: set its clock if that is wrong, or {otherwise}")


def moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))

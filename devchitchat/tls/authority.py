"""Making certificates: an authority for a house, and with it leaves for its server. Pure: it reads no clock and no file.

Keys are EC P-256, which every browser takes. A leaf lives for 397 days, since browsers refuse more than 398 from a public authority,
and some of them from every one. Both begin a day early, so that a clock which is a little late believes them too.
"""

from __future__ import annotations

import hashlib
import plistlib
import re
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from devchitchat.tls.limits import HOME, Address, Limits, extension, limits_of, permitted

SKEW: Final = timedelta(days=1)
AUTHORITY_LIFE: Final = timedelta(days=3652)
LEAF_LIFE: Final = timedelta(days=397)
LONGEST_HOST: Final = 30  # X.520 allows 64 characters for the whole common name
LEAF_NAME: Final = "devchitchat server"  # not the shape of a host name, or OpenSSL would hold it against the constraints

SERVERS_ONLY: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
"""In an authority too: name constraints say nothing of mail or programs, and a system that reads this lets it sign neither."""


class Pair(Struct, frozen=True):
    """A certificate and its private key, both PEM; the key is PKCS#8, not encrypted, and is never shown."""

    certificate: bytes
    key: bytes

    def __repr__(self) -> str:
        return f"Pair({fingerprint(self.certificate)}, ***)"


def make_authority(now: datetime) -> Pair:
    """A new authority, good for ten years, that may speak for home networks only. `now` has a time zone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(_house())
    start = now.replace(microsecond=0) - SKEW
    builder = (
        _begun(name, name, key.public_key(), start, start + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(SERVERS_ONLY, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(extension(HOME), critical=True)
    )
    return _pair(builder.sign(key, hashes.SHA256()), key)


def make_leaf(authority: Pair, names: Sequence[str], addresses: Sequence[Address], now: datetime) -> Pair:
    """A server's certificate and key for the names and addresses that its authority permits: one other would make the whole of it invalid.

    It never outlives its authority. Raises ValueError when nothing is left, or the authority cannot be read.
    """
    found = permitted(limits_of_pair(authority), names, addresses)
    if not found:
        raise ValueError("there is no name and no address that this authority may speak for")
    return sign_leaf(authority, [x509.DNSName(one) if isinstance(one, str) else x509.IPAddress(one) for one in found], now)


def sign_leaf(authority: Pair, alternatives: Sequence[x509.GeneralName], now: datetime) -> Pair:
    """A leaf for exactly these; whether it is worth anything is for the constraints to say."""
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    signer = signing_key(authority)
    key = ec.generate_private_key(ec.SECP256R1())
    start = now.replace(microsecond=0) - SKEW
    end = min(start + LEAF_LIFE, issuer.not_valid_after_utc)
    builder = (
        _begun(_name(LEAF_NAME), issuer.subject, key.public_key(), start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(SERVERS_ONLY, critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return _pair(builder.sign(signer, hashes.SHA256()), key)


def limits_of_pair(authority: Pair) -> Limits:
    """What this authority may speak for. Raises ValueError when that is not limited as ours are."""
    limits = limits_of(x509.load_pem_x509_certificate(authority.certificate))
    if limits is None:
        raise ValueError("this authority is not limited to home networks")
    return limits


def signing_key(authority: Pair) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError when it is no EC key."""
    key = serialization.load_pem_private_key(authority.key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the key of the authority is of another kind")
    return key


def der(certificate: bytes) -> bytes:
    """A PEM certificate as DER, which phones want as application/x-x509-ca-cert. Raises ValueError for what is none."""
    return x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 over the DER of a PEM certificate, as `AB:CD:...`, which is how browsers and phones show it."""
    return hashlib.sha256(der(certificate)).digest().hex(":").upper()


def short(fingerprint: str) -> str:
    """The first 12 digits of a fingerprint, in lower case: enough to tell houses apart in the name of a file."""
    return fingerprint.replace(":", "")[:12].lower()


def mobileconfig(certificate: bytes, name: str) -> bytes:
    """Apple's configuration profile that installs a PEM certificate as a root, shown to people as `name`.

    The same certificate gives the same identifiers, so that installing it again replaces it. On an iPhone it must then be
    switched on under General, About, Certificate Trust Settings.
    """
    whole = fingerprint(certificate)
    tag = short(whole)
    inner = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"devchitchat.{tag}.root",
        "PayloadUUID": _uuid(whole, "root"),
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": f"devchitchat-{tag}.cer",
        "PayloadContent": der(certificate),
    }
    outer = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"devchitchat.{tag}",
        "PayloadUUID": _uuid(whole, "profile"),
        "PayloadDisplayName": name,
        "PayloadDescription": f"Lets this device trust {name}, for names and addresses of home networks only.",
        "PayloadContent": [inner],
    }
    return plistlib.dumps(outer)


def _uuid(fingerprint: str, part: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:devchitchat:{fingerprint}:{part}")).upper()


def _house() -> str:
    """The common name: of this machine, and by chance, since two houses with one name would be taken for each other."""
    host = re.sub(r"[^A-Za-z0-9-]", "", socket.gethostname().partition(".")[0])[:LONGEST_HOST]
    return f"devchitchat authority of {host or 'a house'} {secrets.token_hex(3)}"


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *life: datetime) -> x509.CertificateBuilder:
    start, end = life
    return x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), start, end)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Pair(certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(serialization.Encoding.PEM, *form))

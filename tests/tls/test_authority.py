"""Certificates as others see them: what we make, OpenSSL believes; what we must not make, it refuses."""

from __future__ import annotations

import plistlib
import string
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from devchitchat.tls.authority import Pair, der, fingerprint, make_authority, make_leaf, mobileconfig, sign_leaf, signing_key
from devchitchat.tls.files import Files
from devchitchat.tls.keeping import Keeper
from devchitchat.tls.limits import HOME, Limits, limits_of, refused
from tests.tls.conftest import NOW, Verify

Extension = x509.Extension[x509.ExtensionType] | x509.ExtensionType
HOUSE = make_authority(NOW)
NAMES = ("devchitchat.local", "localhost", "box.home.arpa")
ADDRESSES = tuple(map(ip_address, ("127.0.0.1", "192.168.1.5", "::1", "fd00::5")))
LEAF = make_leaf(HOUSE, NAMES, ADDRESSES, NOW)


def read(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


@pytest.mark.parametrize("name", NAMES)
def test_a_leaf_is_believed_by_its_names(name: str, verify: Verify) -> None:
    assert verify(HOUSE, LEAF, "-verify_hostname", name).returncode == 0


@pytest.mark.parametrize("address", [str(address) for address in ADDRESSES])
def test_a_leaf_is_believed_by_its_addresses(address: str, verify: Verify) -> None:
    assert verify(HOUSE, LEAF, "-verify_ip", address).returncode == 0


def test_a_leaf_is_not_believed_for_what_it_does_not_name(verify: Verify) -> None:
    assert "mismatch" in verify(HOUSE, LEAF, "-verify_hostname", "another.local").stderr
    assert "mismatch" in verify(HOUSE, LEAF, "-verify_ip", "192.168.1.6").stderr


def test_a_leaf_of_another_house_is_not_believed(verify: Verify) -> None:
    assert verify(make_authority(NOW), LEAF).returncode != 0


@pytest.mark.parametrize(
    "forged",
    [
        x509.DNSName("www.example.com"),
        x509.DNSName("evillocal"),
        x509.DNSName("local.example.com"),
        x509.IPAddress(ip_address("93.184.216.34")),
        x509.IPAddress(ip_address("172.32.0.1")),
        x509.IPAddress(ip_address("2001:db8::1")),
    ],
    ids=lambda name: str(name.value),
)
def test_a_stolen_key_cannot_speak_for_the_internet(forged: x509.GeneralName, verify: Verify) -> None:
    made = sign_leaf(HOUSE, [x509.DNSName("devchitchat.local"), forged], NOW)
    assert "permitted subtree violation" in verify(HOUSE, made).stderr
    assert verify(HOUSE, sign_leaf(HOUSE, [x509.DNSName("devchitchat.local")], NOW)).returncode == 0


def test_a_stolen_key_cannot_speak_for_mail(verify: Verify) -> None:
    """No name constraint mentions addresses of mail, so that alone would permit every one."""
    leaf, mail = read(LEAF), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    for house, says in ((HOUSE, "nsuitable certificate purpose"), (as_made_before(HOUSE), "")):
        forged = re_signed(leaf, house, [*(each for each in leaf.extensions if each.oid != mail.oid), mail])
        found = verify(house, Pair(forged.public_bytes(Encoding.PEM), b""), "-purpose", "smimesign")
        assert (says in found.stderr, found.returncode == 0) == (True, not says), found.stderr


def test_an_authority_that_was_made_without_that_limit_is_as_good_as_before(verify: Verify, tmp_path: Path) -> None:
    before = as_made_before(HOUSE)
    files = Files.named(tmp_path, "authority")
    files.save(before)
    kept = Keeper(tmp_path, lambda: NOW).serve(["devchitchat.local"], [])
    assert kept.fingerprint == fingerprint(before.certificate)
    assert verify(before, Pair(kept.certificate.read_bytes(), b""), "-verify_hostname", "devchitchat.local").returncode == 0


def as_made_before(house: Pair) -> Pair:
    """As authorities of ours were at first: without an extended key usage."""
    certificate = read(house)
    extensions = [each for each in certificate.extensions if each.oid != x509.ExtendedKeyUsage.oid]
    return Pair(re_signed(certificate, house, extensions).public_bytes(Encoding.PEM), house.key)


def re_signed(like: x509.Certificate, by: Pair, extensions: Sequence[Extension]) -> x509.Certificate:
    life = like.not_valid_before_utc, like.not_valid_after_utc
    builder = x509.CertificateBuilder(like.issuer, like.subject, like.public_key(), like.serial_number, *life)
    for each in extensions:
        found = (each.value, each.critical) if isinstance(each, x509.Extension) else (each, False)
        builder = builder.add_extension(*found)
    return builder.sign(signing_key(by), hashes.SHA256())


def test_what_the_authority_may_not_speak_for_is_left_out_and_named(verify: Verify) -> None:
    names, addresses = ("www.example.com", "box", "*.local", "Box.Local."), (ip_address("8.8.8.8"), ip_address("fe80::1%7"))
    leaf = make_leaf(HOUSE, names, addresses, NOW)
    held = read(leaf).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert refused(HOME, names, addresses) == ["www.example.com", "box", "*.local", "8.8.8.8"]
    assert [name.value for name in held] == ["box.local", IPv6Address("fe80::1")]
    assert verify(HOUSE, leaf, "-verify_hostname", "box.local").returncode == 0


def test_a_leaf_for_nothing_is_not_made() -> None:
    with pytest.raises(ValueError, match="no name and no address"):
        make_leaf(HOUSE, ["www.example.com"], [IPv4Address("8.8.8.8")], NOW)


LABELS = st.text(string.ascii_letters + string.digits + "-_.*é", max_size=12)


@settings(deadline=None)
@given(st.lists(LABELS | LABELS.map("{}.local".format), max_size=3), st.lists(st.ip_addresses(), max_size=3))
def test_whatever_is_asked_for_a_leaf_holds_what_is_permitted_only(names: list[str], addresses: list[IPv4Address | IPv6Address]) -> None:
    made = read(make_leaf(HOUSE, [*names, "box.local"], addresses, NOW))
    held = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left_out = refused(HOME, names, addresses)
    assert all(HOME.permits(name.value) for name in held)
    assert all(HOME.permits(name) is (name not in left_out) for name in names)


def test_an_authority_lives_ten_years_and_a_leaf_397_days_both_from_yesterday() -> None:
    house, leaf = read(HOUSE), read(LEAF)
    assert house.not_valid_before_utc == leaf.not_valid_before_utc == NOW - timedelta(days=1)
    assert house.not_valid_after_utc.year == NOW.year + 10
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=397)


def test_a_leaf_does_not_outlive_its_authority() -> None:
    assert read(make_leaf(HOUSE, NAMES, (), NOW + timedelta(days=3500))).not_valid_after_utc == read(HOUSE).not_valid_after_utc


def test_an_authority_says_what_it_is_for() -> None:
    found = read(HOUSE).extensions
    constraints = found.get_extension_for_class(x509.BasicConstraints)
    usage = found.get_extension_for_class(x509.KeyUsage)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    assert (usage.critical, usage.value.key_cert_sign, usage.value.crl_sign, usage.value.digital_signature) == (True, True, True, False)
    assert list(found.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert found.get_extension_for_class(x509.NameConstraints).critical
    assert limits_of(read(HOUSE)) == HOME


def test_a_leaf_says_what_it_is_for() -> None:
    found = read(LEAF).extensions
    assert isinstance(read(LEAF).public_key(), ec.EllipticCurvePublicKey)
    assert list(found.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not found.get_extension_for_class(x509.BasicConstraints).value.ca
    assert found.get_extension_for_class(x509.KeyUsage).value.digital_signature


def test_two_houses_differ_in_name() -> None:
    assert read(make_authority(NOW)).subject != read(HOUSE).subject


def test_limits_are_within_others_or_not() -> None:
    public = Limits(("local", "com"), HOME.networks)
    assert HOME.within(HOME) and Limits(("x.local",), HOME.networks[:1]).within(HOME)
    assert not public.within(HOME) and not Limits((), (ip_network("0.0.0.0/0"),)).within(HOME)


def test_a_pair_never_shows_its_key() -> None:
    secret = HOUSE.key.splitlines()[1].decode()
    assert secret not in repr(HOUSE) and secret not in f"{HOUSE}" and fingerprint(HOUSE.certificate) in repr(HOUSE)


def test_a_fingerprint_is_the_one_that_others_show(openssl: str, tmp_path: Path) -> None:
    file = tmp_path / "house.pem"
    file.write_bytes(HOUSE.certificate)
    shown = subprocess.run([openssl, "x509", "-in", file, "-noout", "-fingerprint", "-sha256"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip().endswith(f"={fingerprint(HOUSE.certificate)}")


def test_a_profile_for_apple_holds_the_certificate_and_is_the_same_each_time() -> None:
    made = mobileconfig(HOUSE.certificate, "The <house> & co")
    profile = plistlib.loads(made)
    (inner,) = profile["PayloadContent"]
    assert made == mobileconfig(HOUSE.certificate, "The <house> & co")
    assert (inner["PayloadType"], inner["PayloadContent"]) == ("com.apple.security.root", der(HOUSE.certificate))
    assert profile["PayloadDisplayName"] == "The <house> & co"
    other = plistlib.loads(mobileconfig(make_authority(NOW).certificate, "Another"))
    assert len({profile["PayloadUUID"], inner["PayloadUUID"], other["PayloadUUID"], other["PayloadContent"][0]["PayloadUUID"]}) == 4

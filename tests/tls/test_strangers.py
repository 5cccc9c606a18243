"""Files that pretend to be an authority: whatever is changed in a good one, it is refused, and in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.tls.authority import der, make_authority, make_leaf
from devchitchat.tls.limits import HOME, Limits, extension
from devchitchat.tls.places import Machine
from devchitchat.tls.trust import carry_out, must_be_limited, parsed

TODAY = datetime.now(UTC)
HOUSE = make_authority(TODAY)
GOOD = der(HOUSE.certificate)
PATH = Path("house.cer")


def judge(content: bytes) -> None:
    must_be_limited(PATH, parsed(PATH, content))


def test_the_unchanged_one_is_taken() -> None:
    judge(GOOD)


@pytest.mark.filterwarnings("ignore")
@settings(deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), by=st.integers(1, 255))
def test_one_changed_byte_is_enough_to_be_refused(at: int, by: int) -> None:
    with pytest.raises(Stop, match=r"house\.cer"):
        judge(GOOD[:at] + bytes([GOOD[at] ^ by]) + GOOD[at + 1 :])


@settings(deadline=None)
@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda tail: b"\x30" + tail))
def test_any_bytes_are_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(Stop, match=r"house\.cer"):
        judge(content)


def unlimited(limits: Limits | None) -> bytes:
    """An authority like ours, with other limits or none."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Evil \x1b[2J Corp")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, TODAY - timedelta(1), TODAY + timedelta(9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
    )
    if limits is not None:
        builder = builder.add_extension(extension(limits), critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (unlimited(None), "is not limited to home networks"),
        (unlimited(Limits(("com",), HOME.networks)), "is not limited to home networks"),
        (unlimited(Limits(HOME.domains, ())), "is not limited to home networks"),
        (unlimited(Limits((), HOME.networks)), "is not limited to home networks"),
        (make_leaf(HOUSE, ["box.local"], [], TODAY).certificate, "is not the certificate of an authority"),
        (HOUSE.certificate + unlimited(None), "holds more than one certificate"),
        (make_authority(TODAY - timedelta(days=4000)).certificate, "get the new one from its server"),
        (make_authority(TODAY + timedelta(days=400)).certificate, "set its clock if that is wrong, or get another from its server"),
        (HOUSE.key, "holds no certificate"),
        (b"", "holds no certificate"),
        (b"\x30\x00", "holds no certificate"),
    ],
)
def test_a_stranger_is_turned_away(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(Stop) as caught:
        judge_today(tmp_path, content)
    assert says in caught.value.message and "\n" not in caught.value.message


def judge_today(folder: Path, content: bytes) -> None:
    """The whole command, on a machine where nothing could take it."""
    file = folder / "house.crt"
    file.write_bytes(content)
    carry_out(Config(data=folder), file, Machine("linux", folder, root=folder), remove=False)


def test_an_authority_with_fewer_rights_than_ours_is_taken_and_plays_no_tricks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge_today(tmp_path, unlimited(Limits(("local",), HOME.networks[:2])))
    assert capsys.readouterr().out.splitlines()[0] == "Evil ?[2J Corp"

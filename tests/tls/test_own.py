"""The operator's own certificate: what fits is taken as it is, what does not is one line that says what to do."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from devchitchat.errors import Stop
from devchitchat.tls.authority import fingerprint, make_authority, make_leaf
from devchitchat.tls.keeping import own
from tests.tls.conftest import NOW

HOUSE = make_authority(NOW)
LEAF = make_leaf(HOUSE, ["box.local"], [], NOW)
Files = tuple[Path, Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A certificate with the one that vouches for it behind, and its key."""
    certificate, key = tmp_path / "my own.pem", tmp_path / "my own.key"
    certificate.write_bytes(LEAF.certificate + HOUSE.certificate)
    write(key, LEAF.key)
    return certificate, key


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def stopped(files: Files, days: int = 0) -> Stop:
    with pytest.raises(Stop) as caught:
        own(*files, NOW + timedelta(days=days))
    assert "\n" not in caught.value.message and "BEGIN" not in caught.value.message
    return caught.value


def test_a_certificate_and_its_key_are_taken_as_they_are(files: Files) -> None:
    kept = own(*files, NOW)
    assert (kept.certificate, kept.key, kept.renewed) == (*files, False)
    assert kept.fingerprint == fingerprint(LEAF.certificate)
    assert kept.not_after == NOW + timedelta(days=396)


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_is_not_there_is_named(which: int, files: Files) -> None:
    files[which].unlink()
    assert f"{files[which]} cannot be read: No such file" in stopped(files).message


def test_a_folder_is_no_key(files: Files) -> None:
    assert "cannot be read: Is a directory" in stopped((files[0], files[0].parent)).message


def test_a_key_of_another_certificate_is_refused(files: Files) -> None:
    write(files[1], HOUSE.key)
    assert "does not fit" in stopped(files).message


def test_a_certificate_that_is_none_is_refused(files: Files) -> None:
    files[0].write_bytes(b"\x30\x82")
    assert "holds no certificate in PEM form" in stopped(files).message


@pytest.mark.skipif(os.name != "posix", reason="modes are looked at on POSIX only")
def test_a_key_that_others_can_read_is_refused(files: Files) -> None:
    files[1].chmod(0o640)
    stop = stopped(files)
    assert stop.code == 78 and stop.message.endswith(f"say: chmod 600 '{files[1]}'")


@pytest.mark.parametrize(
    ("days", "says"), [(-10, "is valid from 2027-02-28 12:00 UTC"), (396, "was valid until 2028-03-31 12:00 UTC")], ids=["early", "late"]
)
def test_a_certificate_of_another_time_is_refused(days: int, says: str, files: Files) -> None:
    assert says in stopped(files, days).message


FORMS = {
    "RSA": ["genrsa", "-traditional", "-out"],
    "SEC1": ["ecparam", "-genkey", "-name", "prime256v1", "-out"],
    "encrypted": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:open", "-out"],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_key_in_another_form_is_told_how_to_become_ours(form: str, files: Files, openssl: str) -> None:
    """The command that is told is run as it stands, so that it is known to help."""
    subprocess.run([openssl, *FORMS[form], files[1]], check=True, capture_output=True)
    files[1].chmod(0o600)
    message = stopped(files).message
    command = message.partition("say: ")[2].removesuffix(", and give that file")
    typed = f"{command} -passin pass:open" if form == "encrypted" else command
    subprocess.run(["sh", "-c", typed], check=True, capture_output=True)
    assert "does not fit" in stopped((files[0], files[1].with_name("my own.key.pkcs8"))).message

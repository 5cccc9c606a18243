"""`devchitchat trust` in a home and a system of its own: put in twice, taken out twice, and strangers turned away."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.tls.authority import der, fingerprint, make_authority, make_leaf, short
from devchitchat.tls.machine import perform, this_machine
from devchitchat.tls.places import Machine
from devchitchat.tls.trust import carry_out

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the fake programs are shell scripts")
STORE = "usr/local/share/ca-certificates"
TODAY = datetime.now(UTC)
HOUSE = make_authority(TODAY)
OPEN = "; if it is open, close it altogether: it looks at its start only"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data=tmp_path / "data")


@pytest.fixture(autouse=True)
def private() -> Iterator[None]:
    """What a command does for itself is its owner's alone, as in the real one."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    return folder


@pytest.fixture
def debian(tmp_path: Path, home: Path) -> Machine:
    """A system whose update writes down what it finds; nothing of the real one is touched."""
    root = tmp_path / "root"
    (root / STORE).mkdir(parents=True)
    tool = script(tmp_path / "update", f"cat {root / STORE}/*.crt > {root}/bundle 2> {root}/trouble || true; umask > {root}/umask")
    return Machine("linux", home, root=root, rights=True, tools={"update-ca-certificates": tool})


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


def given(folder: Path, content: bytes, name: str = "house.crt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_system_takes_the_house_in_and_out_and_each_twice(config: Config, debian: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(config, None, debian, remove=False) == carry_out(config, None, debian, remove=False) == 0
    made = (config.data / "tls" / "authority.crt").read_bytes()
    (file,) = (debian.root / STORE).iterdir()
    assert file.name == f"devchitchat-{short(fingerprint(made))}.crt" and file.stat().st_mode & 0o777 == 0o644
    assert (debian.root / "bundle").read_bytes() == made
    assert (debian.root / "umask").read_text().strip() == "0022"
    said = lines(capsys)
    assert f"SHA-256 {fingerprint(made)}" in said and f"this system ({debian.root / STORE})  done" in said
    assert carry_out(config, None, debian, remove=True) == carry_out(config, None, debian, remove=True) == 0
    assert (debian.root / "bundle").read_bytes() == b"" and not list((debian.root / STORE).iterdir())
    assert [line.partition(")  ")[2] for line in lines(capsys) if line.startswith("this system")] == ["taken out", "not there"]


def test_debian_itself_takes_the_house_in_and_out(config: Config, debian: Machine, tmp_path: Path) -> None:
    tool = shutil.which("update-ca-certificates", path=f"{os.environ['PATH']}:/usr/sbin")
    if tool is None:
        pytest.skip("this is no Debian")
    places = {name: tmp_path / name for name in ("etccertsdir", "certsdir", "hooksdir")}
    for place in places.values():
        place.mkdir()
    given(tmp_path, b"", "conf")
    options = " ".join(f"--{name} {place}" for name, place in places.items())
    real = script(tmp_path / "real", f'exec {tool} "$@" --localcertsdir {debian.root / STORE} --certsconf {tmp_path}/conf {options}')
    machine = Machine("linux", debian.home, root=debian.root, rights=True, tools={"update-ca-certificates": real})
    assert carry_out(config, None, machine, remove=False) == 0
    bundle = places["etccertsdir"] / "ca-certificates.crt"
    assert bundle.read_bytes() == (config.data / "tls" / "authority.crt").read_bytes() and bundle.stat().st_mode & 0o777 == 0o644
    assert carry_out(config, None, machine, remove=True) == 0
    assert not list(places["etccertsdir"].glob("*.pem")) and not list(places["etccertsdir"].glob("*.0"))


def test_a_store_that_fails_is_left_clean(config: Config, debian: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = script(tmp_path / "broken", "echo the disk is full >&2; exit 3")
    machine = Machine("linux", debian.home, root=debian.root, rights=True, tools={"update-ca-certificates": broken})
    assert carry_out(config, None, machine, remove=False) == 1
    assert f"this system ({debian.root / STORE})  FAILED: the disk is full" in lines(capsys)
    assert not list((debian.root / STORE).iterdir())


def test_without_rights_the_line_to_say_is_told_and_works(
    config: Config, debian: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine("linux", debian.home, root=debian.root, tools=debian.tools)
    file = given(tmp_path, der(HOUSE.certificate), "my house.cer")
    assert carry_out(config, file, machine, remove=False) == 1
    command = next(line for line in lines(capsys) if "needs rights: " in line).partition("needs rights: sudo ")[2]
    subprocess.run(["sh", "-c", command], check=True)
    assert (debian.root / "bundle").read_bytes() == HOUSE.certificate
    assert carry_out(config, file, machine, remove=False) == 0
    assert carry_out(config, file, machine, remove=True) == 1
    assert "needs rights: sudo sh -c 'rm -f" in capsys.readouterr().out


@pytest.fixture
def browsers(home: Path, certutil: str) -> list[Path]:
    """A Firefox's profile that is there, and Chromium's database that is not yet."""
    profile = home / ".mozilla/firefox/ab12.default"
    profile.mkdir(parents=True)
    subprocess.run([certutil, "-N", "--empty-password", "-d", f"sql:{profile}"], check=True, stdin=subprocess.DEVNULL)
    return [profile, home / ".pki/nssdb"]


def listed(certutil: str, database: Path) -> str:
    return subprocess.run([certutil, "-L", "-d", f"sql:{database}"], check=True, capture_output=True, text=True).stdout


def homely(tmp_path: Path) -> Machine:
    """This machine with its real tools and the home of the test, and a system without a store."""
    found = this_machine()
    return Machine(
        "linux", found.home, databases=found.databases, makes_chromium=found.makes_chromium, tools=found.tools, root=tmp_path / "none"
    )


def test_browsers_take_the_house_in_and_out_and_each_twice(
    config: Config, browsers: list[Path], certutil: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert carry_out(config, None, homely(tmp_path), remove=False) == 0
        assert [listed(certutil, database).count("C,,") for database in browsers] == [1, 1]
    assert browsers[1].stat().st_mode & 0o777 == 0o700
    said = lines(capsys)
    assert f"Firefox ({browsers[0]})  done{OPEN}" in said and f"Chromium ({browsers[1]})  done{OPEN}" in said
    for outcome in (f"taken out{OPEN}", "not there"):
        assert carry_out(config, None, homely(tmp_path), remove=True) == 0
        assert [listed(certutil, database).count("devchitchat") for database in browsers] == [0, 0]
        assert f"Firefox ({browsers[0]})  {outcome}" in lines(capsys)


def test_nss_believes_a_leaf_of_the_house(config: Config, browsers: list[Path], certutil: str, tmp_path: Path) -> None:
    """And no longer when the house is taken out: what NSS says is what Firefox and Chromium on Linux go by."""
    file = given(tmp_path, HOUSE.certificate)
    leaf = make_leaf(HOUSE, ["box.local"], [], TODAY)
    at = ("-d", f"sql:{browsers[0]}")
    judged = (certutil, *at, "-V", "-u", "V", "-n", "leaf")
    assert perform((certutil, *at, "-A", "-t", ",,", "-n", "leaf", "-i", str(given(tmp_path, leaf.certificate, "leaf")))).trouble is None
    assert perform(judged).trouble is not None
    carry_out(config, file, homely(tmp_path), remove=False)
    assert perform(judged).trouble is None
    carry_out(config, file, homely(tmp_path), remove=True)
    assert perform(judged).trouble is not None


def test_a_database_with_a_password_says_what_to_do(
    config: Config, home: Path, certutil: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, word = home / ".mozilla/firefox/locked", given(tmp_path, b"a long password\n", "word")
    profile.mkdir(parents=True)
    subprocess.run([certutil, "-N", "-f", word, "-d", f"sql:{profile}"], check=True, stdin=subprocess.DEVNULL)
    machine = Machine("linux", home, databases=(profile,), tools={"certutil": certutil}, root=tmp_path / "none")
    assert carry_out(config, None, machine, remove=False) == 1
    (line,) = (line for line in lines(capsys) if line.startswith("Firefox"))
    assert "FAILED" in line and f"import {config.data / 'tls' / 'authority.crt'} in the browser's settings" in line
    assert "devchitchat" not in listed(certutil, profile)


def test_there_is_nothing_to_take_out_where_there_is_no_house(config: Config, debian: Machine) -> None:
    with pytest.raises(Stop, match="give its certificate as FILE"):
        carry_out(config, None, debian, remove=True)
    assert not config.data.exists()


def test_the_key_of_the_house_is_not_needed_to_trust_it(config: Config, debian: Machine) -> None:
    folder = config.data / "tls"
    folder.mkdir(parents=True)
    given(folder, HOUSE.certificate, "authority.crt")
    assert carry_out(config, None, debian, remove=False) == 0

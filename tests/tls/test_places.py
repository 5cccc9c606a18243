"""The commands that are planned for each kind of machine, as lists; those of macOS and Windows are not run anywhere here."""

from __future__ import annotations

import shlex
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from devchitchat.tls.machine import nss_databases
from devchitchat.tls.places import Anchor, Machine, Place, places

TAG, SHA1 = "96a5311ea7f4", "6AAA3658716A61711D368060154741E11FF9B2DB"
ANCHOR = Anchor(
    PurePosixPath("/tmp/x/authority.crt"), PurePosixPath("/home/anna b/house.crt"), False, TAG, "devchitchat authority of box 1", SHA1
)
CERTUTIL = {"certutil": "/usr/bin/certutil"}
DEBIAN = {"update-ca-certificates": "/usr/sbin/update-ca-certificates"}
FEDORA = {"update-ca-trust": "/usr/bin/update-ca-trust"}


def test_a_mac_asks_its_keychain_for_servers_only() -> None:
    (place,) = places(ANCHOR, Machine("darwin", PurePosixPath("/Users/anna")))
    chain = "/Users/anna/Library/Keychains/login.keychain-db"
    adding = "/usr/bin/security add-trusted-cert -r trustRoot -p ssl -p basic -k"
    assert place.add == ((*adding.split(), chain, "/tmp/x/authority.crt"),)
    assert place.remove == (("/usr/bin/security", "delete-certificate", "-Z", SHA1, "-t", chain),)
    assert place.has == ("/usr/bin/security", "find-certificate", "-a", "-Z", "-c", "devchitchat authority of box 1", chain)
    assert place.shows == SHA1 and not place.by_hand


def test_a_mac_with_the_tools_of_nss_serves_its_firefox_too() -> None:
    profile = PurePosixPath("/Users/anna/Library/Application Support/Firefox/Profiles/a.b")
    found = places(ANCHOR, Machine("darwin", PurePosixPath("/Users/anna"), databases=(profile,), tools=CERTUTIL))
    assert [place.says for place in found] == ["this user's keychain", f"Firefox ({profile})"]


def test_windows_asks_for_the_roots_of_the_user_and_by_its_own_certutil() -> None:
    machine = Machine("win32", PureWindowsPath("C:/Users/anna"), tools=CERTUTIL, windows=PureWindowsPath("D:/Windows"))
    (place,) = places(ANCHOR, machine)
    ours = ("D:\\Windows\\System32\\certutil.exe", "-user")
    assert place.add == ((*ours, "-addstore", "Root", "/tmp/x/authority.crt"),)
    assert place.remove == ((*ours, "-delstore", "Root", SHA1),)
    assert place.has == (*ours, "-store", "Root", SHA1)


def linux(root: Path, folder: str, tools: dict[str, str], anchor: Anchor = ANCHOR, *, rights: bool = True) -> Place:
    (root / folder).mkdir(parents=True)
    return places(anchor, Machine("linux", PurePosixPath("/home/anna"), root=root, rights=rights, tools=tools))[0]


@pytest.mark.parametrize(
    ("folder", "tools", "update"),
    [
        ("usr/local/share/ca-certificates", DEBIAN, "/usr/sbin/update-ca-certificates --fresh"),
        ("etc/pki/trust/anchors", DEBIAN, "/usr/sbin/update-ca-certificates --fresh"),
        ("etc/pki/ca-trust/source/anchors", FEDORA, "/usr/bin/update-ca-trust extract"),
        ("etc/ca-certificates/trust-source/anchors", FEDORA, "/usr/bin/update-ca-trust extract"),
    ],
    ids=["debian", "suse", "fedora", "arch"],
)
def test_a_linux_gets_a_file_and_is_told_to_look(folder: str, tools: dict[str, str], update: str, tmp_path: Path) -> None:
    place = linux(tmp_path, folder, tools)
    target = f"{tmp_path / folder}/devchitchat-{TAG}.crt"
    assert place.has == ("test", "-f", target)
    assert place.add == (("install", "-m", "644", "/tmp/x/authority.crt", target), tuple(update.split()))
    assert place.remove == (("rm", "-f", target), tuple(update.split()))
    assert not place.by_hand and not place.by_hand_removed


def test_without_rights_there_is_one_line_to_say_as_root(tmp_path: Path) -> None:
    place = linux(tmp_path, "usr/local/share/ca-certificates", DEBIAN, rights=False)
    *sudo, script = shlex.split(place.by_hand)
    target = f"{tmp_path}/usr/local/share/ca-certificates/devchitchat-{TAG}.crt"
    assert sudo == ["sudo", "sh", "-c"]
    assert script == f"install -m 644 '/home/anna b/house.crt' {target} && /usr/sbin/update-ca-certificates --fresh"
    assert shlex.split(place.by_hand_removed)[3] == f"rm -f {target} && /usr/sbin/update-ca-certificates --fresh"


def test_without_rights_a_certificate_in_der_is_turned_into_pem(tmp_path: Path) -> None:
    binary = Anchor(ANCHOR.file, PurePosixPath("/home/anna/house.cer"), True, TAG, ANCHOR.name, SHA1)
    place = linux(tmp_path, "etc/pki/ca-trust/source/anchors", FEDORA, binary, rights=False)
    assert "openssl x509 -inform DER -in /home/anna/house.cer -out " in shlex.split(place.by_hand)[3]


def test_an_unknown_linux_says_so(tmp_path: Path) -> None:
    system, browsers = places(ANCHOR, Machine("linux", PurePosixPath("/home/anna"), root=tmp_path, tools=DEBIAN))
    assert "no store of authorities" in system.lacks
    assert "install libnss3-tools" in browsers.lacks


def test_in_the_home_of_another_nothing_is_made(tmp_path: Path) -> None:
    machine = Machine("linux", PurePosixPath("/home/anna"), root=tmp_path, foreign_home=True, makes_chromium=True, tools=CERTUTIL)
    assert "without sudo" in places(ANCHOR, machine)[1].lacks


def test_databases_are_found_where_browsers_keep_them(tmp_path: Path) -> None:
    made = [
        ".pki/nssdb",
        ".local/share/pki/nssdb",
        "snap/chromium/current/.pki/nssdb",
        ".var/app/org.chromium.Chromium/.pki/nssdb",
        ".mozilla/firefox/ab12.default-release",
        ".config/mozilla/firefox/cd34.default",
        "snap/firefox/common/.mozilla/firefox/ef56.default",
        ".var/app/org.mozilla.firefox/.mozilla/firefox/gh78.default",
    ]
    for place in [*made, ".mozilla/firefox/Crash Reports"]:
        (tmp_path / place).mkdir(parents=True)
    for place in made:
        (tmp_path / place / "cert9.db").write_bytes(b"")
    assert set(nss_databases(tmp_path, tmp_path / ".local/share")) == {tmp_path / place for place in made}

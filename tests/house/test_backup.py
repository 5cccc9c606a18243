"""`devchitchat backup` beside the running server, and a house that starts on what it made."""

from __future__ import annotations

import pytest

from tests.house.server import Server


@pytest.mark.parametrize("running", [True, False])
def test_a_house_starts_on_a_copy_that_was_made_of_another(running: bool, server: Server) -> None:
    server.start()
    guest = server.newcomer()
    if not running:
        server.stop()
    copy = server.data.parent / "copy.db"
    made = server.command("backup", str(copy))
    assert (made.returncode, made.stdout.strip(), made.stderr) == (0, str(copy), "")
    server.stop()
    copy.replace(server.data / "devchitchat.db")
    server.start()
    assert server.fetch("/session", token=guest.token).said["user"]["handle"] == guest.handle
    assert server.errors() == []


def test_a_backup_that_cannot_be_is_refused_in_one_line(server: Server) -> None:
    nothing = server.command("backup", str(server.data.parent / "copy.db"))
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (74, 1)
    server.command("invite")
    nowhere = server.command("backup", str(server.data / "no" / "such" / "copy.db"))
    assert (nowhere.returncode, len(nowhere.stderr.splitlines())) == (1, 1)

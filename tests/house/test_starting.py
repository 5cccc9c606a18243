"""How a house begins, and when it will not: what its first lines say, and one line and an exit code for all that is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.house.server import BOOTSTRAP, PATIENCE, ROOT, Server, run

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


def one_line(stderr: str) -> str:
    """A refusal is one line for a person, without a traceback."""
    lines = stderr.splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith("devchitchat: ")
    return lines[0]


def test_the_first_start_prints_the_first_admins_link_and_a_later_one_how_to_make_another(server: Server) -> None:
    link = server.start()[1].partition("Open: ")[2]
    address, _, token = link.partition("/#invite=")
    assert address == f"http://127.0.0.1:{server.port}"
    assert len(token) >= 43
    assert server.enter("first", token).handle == "first"
    assert server.stop() == 0
    server.start("--bootstrap-token", BOOTSTRAP)
    assert not any("#invite=" in line for line in server.lines)
    assert any("devchitchat invite" in line and "--admin" in line for line in server.lines)
    assert server.sign_up("second", BOOTSTRAP).status == 401


def test_a_first_token_that_was_used_otherwise_is_refused_in_one_line(server: Server) -> None:
    member = server.command("invite").stdout.strip().partition("#invite=")[2]
    found = server.command("serve", "--bootstrap-token", member)
    assert (found.returncode, found.stdout) == (1, "")
    assert "choose a new one" in one_line(found.stderr)
    assert member not in found.stderr


def test_a_start_loads_nothing_that_its_first_socket_does_not_need() -> None:
    """Each of these takes some hundredths of it; the list is of what has been there."""
    program = "import sys, devchitchat.cli, devchitchat.logs, devchitchat.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-P", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "gateway.connection" in loaded
    assert not {"ctypes", "email", "ifaddr", "importlib.metadata", "litestar", "platformdirs", "segno", "tomllib"} & set(loaded)


@pytest.mark.skipif(sys.platform != "linux", reason="schedulers by name are Linux's")
def test_the_threads_of_a_running_house_take_turns(shared: Server) -> None:
    """As soon as it has loaded all that it needs later."""
    assert shared.process
    tasks, deadline = Path(f"/proc/{shared.process.pid}/task"), monotonic() + PATIENCE
    while {os.sched_getscheduler(int(thread.name)) for thread in tasks.iterdir()} != {os.SCHED_BATCH}:
        assert monotonic() < deadline


def test_invites_made_beside_the_running_server_let_in_as_many_as_they_say(server: Server) -> None:
    server.start()
    made = server.command("invite", "--uses", "2", "--ttl", "30m", "--note", "for the neighbours")
    assert (made.returncode, made.stderr) == (0, "")
    address, _, token = made.stdout.strip().partition("/#invite=")
    assert address == f"http://127.0.0.1:{server.port}"
    assert [server.sign_up(handle, token).status for handle in ("aa", "bb", "cc")] == [200, 200, 401]
    admin = server.command("invite", "--admin").stdout.strip().partition("#invite=")[2]
    assert server.sign_up("chief", admin).said["user"]["roles"] == ["admin"]


def test_a_second_server_is_kept_from_the_same_data_and_the_same_port(server: Server, tmp_path: Path) -> None:
    server.start()
    again = server.command("serve")
    assert again.returncode == 1
    assert "already running" in one_line(again.stderr)
    other = run("serve", "--data", str(tmp_path / "other"), "--tls", "off", "--http-port", str(server.port))
    assert other.returncode == 1
    assert str(server.port) in one_line(other.stderr)
    assert other.stdout == ""
    assert server.fetch("/healthz").said == {"status": "ready"}


@pytest.mark.parametrize(
    ("said", "env", "named"),
    [
        (["serve", "--http-port", "99999"], {}, "--http-port"),
        (["serve"], {"DEVCHITCHAT_HTTP_PORT": "many"}, "DEVCHITCHAT_HTTP_PORT"),
        (["serve", "--host", "chat.example"], {}, "--host"),
        (["serve", "--bootstrap-token", "short and secret"], {}, "--bootstrap-token"),
        (["serve", "--nonsense"], {}, "--nonsense"),
        (["invite", "--uses", "0"], {}, "--uses"),
        (["invite", "--ttl", "soon"], {}, "--ttl"),
        (["dance"], {}, "dance"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(said: list[str], env: dict[str, str], named: str) -> None:
    found = run(*said, env=env)
    assert found.returncode == 2
    line = one_line(found.stderr)
    assert named in line
    assert "short and secret" not in line


@POSIX
def test_all_that_the_house_writes_is_its_owners_alone(server: Server) -> None:
    umask = os.umask(0o022)
    try:
        server.start()
        server.newcomer()
        files = [path for path in server.data.rglob("*") if path.is_file()]
        assert {"devchitchat.db", "devchitchat.db-wal", "devchitchat.db-shm", "server.lock"} <= {path.name for path in files}
        assert {path.name: oct(path.stat().st_mode & 0o777) for path in files} == {path.name: "0o600" for path in files}
        assert oct(server.data.stat().st_mode & 0o777) == "0o700"
    finally:
        os.umask(umask)


@POSIX
@pytest.mark.parametrize("name", ["", "devchitchat.db"])
def test_a_database_that_others_can_read_is_refused_with_the_remedy(name: str, server: Server) -> None:
    server.command("invite")
    path = server.data / name if name else server.data
    path.chmod(0o644 if name else 0o755)
    found = server.command("serve")
    assert found.returncode == 78
    assert f"chmod {600 if name else 700} {path}" in one_line(found.stderr)


def test_a_damaged_database_is_refused_in_one_line(server: Server) -> None:
    server.start()
    server.stop()
    path = server.data / "devchitchat.db"
    sound = path.read_bytes()
    for at in (0, 24, 100):
        bent = bytes(byte ^ 0xFF for byte in sound[at : at + 16])
        path.write_bytes(sound[:at] + bent + sound[at + 16 :])
        found = server.command("serve")
        assert found.returncode == 74, found.stderr
        one_line(found.stderr)


def test_a_server_that_is_ready_says_so_and_tells_nobody_more(shared: Server) -> None:
    answer = shared.fetch("/healthz")
    assert (answer.status, answer.said) == (200, {"status": "ready"})
    assert answer.headers["cache-control"] == "no-store"

"""Units: read back by others than who wrote them, they start the same server, and no secret stands in them."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bus.secret import Secret
from devchitchat import config as configuration
from devchitchat import units
from devchitchat.cli import main, parser
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.options import Tls

SECRET = "a-secret-of-some-length"
NASTY = ["two words", "100%h %%", "$HOME ${HOME} $$", "a \"b\" 'c'", "back\\slash\\", "semi ; colon", "#hash", "<&>--x---y", "naïve 茶"]
PYTHON = (sys.executable, "-P", "-m", "devchitchat")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DEVCHITCHAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "argv", ["pytest"])


def start(config: Config, file: Path | None = None, program: tuple[str, ...] = PYTHON) -> units.Start:
    return units.start(config, file, program, "alice")


def command_in(unit: str) -> list[str]:
    """The words of ExecStart as systemd reads them: quotes and backslashes like a shell's, then %% for a percent sign."""
    (line,) = [line.removeprefix("ExecStart=:") for line in unit.splitlines() if line.startswith("ExecStart=")]
    read = [word.replace("%%", "\0") for word in shlex.split(line)]
    assert not any("%" in word for word in read), "a lone percent sign is a specifier"
    return [word.replace("\0", "%") for word in read]


def config_from(command: list[str]) -> Config:
    said = parser().parse_args(command[command.index("serve") :])
    return configuration.load(vars(said), {}).config


def rich(data: Path, word: str) -> Config:
    return Config(
        data=data / word,
        host="::",
        http_port=9,
        tls=Tls("own", (data / f"{word}.pem", data / "key.pem")),
        hosts=("-a.example", "b"),
        mdns=False,
        turn_username=word,
        log_level="debug",
    )


@pytest.mark.parametrize("word", NASTY)
def test_both_units_start_a_server_that_is_told_the_same(tmp_path: Path, word: str) -> None:
    config = rich(tmp_path, word)
    assert config_from(command_in(units.systemd(start(config)))) == config
    assert config_from(plistlib.loads(units.launchd(start(config)).encode())["ProgramArguments"]) == config


@pytest.mark.parametrize("word", NASTY)
@pytest.mark.parametrize("whose", ["--system", "--user"])
def test_systemd_accepts_the_unit(tmp_path: Path, word: str, whose: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("NOT CHECKED: there is no systemd-analyze here to verify the unit with")
    unit = tmp_path / "devchitchat.service"
    unit.write_text(units.systemd(start(rich(tmp_path, word))), encoding="utf-8")
    env = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    verify = [analyze, whose, "verify", "--man=no", str(unit)]
    done = subprocess.run(verify, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    unit.write_text(unit.read_text(encoding="utf-8").replace("Type=exec", "Type=nonsense"), encoding="utf-8")
    assert "nonsense" in subprocess.run(verify, env=env, capture_output=True, text=True, check=False).stderr, "it must have read it"


def test_the_unit_is_hardened_restarts_after_crashes_only_and_may_write_its_data(tmp_path: Path) -> None:
    lines = units.systemd(start(Config(data=Path("/srv/the chat")))).splitlines()
    wanted = """NoNewPrivileges=yes ProtectSystem=strict PrivateTmp=yes Restart=on-failure KillSignal=SIGTERM LimitNOFILE=4096
        WantedBy=default.target #User=alice"""
    assert "After=network-online.target time-sync.target" in lines, "certificates want the right time"
    assert {*wanted.split(), "RestartPreventExitStatus=2 78", 'ReadWritePaths="-/srv/the chat"'} <= {*lines}
    assert lines[0].startswith("#") and any("~/.config/systemd/user/" in line for line in lines)


def test_data_in_a_temporary_directory_is_not_hidden_by_a_private_one() -> None:
    assert "PrivateTmp" not in units.systemd(start(Config(data=Path("/tmp/chat"))))


def test_the_plist_starts_again_after_failures_and_writes_a_log(tmp_path: Path) -> None:
    read = plistlib.loads(units.launchd(start(Config(data=tmp_path))).encode())
    assert read["KeepAlive"] == {"SuccessfulExit": False} and read["RunAtLoad"]
    assert read["StandardErrorPath"] == str(Path.home() / "Library/Logs/devchitchat.log")


@pytest.mark.parametrize("write", units.WRITERS.values(), ids=units.WRITERS)
def test_a_secret_is_left_out_and_the_unit_says_where_it_belongs(tmp_path: Path, write: units.Writer) -> None:
    data = tmp_path / "two -- words"
    written = write(start(Config(data=data, turn_secret=Secret(SECRET), bootstrap_token=Secret(SECRET), http_port=9)))
    assert SECRET not in written and "***" not in written and "--http-port=9" in written
    assert "bootstrap_token, turn_secret" in written and "devchitchat.toml" in written and "mode 0600" in written


def test_what_stands_in_the_file_stays_there(tmp_path: Path) -> None:
    file = tmp_path / "chat.toml"
    file.write_text(f'http_port = 9\nhosts = ["a"]\nturn_secret = "{SECRET}"\n', encoding="utf-8")
    config = configuration.load({"config": str(file), "http_port": "10"}, {}).config
    this = start(config, file)
    assert this.command[len(PYTHON) :] == ("serve", "--data", str(config.data), "--config", str(file), "--http-port=10")
    assert this.secrets == ()


def test_the_file_of_the_data_directory_needs_no_naming(tmp_path: Path) -> None:
    (tmp_path / "devchitchat.toml").write_text("http_port = 9\n", encoding="utf-8")
    config = configuration.load({"data": str(tmp_path)}, {}).config
    assert config.http_port == 9
    assert start(config).command[len(PYTHON) :] == ("serve", "--data", str(tmp_path))


def test_a_file_is_named_by_flag_before_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"DEVCHITCHAT_CONFIG": "/b"}
    assert units.named_file(["service", "print", "--config=a", "--tls", "c", "k"], environ) == tmp_path / "a"
    assert units.named_file(["service", "print", "--tls", "off"], environ) == Path("/b")
    assert units.named_file([], {}) is None


def test_the_console_script_starts_itself_and_a_module_its_python(tmp_path: Path) -> None:
    script, link = tmp_path / "tool" / "devchitchat", tmp_path / "devchitchat"
    script.parent.mkdir()
    script.touch(mode=0o755)
    link.symlink_to(script)
    assert units.program(str(link)) == [str(link)]
    assert units.program(str(tmp_path / "__main__.py")) == [*PYTHON]


@pytest.mark.parametrize("text", ["a\nExecStartPre=/bin/sh", "a\x1b", "a\udcff"])
def test_what_no_unit_can_hold_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Stop, match="control characters"):
        start(Config(data=tmp_path / text))


def test_a_program_that_systemd_cannot_start_is_told_in_time(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="quote or a backslash"):
        units.systemd(start(Config(data=tmp_path), program=('/opt/"x"/devchitchat',)))


@pytest.mark.parametrize(("platform", "begins"), [("linux", "# devchitchat for systemd"), ("darwin", "<?xml")])
def test_the_command_prints_this_machines_unit(
    tmp_path: Path, platform: str, begins: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert main(["service", "print", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(begins)


def test_windows_is_told_what_to_do_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Stop, match=r"Task Scheduler.*docs/operations\.md") as stopped:
        units.run(Config(data=tmp_path), None)
    assert stopped.value.code == 2 and capsys.readouterr().out == ""

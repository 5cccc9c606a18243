"""The command line: one line for a fault, exit code 2 for a wrong call, and no traceback."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from devchitchat.cli import duration_ms, main, parser, run
from devchitchat.errors import Stop

TOKEN = "a-token-of-20-letters"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVCHITCHAT_DATA", str(tmp_path))
    return tmp_path


def test_config_prints_values_with_their_origins_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--http-port", "9", "--bootstrap-token", TOKEN]) == 0
    out = capsys.readouterr().out
    assert "http_port = 9  (flag --http-port)" in out
    assert "bootstrap_token = ***" in out and TOKEN not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["config", "--http-port", "x"],
        ["--http-port", "x"],
        ["--nonsense"],
        ["frobnicate"],
        ["config", "--http", "1"],
        ["invite", "--ttl", "soon"],
        ["invite", "--uses", "0"],
        ["invite", "--uses"],
        ["config", "--config", "no/such/file"],
        ["backup"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_one_line_and_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("devchitchat: ") and len(told.err.splitlines()) == 1


def test_a_wrong_call_tells_what_to_look_at() -> None:
    with pytest.raises(Stop, match=r"'soon' is no time such as 30m.*devchitchat invite --help"):
        run(["invite", "--ttl", "soon"])


def test_an_invite_is_for_one_person_and_one_day_unless_said() -> None:
    said = parser().parse_args(["invite"])
    assert (said.admin, said.uses, said.ttl, said.note) == (False, 1, 86_400_000, "")


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1_800), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
def test_durations_are_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert duration_ms(text) == seconds * 1000


@pytest.mark.parametrize("text", ["", "0h", "5", "h", "-1h", "1.5h", "5x", "500d", "9" * 30 + "h", "٣h", "5h\n"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        duration_ms(text)


def test_version_and_help_are_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    for flag in ("--version", "--help"):
        with pytest.raises(SystemExit) as ended:
            main([flag])
        assert ended.value.code == 0
    assert "devchitchat 0." in capsys.readouterr().out

"""`devchitchat bot new` and `devchitchat bot test`: a script from a template, and tests without pytest in a process that may be ended."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

import pytest

from devchitchat.cli import main
from devchitchat.scripts import test
from services.hubot.settings import read
from tests.services.hubot.scene import ECHO, furnish


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEVCHITCHAT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_new_script_is_written_listed_and_passes_its_own_test(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bot", "new", "hello"]) == 0
    told = capfd.readouterr().out.splitlines()
    assert len(told) == 2 and "devchitchat bot test hello" in told[0]
    directory = data / "scripts"
    assert {"hello.py", "test_hello.py", "scripts.toml"} == {path.name for path in directory.iterdir()}
    if os.name == "posix":
        assert {path.name: path.stat().st_mode & 0o777 for path in (data, directory)} == {"data": 0o700, "scripts": 0o700}
        assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}
    listing = read(directory).listing
    assert listing.scripts["hello"].can == ("post",)
    assert "help" in listing.scripts and "moderation" not in listing.scripts
    assert main(["bot", "test", "hello"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "3 passed, 0 failed"


def test_what_is_there_is_never_written_over(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = furnish(tmp_path / "bot", {"echo": ECHO}, '# mine\nalias = "!"\n[scripts.echo]\n[scripts.bundled]')
    before = {path: path.read_text() for path in directory.iterdir()}
    for name in ("echo", "bundled", "spam"):
        assert main(["bot", "new", name, "--dir", str(directory)]) == 1
        assert "choose another name" in capsys.readouterr().err
    assert {path: path.read_text() for path in directory.iterdir()} == before
    assert main(["bot", "new", "two", "--scripts", str(directory)]) == 0
    assert (directory / "scripts.toml").read_text().startswith('# mine\nalias = "!"\n[scripts.echo]')
    assert set(read(directory).listing.scripts) == {"echo", "bundled", "two"}


@pytest.mark.parametrize("name", ["", "Two", "two-three", "../two", "test_two", "2", "a" * 41, "two\n", "two.py"])
def test_what_is_no_name_is_refused_and_nothing_is_made(name: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot", "new", name]) == 2
    assert "is no name of a script" in capsys.readouterr().err
    assert not data.exists()


def test_a_list_that_cannot_take_another_table_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = furnish(tmp_path / "bot", {}, "scripts = { echo = {} }")
    assert main(["bot", "new", "two", "--dir", str(directory)]) == 1
    assert "write a table" in capsys.readouterr().err
    assert [path.name for path in directory.iterdir()] == ["scripts.toml"]


def test_a_directory_that_others_can_write_to_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = furnish(tmp_path / "bot", {"echo": ECHO})
    directory.chmod(0o777)
    for command in ("new", "test"):
        assert main(["bot", command, "two", "--dir", str(directory)]) == 78
        assert f"chmod go-w {directory}" in capsys.readouterr().err


def tried(directory: Path, script: str, tests: str, capfd: pytest.CaptureFixture[str], can: str = '["post"]') -> tuple[int, list[str]]:
    furnish(directory, {"one": script, "test_one": tests}, f"[scripts.one]\ncan = {can}\n")
    code = test.run([], directory, limit=2.0)
    return code, capfd.readouterr().out.splitlines()


def test_a_failing_test_shows_its_line_and_both_sides_and_what_the_script_raised(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script = """
        def setup(robot):
            robot.hear("bait", lambda res: {}["key"])
            robot.hear("kick", lambda res: robot.kick(res.message.room, "u_bob"))
        """
    tests = """
        def test_bait(room):
            assert room.says("ada", "bait") == ["caught"]

        def test_kick(room):
            room.says("ada", "kick")
            assert room.deeds, "nothing was done"

        def test_plain(room):
            assert not room.brain == {}

        def test_raises(room):
            room.brain["none"]

        def test_once(room):
            said = []
            assert (said.append(1) or len(said)) == 1
        """
    code, told = tried(tmp_path / "bot", script, tests, capfd)
    assert code == 1
    assert told == [
        "one: test_bait FAILED",
        '    test_one.py:3: assert room.says("ada", "bait") == ["caught"]',
        "      left:  []",
        "      right: ['caught']",
        "    the script raised KeyError at one.py:3: 'key'",
        "one: test_kick FAILED",
        '    test_one.py:7: assert room.deeds, "nothing was done"',
        "      AssertionError: nothing was done",
        "    refused: kick: FORBIDDEN: one is not granted 'moderate'",
        "one: test_plain FAILED",
        "    test_one.py:10: assert not room.brain == {}",
        "one: test_raises FAILED",
        '    test_one.py:13: room.brain["none"]',
        "      KeyError: 'none'",
        "one: test_once ok",
        "1 passed, 4 failed",
    ]


def test_each_test_has_a_fresh_room_and_what_the_list_grants(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script = """
        def setup(robot):
            robot.hear("count", lambda res: robot.brain.set("n", robot.brain.get("n", 0) + 1) and res.send(str(robot.brain.get("n"))))
            robot.hear("kick", lambda res: robot.kick(res.message.room, "u_bob"))
        """
    tests = """
        def test_one(room):
            assert room.says("ada", "count") == ["1"]

        def test_two(room):
            print("printed")
            assert room.says("ada", "count") == ["1"]
            room.says("ada", "kick")
            assert [deed.do for deed in room.deeds] == ["kick"]
        """
    code, told = tried(tmp_path / "bot", script, tests, capfd, can='["post", "moderate"]')
    assert (code, told) == (0, ["one: test_one ok", "one: test_two ok", "2 passed, 0 failed"])


def test_a_test_that_never_ends_or_ends_its_process_is_named_and_the_next_has_its_turn(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = """
        import os
        def setup(robot):
            @lambda handler: robot.hear("loop", handler)
            def loop(res):
                while True:
                    pass
            robot.hear("exit", lambda res: os._exit(3))
            robot.hear("echo", lambda res: res.send("alive"))
        """
    tests = "".join(f"def test_{word}(room):\n    room.says('ada', '{word}')\n" for word in ("loop", "exit"))
    tests += "def test_echo(room):\n    assert room.says('ada', 'echo') == ['alive']\n"
    code, told = tried(tmp_path / "bot", script, tests, capfd)
    assert code == 1
    assert told == [
        "one: test_loop FAILED",
        "    did not end within 2 s",
        "one: test_exit FAILED",
        "    ended the process of the tests (code 3)",
        "one: test_echo ok",
        "1 passed, 2 failed",
    ]


BROKEN = {
    "syntax": ("def test_one(room:\n", "test_one.py:1: '(' was never closed"),
    "import": ("import no_such_module\n", "test_one.py:1: import no_such_module"),
    "loop": ("while True:\n    pass\n", "did not end within 2 s"),
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_a_file_of_tests_that_cannot_be_used_is_a_failure_with_a_line(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tests, why = BROKEN[kind]
    code, told = tried(tmp_path / "bot", ECHO, tests, capfd)
    assert (code, told[0], told[1].strip(), told[-1]) == (1, "one: test_one.py FAILED", why, "0 passed, 1 failed")


def test_a_script_that_cannot_be_loaded_fails_its_tests(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, told = tried(tmp_path / "bot", "def setup(robot:", "def test_one(room):\n    pass\n", capfd)
    assert code == 1
    assert "the script one cannot be loaded: SyntaxError at one.py:1" in told[1]


def test_where_there_are_no_tests_it_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot", "test", "--dir", str(furnish(tmp_path / "bot", {"echo": dedent(ECHO)}))]) == 1
    assert "devchitchat bot new" in capsys.readouterr().err
    assert main(["bot", "test", "echo", "--dir", str(tmp_path / "bot")]) == 1
    assert "test_echo.py" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["new"], ["backtest"], ["backtest", "echo", "--since", "soon"]], ids=" ".join)
def test_a_wrong_call_is_one_line_and_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bot", *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1

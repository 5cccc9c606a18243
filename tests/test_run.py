"""`./run`: what it takes for set up, and the whole of it in a fresh copy with an empty home."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`run` as a module that believes itself in an empty directory."""
    spec = spec_from_loader("run", SourceFileLoader("run", str(ROOT / "run")))
    assert spec and spec.loader
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    python = tmp_path / ".venv" / "python"
    for name, value in {"ROOT": tmp_path, "TOOLS": tmp_path, "STAMP": python.with_name("whole.json"), "PYTHON": python}.items():
        monkeypatch.setattr(module, name, value)
    python.parent.mkdir()
    python.touch()
    return module


WHOLE = {"ground": "g", "contents": "c", "tests": True}


@pytest.mark.parametrize("text", [None, "", '{"ground": "g"', "[]", '{"ground": "g"}'])
def test_an_environment_without_a_whole_stamp_is_none(script: Any, text: str | None) -> None:
    if text is not None:
        script.STAMP.write_text(text)
    assert script.stamped() is None


def test_a_stamp_counts_only_beside_its_python(script: Any) -> None:
    script.STAMP.write_text(json.dumps(WHOLE))
    assert script.stamped() == WHOLE
    script.PYTHON.unlink()
    assert script.stamped() is None


def test_what_was_made_for_tests_serves_too_but_not_the_other_way(script: Any) -> None:
    plain = {**WHOLE, "tests": False}
    assert script.suffices(WHOLE, plain) and script.suffices(plain, plain)
    assert not script.suffices(plain, WHOLE)
    assert not script.suffices({**WHOLE, "contents": "other"}, plain)
    assert not script.suffices({**WHOLE, "ground": "other"}, plain)
    assert not script.suffices(None, plain)


def test_two_set_ups_do_not_hold_the_lock_at_once(script: Any) -> None:
    with script.only_one(), (script.TOOLS / "lock").open("a+b") as other:
        assert not script.grab(other)
    with (script.TOOLS / "lock").open("a+b") as other:
        assert script.grab(other)


def test_an_old_python_is_told_which_one_is_needed(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(script, "say", told.append)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit):
        script.main([])
    assert "needs Python 3.11 or newer and this is 3.9.2" in told[0]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_versions_and_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+.* \\$", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)) > 5
    assert "--hash=sha256:" in text and "://" not in text and "--index" not in text


def test_the_locks_name_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    plain, tests = (set(re.findall(r"^([\w.-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)) for name in LOCKS)
    needed = {re.split(r"[<>=\s\[]", line)[0] for line in project["dependencies"]}
    assert needed <= plain <= tests
    assert {re.split(r"[<>=\s\[]", line)[0] for line in project["optional-dependencies"]["test"]} <= tests
    assert "pytest" not in plain


@pytest.mark.slow
def test_a_fresh_copy_sets_itself_up_in_an_empty_home_and_is_quiet_the_second_time(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    wanted = shutil.ignore_patterns(".venv", ".tools", ".git", ".*_cache", ".hypothesis", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=wanted)
    (tmp_path / "home").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {**os.environ, "HOME": str(tmp_path / "home"), "USERPROFILE": str(tmp_path / "home")}

    def config() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, copy / "run", "config"], cwd=elsewhere, env=env, capture_output=True, text=True, check=True)

    first, second = config(), config()
    assert "run: ready" in first.stderr
    assert "http_port = 8080" in second.stdout and second.stderr == ""
    (copy / ".venv" / "whole.json").unlink()
    assert "run: ready" in config().stderr, "a set-up that was cut short must heal"

"""What is said to the command and what it gives back: tables, verdicts, JSON, a page, saved runs and what has changed since."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bench
from bench import command, machine, scenarios
from bench.report import BY_HAND, Report
from bench.result import Result
from bench.scenarios import SCENARIOS, Scenario, chosen
from bench.table import Table

pytestmark = pytest.mark.usefixtures("idle_machine")


def test_every_scenario_of_the_table_can_be_loaded() -> None:
    assert [each.name for each in SCENARIOS if not each.there or not callable(each.load())] == []


def test_long_scenarios_run_only_by_name_or_when_everything_is_wanted() -> None:
    short = [each.name for each in chosen([], full=False, peers=False)]
    whole = [each.name for each in chosen([], full=True, peers=False)]
    assert "store" in short and "soak" not in short and "soak" in whole
    assert [each.name for each in chosen(["soak", "store", "soak"], full=False, peers=False)] == ["soak", "store"]
    assert chosen(["store"], full=False, peers=True)[-1].name == "peers"


def test_a_scenario_without_its_file_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "SCENARIOS", (*SCENARIOS, Scenario("later", "bench.no_such_file", "what comes later")))
    assert "later" not in scenarios.offered()
    with pytest.raises(SystemExit):
        bench.main(["later"])


def test_help_names_every_scenario_and_marks_the_long_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert [each.name for each in SCENARIOS if f"  {each.name}{'*' if each.long else ''} " not in said] == []


def test_a_run_says_the_machine_and_its_cores_then_tables_then_verdicts(pretending: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["pretend"]) == 0
    said = capsys.readouterr().out
    assert "SQLite" in said and "core" in said
    assert said.index("## Pretend") < said.index("memory, idle: 70.0 MiB; below 100 MiB")
    assert "not measured in this run: fan-out to 10" in said


def test_json_is_all_that_stands_on_stdout(pretending: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["pretend", "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["results"][0]["figures"] == {"idle/mib": 70.0}
    assert {each["name"]: each["state"] for each in told["verdicts"]}["memory, idle"] == "reached"
    assert told["machine"]["cores"] >= 1 and told["judged"] is True and told["partial"] is False


def test_a_saved_run_is_held_against_a_later_one(pretending: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = ["--saved", str(tmp_path / "new" / "bench")]
    pretending.figures.update({"x/p50_ms": 1.0, "x/rate_per_s": 100.0})
    assert bench.main(["pretend", "--save", "before", *kept]) == 0
    pretending.figures.update({"x/p50_ms": 2.0, "x/rate_per_s": 101.0})
    assert bench.main(["pretend", "--compare", "before", *kept]) == 0
    rows = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("| x/")]
    assert [[cell.strip() for cell in row[1:6]] for row in rows] == [
        ["x/p50_ms", "1.00", "2.00", "2.00", "worse"],
        ["x/rate_per_s", "100", "101", "1.01", "the same"],
    ]
    assert bench.main(["pretend", "--compare", "before", "--strict", *kept]) == 1
    pretending.figures.update({"x/p50_ms": 0.5})
    assert bench.main(["pretend", "--compare", "before", "--strict", *kept]) == 0


def test_on_a_busy_machine_nothing_is_judged_unless_one_insists(
    pretending: ModuleType, busy_machine: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--saved", str(tmp_path)]
    pretending.figures.update({"x/p50_ms": 1.0})
    bench.main(["pretend", "--save", "before", *kept])
    pretending.figures.update({"x/p50_ms": 2.0})
    capsys.readouterr()
    assert bench.main(["pretend", "--compare", "before", "--strict", *kept]) == 0
    said = capsys.readouterr().out
    assert "not judged: this machine is busy  memory, idle: 70.0 MiB" in said
    assert bench.main(["pretend", "--compare", "before", "--strict", "--anyway", *kept]) == 1
    assert "reached" in capsys.readouterr().out


def test_what_others_disturbed_is_shown_and_not_judged_in_all_that_is_told(
    pretending: ModuleType, disturbed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PAGE", tmp_path / "benchmarks.md")
    note = "Other programs took 35 % of a core meanwhile: shown, not judged."
    assert bench.main(["pretend", "--write"]) == 0
    said = capsys.readouterr().out
    assert said.index("A note about `code`.") < said.index(note) < said.index("The figures to reach")
    assert "not judged: others took 35 % of a core  memory, idle: 70.0 MiB" in said
    assert "Of a core, other programs took during each: pretend 35%." in said
    assert "This machine is busy" not in said and "took 1 % of a core in the second before" in said
    written = command.PAGE.read_text()
    assert note in written and "not judged: others took 35 % of a core" in written and "in the second before" in written
    assert bench.main(["pretend", "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {each["name"]: each["state"] for each in told["verdicts"]}["memory, idle"] == "not judged"
    assert told["others"] == {"pretend": 0.35} and told["disturbed"] == {"idle/mib": 0.35} and told["judged"] is True


def test_one_who_insists_has_what_was_disturbed_judged_and_hears_of_it(
    pretending: ModuleType, disturbed: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["pretend", "--anyway"]) == 0
    said = capsys.readouterr().out
    assert "Other programs took 35 % of a core meanwhile: judged all the same (--anyway)." in said
    assert "reached  memory, idle: 70.0 MiB" in said


def test_what_is_worse_in_a_disturbed_scenario_fails_no_strict_run_unless_one_insists(
    pretending: ModuleType, disturbed: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--saved", str(tmp_path)]
    pretending.figures.update({"x/p50_ms": 1.0})
    bench.main(["pretend", "--save", "before", *kept])
    pretending.figures.update({"x/p50_ms": 2.0})
    assert bench.main(["pretend", "--compare", "before", "--strict", *kept]) == 0
    assert "worse" in capsys.readouterr().out
    assert bench.main(["pretend", "--compare", "before", "--strict", "--anyway", *kept]) == 1


def test_a_run_that_was_saved_before_others_were_looked_at_can_still_be_held_against(
    pretending: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.main(["pretend", "--save", "before", "--saved", str(tmp_path)])
    path = tmp_path / "before.json"
    old: dict[str, Any] = json.loads(path.read_text())
    assert old["machine"].pop("taken") == old["results"][0].pop("others") == 0.01
    path.write_text(json.dumps(old))
    assert bench.main(["pretend", "--compare", "before", "--saved", str(tmp_path)]) == 0
    assert "idle/mib" in capsys.readouterr().out


def test_what_peers_do_is_told_as_one() -> None:
    shares = [Result(scenario=name, table=Table("T", "", ("a",), []), others=taken) for name, taken in (("peers/a", 0.2), ("peers/b", 0.2))]
    assert Report(when="", machine=machine.look(afar=True), results=shares).others == {"peers": 0.2}


def test_a_run_that_was_not_saved_is_missed_before_anything_begins(
    pretending: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.json").write_text("{}")
    for name, says in (("none", "there is no saved run 'none'"), ("broken", "save it anew")):
        assert bench.main(["pretend", "--compare", name, "--saved", str(tmp_path)]) == 1
        said = capsys.readouterr()
        assert says in said.err and said.out == ""


def test_the_page_of_figures_is_written_and_what_stands_there_by_hand_is_kept(
    pretending: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "benchmarks.md"
    monkeypatch.setattr(command, "PAGE", page)
    assert bench.main(["pretend", "--write"]) == 0
    page.write_text(f"{page.read_text()}\n{BY_HAND}\n\n## Where the time goes\n")
    assert bench.main(["pretend", "--write"]) == 0
    written = page.read_text()
    assert written.count("## Pretend") == written.count(BY_HAND) == written.count("## Where the time goes") == 1
    assert "granian" in written and "memory, idle" in written


def test_what_cannot_be_written_is_a_line_and_costs_nothing_else_of_the_run(
    pretending: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "gone meanwhile" / "page.html"
    page.parent.mkdir()
    monkeypatch.setattr(pretending, "does", page.parent.rmdir)
    assert bench.main(["pretend", "--html", str(page), "--save", "kept", "--saved", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert f"devchitchat bench: {page} cannot be written: No such file or directory" in said.err
    assert "## Pretend" in said.out
    assert (tmp_path / "kept.json").exists()


def test_a_run_that_was_cut_short_writes_no_page(pretending: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(pretending, "does", pretending.fail)
    assert bench.main(["pretend", "--write"]) == 1
    assert not command.PAGE.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ["nothing"],
        ["--seconds", "0"],
        ["--seconds", "nan"],
        ["--seconds", "long"],
        ["--beside", "no/such/place"],
        ["--html", "no/such/place/page.html"],
        ["--save", "../escape"],
        ["--compare", ".hidden"],
        ["--url", "chat.example"],
        ["--url", "https://somebody:secret@chat.example"],
    ],
)
def test_what_cannot_be_is_refused_before_it_begins(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        bench.main(wrong)
    assert refused.value.code == 2

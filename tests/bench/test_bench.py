"""The benches run against a real server and give their tables; and what the store owes to group commit is counted, not timed."""

from __future__ import annotations

import json
from typing import Any

import pytest

import bench
from bench import fan_out, meeting, steady, store
from bench.table import Table, percentile


def result(capsys: pytest.CaptureFixture[str], *said: str) -> dict[str, Any]:
    """The one result of a run that told everything as JSON."""
    assert bench.main([*said, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["results"]
    return found


def column(found: dict[str, Any], name: str) -> list[str]:
    at = found["table"]["columns"].index(name)
    return [row[at] for row in found["table"]["rows"]]


def test_the_store_bench_counts_what_shares_an_fsync_and_what_a_backup_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store, "SETTINGS", (1, 20))
    monkeypatch.setattr(store, "PACES", (100,))
    monkeypatch.setattr(steady, "LEAST_S", 0.2)
    found = result(capsys, "store", "--seconds", "0.8")
    where = column(found, "on")
    assert where in (["disk"] * 3, ["disk"] * 3 + ["tmpfs"] * 3)
    assert column(found, "senders") == ["1", "20", "10"] * (len(where) // 3)
    assert column(found, "pace") == ["after an ack", "after an ack", "100/s"] * (len(where) // 3)
    assert found["figures"]["store/10/at-100/p50_ms"] > 0
    assert all(int(mib) > 10 for mib in column(found, "server MiB"))
    alone, crowd = (found["figures"][f"store/{senders}/messages_per_commit"] for senders in (1, 20))
    assert alone <= 1
    assert crowd >= 3 * alone
    assert {"store/fsync_ms", "store/backup/p99_ms", "store/quiet/p99_ms", "store/1/p50_ms"} <= found["figures"].keys()
    assert any("backup" in note and "(0 backups" not in note for note in found["table"]["notes"])
    assert found["spreads"].keys() <= found["figures"].keys()


def test_the_fan_out_bench_gives_every_receiver_every_message(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(fan_out, "CROWDS", {3: 100, 30: 50})
    found = result(capsys, "fan-out", "--seconds", "0.5")
    assert column(found, "receivers") == ["3", "3", "30", "30"]
    assert column(found, "pace") == ["one by one", "100/s", "one by one", "50/s"]
    for crowd in ("3", "3/at-100", "30", "30/at-50"):
        figures = {
            name.rpartition("/")[2]: figure for name, figure in found["figures"].items() if name.rpartition("/")[0] == f"fan-out/{crowd}"
        }
        assert 0 < figures["p50_ms"] <= figures["p90_ms"] <= figures["p99_ms"] <= figures["p99_9_ms"]
        assert figures["last_p50_ms"] > 0 and figures["deliveries_per_s"] > 0
    assert [point[0] for point in found["lines"][0]["points"]] == [3, 30]


def test_the_relay_bench_gives_its_trips_and_counts_what_a_call_of_all_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(meeting, "PEOPLE", 3)
    found = result(capsys, "relay", "--seconds", "0.3")
    assert column(found, "message") == ["candidate", "candidate", "offer", "offer"]
    assert column(found, "pace") == ["one by one", "1,000/s", "one by one", "500/s"]
    assert all(int(mib) > 10 for mib in column(found, "server MiB"))
    assert found["figures"]["relay/3000/p50_ms"] > 0 and found["figures"]["relay/3000/at-500/p50_ms"] > 0
    assert found["figures"]["relay/300/relays_per_s"] > 0
    assert found["figures"]["relay/meeting/3/frames"] > 0
    assert any("A call of 3 that fills up" in note for note in found["table"]["notes"])


def test_a_percentile_is_a_figure_that_was_measured() -> None:
    assert [percentile([1, 2, 3, 4], each) for each in (0, 50, 99, 100)] == [1, 2, 4, 4]
    assert percentile([7], 50) == 7


def test_a_table_stands_straight() -> None:
    table = Table("Title", "About.", ("name", "figure", "says"), [("a", "1,000.5", "x"), ("longer", "2", "word")], ["Note."], ("says",))
    assert str(table).splitlines()[4:8] == [
        "|   name |  figure | says |",
        "| -----: | ------: | ---- |",
        "|      a | 1,000.5 | x    |",
        "| longer |       2 | word |",
    ]

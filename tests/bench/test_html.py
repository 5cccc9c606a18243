"""The report's page needs nothing from elsewhere, shows every verdict, and draws what was measured where it belongs."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

import bench
from bench import charts, html
from bench.axes import decades, even, nines
from bench.result import Curve, Line
from bench.table import Table

pytestmark = pytest.mark.usefixtures("idle_machine")


@pytest.fixture
def page(pretending: ModuleType, tmp_path: Path) -> str:
    bench.main(["pretend", "--save", "before", "--saved", str(tmp_path)])
    pretending.figures.update({"x/p50_ms": 2.0})
    bench.main(["pretend", "--save", "before", "--saved", str(tmp_path)])
    pretending.figures.update({"x/p50_ms": 5.0})
    bench.main(["pretend", "--html", str(tmp_path / "page.html"), "--compare", "before", "--saved", str(tmp_path)])
    return (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(page: str) -> None:
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>")
    assert not re.search(r"<script|https?://|<link|<img|@import|url\(", page)
    assert "prefers-color-scheme: dark" in page and 'name="viewport"' in page


def test_the_page_shows_table_note_verdict_and_change(page: str) -> None:
    assert "a &lt;b&gt;" in page and "<b>a" not in page
    assert "<code>code</code>" in page
    assert '<li class="reached"><b>memory, idle</b>' in page
    assert re.search(r'<td class="words worse">worse</td>', page)


def test_the_page_warns_at_a_scenario_that_was_disturbed(pretending: ModuleType, disturbed: None, tmp_path: Path) -> None:
    bench.main(["pretend", "--html", str(tmp_path / "page.html")])
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<p class="warning">Other programs took 35 % of a core meanwhile: shown, not judged.</p>' in page
    assert re.search(r'<li class="not-judged"><b>memory, idle</b><span><span class="says">. not judged: others took 35 %', page)


def test_the_page_draws_latencies_their_course_and_lines(page: str) -> None:
    drawn = [ElementTree.fromstring(each) for each in re.findall(r"<svg.*?</svg>", page)]  # noqa: S314
    assert [each.get("aria-label") for each in drawn] == [
        "Latency by percentile",
        "Latency over time: p50, and thin p99",
        "µs by receivers",
    ]
    for each in drawn:
        places = [float(number) for path in each.iter("path") for number in re.findall(r"[0-9.]+", path.get("d", ""))]
        assert places and all(0 <= place <= charts.WIDTH for place in places)


def test_a_line_is_broken_where_other_settings_had_their_turn() -> None:
    moments = [(start + step, 1.0, 2.0) for start in (0.0, 50.0, 100.0) for step in range(10)]
    svg = charts.over_time([Curve("one", over_time=moments)])
    assert [path.count("M") for path in re.findall(r' d="([^"]*)"', svg)] == [3, 3]


def test_a_first_column_of_short_words_takes_no_room_from_the_figures_on_a_phone() -> None:
    given = Table("T", "", ("on", "ms"), [("disk", "1")])
    assert '<td class="words first">disk</td>' in html.table(given)
    assert '<td class="words first long">' in html.table(replace(given, rows=[("disk", "1"), ("x" * 40, "1")]))


def test_lines_with_the_same_axes_share_a_chart() -> None:
    found = charts.lines(
        [Line("memory", "s", "MiB", [(1, 2)]), Line("WAL", "s", "MiB", [(1, 3)]), Line("cost", "n", "µs", [(1, 1)]), Line("", "", "")]
    )
    assert [each.count("<path") for each in found] == [2, 1]


def test_axes_hold_what_they_were_made_for() -> None:
    for axis, figures in ((even("s", [0, 40]), [0, 40]), (decades("ms", [0.03, 420]), [0.03, 420]), (nines(), [0, 50, 99.9, 100])):
        places = [axis.at(figure) for figure in figures]
        assert places == sorted(places) and places[0] >= 0 and places[-1] <= 1
        assert all(0 <= axis.at(at) <= 1 for at, _ in axis.ticks)
    assert [text for _, text in decades("n", [10, 1_000]).ticks] == ["10", "100", "1,000"]
    assert [text for _, text in even("s", [0, 20_000], from_zero=True).ticks][-1] == "20k"


@pytest.mark.parametrize("figures", [[], [0.0], [5.0, 5.0]])
def test_an_axis_of_hardly_anything_can_be_drawn(figures: list[float]) -> None:
    assert all(0 <= decades("ms", figures).at(figure) <= 1 for figure in figures)
    if figures:
        assert all(0 <= even("ms", figures).at(figure) <= 1 for figure in figures)

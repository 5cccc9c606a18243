"""The report as one page that needs nothing else: what was reached, every table, and charts. No script, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bench import charts
from bench.changes import Change, tell
from bench.report import AFAR, Report, about, meanwhile
from bench.result import Result
from bench.style import STYLE
from bench.table import Table
from bench.verdicts import Verdict

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>devchitchat bench</title>
<style>{style}</style>
</head>
<body>
<main>
"""
LONG = 18
"""A name of more letters is broken on a phone."""

SIGNS = {"reached": "✓", "missed": "✗", "not judged": "?", "not measured": "-"}


def page(report: Report, changes: Sequence[Change] | None = None) -> str:
    parts = [
        HEAD.format(style=STYLE),
        f'<h1>devchitchat bench</h1><p class="about">{escape(about(report))}</p>',
        *(f'<p class="warning">{escape(each)}</p>' for each in warnings(report)),
        navigation(report),
        verdicts(report.verdicts),
        *(section(each, meanwhile(each, report.machine, anyway=report.anyway)) for each in report.results),
        compared(changes),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(filter(None, parts))


def warnings(report: Report) -> list[str]:
    found: list[str] = []
    if report.machine.busy:
        found.append(f"This machine was busy: {report.machine.others}. The tails below are theirs too.")
    if report.afar:
        found.append(AFAR)
    if report.lacks:
        found.append(report.lacks)
    return found


def navigation(report: Report) -> str:
    links = "".join(f'<a href="#{anchor(each)}">{escape(each.table.title)}</a>' for each in report.results)
    return f"<nav>{links}</nav>" if len(report.results) > 1 else ""


def verdicts(found: Sequence[Verdict]) -> str:
    """Those that were measured, the missed first; the others in one line."""
    there = sorted((each for each in found if each.state != "not measured"), key=lambda each: each.state != "missed")
    if not found:
        return ""
    items = "".join(
        f'<li class="{each.state.replace(" ", "-")}"><b>{escape(each.name)}</b>'
        f'<span><span class="says">{SIGNS[each.state]} {escape(each.says)}</span> {escape(each.measured)}</span>'
        f'<span class="words">{escape(each.words)}</span></li>'
        for each in there
    )
    missing = "; ".join(each.name for each in found if each.state == "not measured")
    rest = f'<p class="note">Not measured in this run: {escape(missing)}.</p>' if missing else ""
    return f"<section><h2>The figures to reach</h2><ul class=verdicts>{items}</ul>{rest}</section>"


def section(result: Result, warning: str) -> str:
    mark = " (partial: it was cut short)" if result.partial else ""
    drawn = [charts.distribution(result.curves), charts.over_time(result.curves), *charts.lines(result.lines)]
    figures = "".join(filter(None, drawn))
    return "\n".join(
        [
            f'<section id="{anchor(result)}"><h2>{escape(result.table.title)}{mark}</h2><p class="about">{marked(result.table.about)}</p>',
            f'<p class="warning">{escape(warning)}</p>' if warning else "",
            table(result.table),
            *(f'<p class="note">{marked(note)}</p>' for note in result.table.notes),
            f'<div class="charts">{figures}</div>' if figures else "",
            "</section>",
        ]
    )


def table(given: Table) -> str:
    kinds = [_kind(given, at) for at in range(len(given.columns))]
    head = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in zip(given.columns, kinds, strict=True))
    rows = "".join(
        f"<tr>{''.join(f'<td{kind}>{escape(cell)}</td>' for cell, kind in zip(row, kinds, strict=True))}</tr>" for row in given.rows
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def compared(changes: Sequence[Change] | None) -> str:
    if changes is None:
        return ""
    told = tell(list(changes))
    shown = re.sub(r"<td class=\"words\">(better|worse)</td>", r'<td class="words \1">\1</td>', table(told))
    return f'<section><h2>{escape(told.title)}</h2><p class="about">{escape(told.about)}</p>{shown}</section>'


def marked(text: str) -> str:
    """Code is in backticks, as in Markdown."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def anchor(result: Result) -> str:
    return re.sub(r"[^a-z0-9]+", "-", result.scenario.lower())


def _kind(given: Table, at: int) -> str:
    """A column of words or names stands to the left, and the first stays in sight."""
    word = given.columns[at] in given.words or (at == 0 and any(not row[0][:1].isdigit() for row in given.rows))
    long = at == 0 and any(len(row[0]) > LONG for row in given.rows)
    classes = " ".join(name for name, there in (("words", word), ("first", at == 0), ("long", long)) if there)
    return f' class="{classes}"' if classes else ""

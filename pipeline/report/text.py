"""What an officer reads on a terminal: the numbers that matter, then the most urgent lines, then where the rest is."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures
from pipeline.report.aligned import aligned
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.units import ranked
from pipeline.report.worded import feed_name, summary, urgency, worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from pipeline.report.outcome import Outcome

URGENT_LINES = 20
PENDING_LINES = 12
OFFICERS, UNITS = 15, 15
PROCEDURE_LENGTH = 26  # two lines of its column
STACKED_LENGTH = 25
CODE_LENGTH = 40  # a dossier code with its agency has at most 30; only what is none is cut
ROOMY = 110  # below this width the urgent lines stack procedure and officer under the code
NARROWEST = 80
DAY = "%d/%m/%y"
STYLES = {"due_today": "bold red", "due_soon": "yellow", "overdue": "magenta"}


def render_text(outcome: Outcome, *, width: int = 120, colour: bool = False) -> str:
    """The whole report as text in the outcome's language, `width` (80 or more) wide at most; plain without colour."""
    from rich.console import Console

    phrases = load_phrases(outcome.lang)
    page = StringIO()
    console = Console(
        file=page,
        width=max(width, NARROWEST),
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    sections = (_header, _headline, _rules, _units, _officers, _urgent, _pending, _files, _quarantine, _notices, _more)
    for section in sections:
        section(console, outcome, phrases)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def _header(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    console.print(phrases["report.title"], style="bold")
    console.print(phrases["report.as_of"].format(date=f"{outcome.as_of:%d/%m/%Y}"))


def _headline(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    numbers = figures.headline(outcome)
    week_end = f"{numbers.week_ends_on:%d/%m/%Y}"
    lines = {name: text.format(date=week_end) for name, text in words_of(phrases, "headline").items()}
    counts = pl.DataFrame({"count": [getattr(numbers, name) for name in lines], "text": list(lines.values())})
    console.print()
    console.print(aligned(counts, [], right=["count"]))


def _rules(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    _section(console, phrases["report.by_rule"])
    if outcome.mismatches.is_empty():
        console.print(phrases["report.no_mismatches"])
        return
    lines = summary(outcome, phrases)
    console.print(aligned(lines, _headings(lines, phrases), right=["asserted", "to_check"]))


def _units(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    units = ranked(outcome).drop("unit_code", "fixed")
    if units.is_empty():
        return
    _section(console, phrases["report.by_unit"])
    numbers = [name for name in units.columns if name != "unit"]
    console.print(aligned(units.head(UNITS), _headings(units, phrases), right=numbers))
    if units.height > UNITS:
        console.print(phrases["report.other_units"].format(count=units.height - UNITS))


def _officers(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    officers = figures.by_officer(outcome)
    if officers.is_empty():
        return
    _section(console, phrases["report.by_officer"])
    named = officers.with_columns(pl.col("officer").fill_null(phrases["report.unknown_officer"]))
    headings = [phrases.get(f"urgency.{name}", phrases.get(f"column.{name}", name)) for name in named.columns]
    console.print(aligned(named.head(OFFICERS), headings, right=named.columns[1:]))
    if named.height > OFFICERS:
        console.print(phrases["report.others"].format(count=named.height - OFFICERS))


def _urgent(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    work = figures.work_lines(outcome)
    urgent = work.head(URGENT_LINES)
    _section(console, phrases["report.urgent"].format(shown=urgent.height, total=work.height))
    if work.is_empty():
        console.print(phrases["report.nothing_urgent"])
        return
    lines = _urgent_cells(urgent, phrases)
    if console.width < ROOMY:
        lines = _stacked(lines)
    styles = [STYLES.get(urgency or "", "") for urgency in urgent["urgency"]]
    console.print(aligned(lines, _headings(lines, phrases), styles=styles))


def _urgent_cells(urgent: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    places = [figures.place("logbook_file", "logbook_row"), figures.place("feed_file", "feed_row")]
    return urgent.select(
        urgency=urgency(phrases),
        action=worded("rule_id", phrases, "action"),
        dossier_code=_short("dossier_code", CODE_LENGTH),
        procedure_name=_short("procedure_name", PROCEDURE_LENGTH),
        officer="officer",
        returned=pl.col("logbook_returned_on").dt.strftime(DAY),
        due_on=pl.col("due_on").dt.strftime(DAY),
        where=pl.concat_str(places, separator="\n", ignore_nulls=True),
    )


def _stacked(lines: pl.DataFrame) -> pl.DataFrame:
    parts = ["dossier_code", *(_short(name, STACKED_LENGTH) for name in ("procedure_name", "officer"))]
    stack = pl.concat_str(parts, separator="\n", ignore_nulls=True).alias("dossier_code")
    return lines.with_columns(stack).drop("procedure_name", "officer")


def _short(column: str, length: int) -> pl.Expr:
    text = pl.col(column)
    cut = text.str.head(length - 1).str.strip_chars_end(" …") + "…"
    return pl.when(text.str.len_chars() > length).then(cut).otherwise(text)


def _pending(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    pending = outcome.mismatches.filter(~figures.is_asserted)
    if pending.is_empty():
        return
    _section(console, phrases["report.to_check"].format(count=pending.height, shown=min(pending.height, PENDING_LINES)))
    places = [figures.place("logbook_file", "logbook_row"), figures.place("feed_file", "feed_row")]
    lines = pending.head(PENDING_LINES).select(
        "rule_id",
        dossier_code=_short("dossier_code", CODE_LENGTH),
        detail="detail",
        where=pl.concat_str(places, separator="\n", ignore_nulls=True),
    )
    console.print(aligned(lines, _headings(lines, phrases)))


def _files(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    _section(console, phrases["report.files"])
    numbers = ["rows", "accepted", "quarantined", "not_data"]
    named = {name: name for name in numbers}
    lines = outcome.files.select(figures.bare_name("file"), source=feed_name(phrases), **named, kinds="detail")
    total = lines.select(pl.lit(phrases["report.total"]).alias("file"), *(pl.col(name).sum() for name in numbers))
    both = pl.concat([lines, total], how="diagonal")
    console.print(aligned(both, _headings(both, phrases), right=numbers))


def _quarantine(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    if outcome.quarantine.is_empty():
        return
    _section(console, phrases["report.quarantine"].format(count=outcome.quarantine.select("file", "row").n_unique()))
    lines = figures.quarantined_by_rule(outcome).with_columns(worded("column", phrases, "field"))
    console.print(aligned(lines, _headings(lines, phrases), right=["count"]))


def _notices(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    if not outcome.notices:
        return
    _section(console, phrases["report.notices"])
    notices = pl.DataFrame({"mark": "-", "notice": outcome.notices})
    console.print(aligned(notices, []))


def _more(console: Console, outcome: Outcome, phrases: Mapping[str, str]) -> None:
    if not outcome.mismatches.is_empty():
        _section(console, phrases["report.more"])


def _section(console: Console, heading: str) -> None:
    console.print()
    console.print(heading, style="bold")


def _headings(frame: pl.DataFrame, phrases: Mapping[str, str]) -> list[str]:
    return [phrases[f"column.{name}"] for name in frame.columns]

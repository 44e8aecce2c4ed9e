"""The page's charts, each with its numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, timing
from pipeline.report.html import drawing
from pipeline.report.masked import free_text
from pipeline.report.phrases import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipeline.report.outcome import Outcome

BARS = 10  # the rest stands in one more
NAME_LENGTH = 60
LEAST_DAYS = 2
DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Chart:
    """One picture and the table of what it shows; `kind` names its colours in page.css."""

    kind: str
    title: str
    note: str
    svg: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def make_charts(outcome: Outcome, trend: pl.DataFrame | None, phrases: Mapping[str, str]) -> list[Chart]:
    """All charts that have something to show; `trend` has day, work, other."""
    words = words_of(phrases, "page")
    return [
        *_trend(trend, words),
        *_timeliness(outcome, words),
        *_age(outcome, words),
        *_by(outcome, "field_name", "field", words["no_field"], phrases),
        *_by(outcome, "officer", "officer", phrases["report.unknown_officer"], phrases),
    ]


def _trend(trend: pl.DataFrame | None, words: Mapping[str, str]) -> Iterator[Chart]:
    if trend is not None and trend.height >= LEAST_DAYS:
        series = {words[f"series_{name}"]: trend[name].to_list() for name in ("work", "other")}
        days = trend["day"].dt.strftime(DAY).to_list()
        yield _chart("trend", (days, words["chart_day"]), series, words, drawing.lines)


def _timeliness(outcome: Outcome, words: Mapping[str, str]) -> Iterator[Chart]:
    states = timing.timeliness(outcome)
    counts = {words[f"state_{state}"]: counted for state, *counted in states.iter_rows()}
    labels = [words[f"view_{view}"] for view in timing.VIEWS]
    if states["software"].sum():
        yield _chart("timeliness", (labels, words["chart_view"]), counts, words, drawing.stacked)


def _age(outcome: Outcome, words: Mapping[str, str]) -> Iterator[Chart]:
    ages = timing.ages(outcome)
    labels = [
        words["age_from_until"].format(first=first, last=last) if last else words["age_from"].format(first=first - 1)
        for first, last, _ in ages.iter_rows()
    ]
    series = {words["series_count"]: ages["count"].to_list()}
    if ages["count"].sum():
        yield _chart("age", (labels, words["chart_working_days"]), series, words, drawing.bars)


def _by(outcome: Outcome, column: str, kind: str, unknown: str, phrases: Mapping[str, str]) -> Iterator[Chart]:
    words, counted = words_of(phrases, "page"), figures.by_urgency(outcome, column)
    if counted.is_empty():
        return
    named = counted.with_columns(free_text(pl.col(column).cast(pl.String), NAME_LENGTH).fill_null(unknown))
    shown = _with_rest(named, column, words)
    series = {phrases[f"urgency.{name}"]: shown[name].to_list() for name in (*figures.URGENCIES, "none")}
    yield _chart(kind, (shown[column].to_list(), phrases[f"column.{column}"]), series, words, drawing.stacked)


def _with_rest(counted: pl.DataFrame, column: str, words: Mapping[str, str]) -> pl.DataFrame:
    rest = counted.slice(BARS)
    if rest.is_empty():
        return counted
    name = pl.lit(words["rest"].format(count=rest.height)).alias(column)
    return pl.concat([counted.head(BARS), rest.select(name, pl.exclude(column).sum())])


def _chart(
    kind: str,
    labels: tuple[Sequence[str], str],
    series: Mapping[str, Sequence[int]],
    words: Mapping[str, str],
    draw: Callable[[Sequence[str], Mapping[str, Sequence[int]], str], str],
) -> Chart:
    title, (names, heading) = words[f"chart_{kind}"], labels
    rows = [(name, *map(str, counts)) for name, *counts in zip(names, *series.values(), strict=True)]
    return Chart(kind, title, words[f"note_{kind}"], draw(names, series, title), (heading, *series), rows)

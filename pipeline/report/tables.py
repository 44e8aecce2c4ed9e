"""The tables of a mail: few rows, masked and cut, each with a note of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import health, history
from pipeline.report.masked import one_line
from pipeline.report.phrases import words_of
from pipeline.report.units import ranked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.letter import Letter
    from pipeline.report.night import Night

OFFICERS, UNITS, RULES, SOURCES = 15, 15, 20, 12
RULE_LENGTH, NAME_LENGTH = 64, 40


@dataclass(frozen=True)
class Row:
    """One line of a table: its name, what is said about it, its cells; `tone` is loss, gain or plain."""

    name: str
    notes: tuple[str, ...]
    cells: tuple[str, ...]
    tone: str = "plain"


@dataclass(frozen=True)
class Table:
    """A table of a mail; `columns` head the name and the cells, `more` says what was left out."""

    title: str
    columns: tuple[str, ...]
    rows: list[Row]
    more: str = ""


def number(count: float, lang: str) -> str:
    """A count or a median as people write it: 12.345 or 2,5 in Vietnamese, 12,345 or 2.5 in English."""
    text = f"{count:,}" if isinstance(count, int) else f"{count:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def officers(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int = OFFICERS) -> Table:
    """Who has what to do; one officer's own mail has no need of it."""
    frame = history.by_officer(night) if letter.audience != "officer" else pl.DataFrame({"officer": []})
    return _by_officer(frame, "officers", letter, phrases, longest)


def repeaters(night: Night, letter: Letter, phrases: Mapping[str, str]) -> Table:
    """Whose mismatches come back."""
    return _by_officer(history.repeaters(night), "repeaters", letter, phrases)


def speed(night: Night, letter: Letter, phrases: Mapping[str, str]) -> Table:
    """How fast they are put right."""
    return _by_officer(history.speed(night, letter.holidays), "speed", letter, phrases)


def _by_officer(
    frame: pl.DataFrame, name: str, letter: Letter, phrases: Mapping[str, str], longest: int = OFFICERS
) -> Table:
    words = words_of(phrases, "mail")
    named = frame.head(longest).with_columns(
        one_line(pl.col("officer").cast(pl.String), NAME_LENGTH).fill_null(phrases["report.unknown_officer"])
    )
    rows = [Row(officer, (), _cells(counts, letter)) for officer, *counts in named.iter_rows()]
    columns = tuple(words[f"column_{column}"] for column in frame.columns)
    return Table(words[name], columns, rows, _more(frame.height - longest, words))


def units(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int = UNITS) -> Table:
    """How the units of a province stand, for those who see all of them."""
    words = words_of(phrases, "mail")
    frame = ranked(history.standing(night)) if letter.audience in {"owner", "chairman"} else pl.DataFrame()
    shown = ("per_thousand", "open", "dossiers", "fix_days")
    rows = (
        [
            Row(f"{rank}. {name}" if rank else name, () if rank else (words["few"],), _cells(counts, letter))
            for rank, name, *counts in frame.head(longest)
            .select("rank", one_line(pl.col("unit"), NAME_LENGTH), *shown)
            .iter_rows()
        ]
        if frame.height
        else []
    )
    columns = tuple(words[f"column_{column}"] for column in ("unit", *shown))
    return Table(words["units"], columns, rows, _more(frame.height - longest, words))


def rules(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int = RULES) -> Table:
    """The rules beside the work list, a line each."""
    words, frame = words_of(phrases, "mail"), history.by_rule(night)
    called = pl.col("rule_id").replace_strict(words_of(phrases, "rule"), default=pl.col("rule"))
    named = frame.head(longest).with_columns(one_line(called, RULE_LENGTH).alias("rule"))
    rows = [
        Row(f"{rule_id} {rule or ''}".strip(), (), _cells(rest, letter)) for rule_id, rule, *rest in named.iter_rows()
    ]
    columns = tuple(words[f"column_{column}"] for column in frame.columns[1:])
    return Table(words["rules"], columns, rows, _more(frame.height - longest, words))


def source_table(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int = SOURCES) -> Table:
    """Where the numbers come from; the troubled sources first, with what to do."""
    words, frame = words_of(phrases, "mail"), health.sources(night, phrases)
    rows = [
        Row(file, tuple(filter(None, (f"{feed}: {verdict}" if feed else verdict, message))), _cells(rest, letter), tone)
        for file, feed, verdict, message, *rest, tone in frame.head(longest)
        .with_columns(pl.when("is_troubled").then(pl.lit("loss")).otherwise(pl.lit("plain")).alias("is_troubled"))
        .iter_rows()
    ]
    columns = tuple(words[f"column_{column}"] for column in ("source", "age", "rows", "quarantined"))
    return Table(words["sources"], columns, rows, _more(frame.height - longest, words))


def _cells(values: list[float | None], letter: Letter) -> tuple[str, ...]:
    return tuple("–" if value is None else number(value, letter.lang) for value in values)


def _more(rest: int, words: Mapping[str, str]) -> str:
    return words["others"].format(count=rest) if rest > 0 else ""

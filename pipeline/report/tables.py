"""The tables of a mail: few rows, masked and cut, each with a note of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, health, history
from pipeline.report.masked import cut, free_text, initials, one_line
from pipeline.report.phrases import words_of
from pipeline.report.worded import worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.letter import Letter
    from pipeline.report.night import Night

OFFICERS, RULES, SOURCES = 15, 20, 12
CODE_LENGTH, PROCEDURE_LENGTH, NAME_LENGTH, PLACE_LENGTH, NUMBER_LENGTH = 40, 64, 40, 60, 12
DAY = "%d/%m/%Y"


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


def work(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int) -> Table:
    """What to do first: day, action, code; procedure, applicant, officer, place in the book as notes."""
    lines, words = history.first_lines(night, longest), words_of(phrases, "mail")
    total = number(history.work_count(night), letter.lang)
    title = words["work"].format(shown=number(lines.height, letter.lang), total=total)
    told = lines.select(
        when=_when(night, words),
        code=one_line(pl.col("dossier_code"), CODE_LENGTH).fill_null(words["no_code"]),
        what=pl.concat_str(
            worded("rule_id", phrases, "action"),
            *(one_line(pl.col(name), NAME_LENGTH) for name in ("feed", "officer")),
            separator=" · ",
            ignore_nulls=True,
        ),
        who=_joined(initials(pl.col("applicant_name")), free_text(pl.col("procedure_name"), PROCEDURE_LENGTH)),
        where=_joined(*_in_the_book(words)),
        frozen=_dated("not_checkable_since", words["frozen_line"]),
        tone=_tone(),
    )
    rows = [
        Row(when, tuple(filter(None, (code, what, who, where, frozen))), (), tone)
        for when, code, what, who, where, frozen, tone in told.iter_rows()
    ]
    return Table(title, (words["column_day"], words["column_dossier"]), rows)


def _tone() -> pl.Expr:
    can_be_saved, is_late = pl.col("close_by").is_not_null(), pl.col("urgency") == "overdue"
    return pl.when(can_be_saved).then(pl.lit("gain")).when(is_late).then(pl.lit("loss")).otherwise(pl.lit("plain"))


def _when(night: Night, words: Mapping[str, str]) -> pl.Expr:
    is_late = pl.col("urgency") == "overdue"
    return (
        pl.when(pl.col("close_by") == night.outcome.as_of)
        .then(_dated("close_by", words["day_today"]))
        .when(pl.col("close_by").is_not_null())
        .then(_dated("close_by", words["day_savable"]))
        .when(is_late)
        .then(_dated("due_on", words["day_overdue"]))
        .otherwise(pl.lit(words["day_none"]))
    )


def _in_the_book(words: Mapping[str, str]) -> tuple[pl.Expr, ...]:
    book, line = (free_text(pl.col(name), NUMBER_LENGTH) for name in ("book_no", "line_no"))
    place = cut(one_line(figures.place("logbook_file", "logbook_row"), 2 * PLACE_LENGTH), PLACE_LENGTH)
    return (
        pl.format(words["book"].replace("{book}", "{}"), book),
        pl.format(words["line"].replace("{line}", "{}"), line),
        place,
    )


def _joined(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str(*parts, separator=", ", ignore_nulls=True)


def _dated(column: str, phrase: str) -> pl.Expr:
    return pl.format(phrase.replace("{date}", "{}"), pl.col(column).dt.strftime(DAY))


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


def rules(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int = RULES) -> Table:
    """The rules beside the work list, a line each."""
    words, frame = words_of(phrases, "mail"), history.by_rule(night)
    called = pl.col("rule_id").replace_strict(words_of(phrases, "rule"), default=pl.col("rule"))
    named = frame.head(longest).with_columns(one_line(called, PROCEDURE_LENGTH).alias("rule"))
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

"""The lines of a mail that somebody acts on: by when, what, which dossier, where in the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, history
from pipeline.report.masked import cut, free_text, initials, one_line
from pipeline.report.phrases import words_of
from pipeline.report.tables import NAME_LENGTH, Row, Table, number
from pipeline.report.worded import worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.letter import Letter
    from pipeline.report.night import Night

CODE_LENGTH, PROCEDURE_LENGTH, PLACE_LENGTH, NUMBER_LENGTH, DETAIL_LENGTH = 40, 64, 60, 12, 120
DAY = "%d/%m/%Y"


def work_table(night: Night, letter: Letter, phrases: Mapping[str, str], longest: int) -> Table:
    """What to do first: day, action, code; procedure, applicant, officer, place in the book as notes."""
    lines, words = history.first_lines(night, longest), words_of(phrases, "mail")
    total = number(history.work_count(night), letter.lang)
    title = words["work"].format(shown=number(lines.height, letter.lang), total=total)
    told = lines.select(
        when=_when(night, words),
        code=one_line(pl.col("dossier_code"), CODE_LENGTH).fill_null(words["no_code"]),
        what=pl.concat_str(
            worded("rule_id", phrases, "action"),
            *(one_line(pl.col(name), NAME_LENGTH) for name in ("feed", *(() if letter.officer else ("officer",)))),
            separator=" · ",
            ignore_nulls=True,
        ),
        who=_joined(_named(initials(pl.col("applicant_name"))), free_text(pl.col("procedure_name"), PROCEDURE_LENGTH)),
        where=_joined(*_in_the_book(words)),
        holder=holder(),
        frozen=_dated("not_checkable_since", words["frozen_line"]),
        tone=_tone(),
    )
    rows = [Row(when, tuple(note for note in notes if note), (), tone) for when, *notes, tone in told.iter_rows()]
    return Table(title, (words["column_day"], words["column_dossier"]), rows)


def holder() -> pl.Expr:
    """Where a dossier that is not returned yet lies: an interlinked one (liên thông) with another agency."""
    return pl.when(pl.col("rule_id") == "M13").then(free_text(pl.col("detail"), DETAIL_LENGTH))


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
    ).fill_null(words["day_none"])


def _in_the_book(words: Mapping[str, str]) -> tuple[pl.Expr, ...]:
    book, line = (free_text(pl.col(name), NUMBER_LENGTH) for name in ("book_no", "line_no"))
    place = cut(one_line(figures.place("logbook_file", "logbook_row"), 2 * PLACE_LENGTH), PLACE_LENGTH)
    return (
        pl.format(words["book"].replace("{book}", "{}"), book),
        pl.format(words["line"].replace("{line}", "{}"), line),
        place,
    )


def _named(name: pl.Expr) -> pl.Expr:
    """A name that is only digits and signs leaves nothing to show."""
    return pl.when(name.str.len_chars() > 0).then(name)


def _joined(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str(*parts, separator=", ", ignore_nulls=True)


def _dated(column: str, phrase: str) -> pl.Expr:
    return pl.format(phrase.replace("{date}", "{}"), pl.col(column).dt.strftime(DAY))

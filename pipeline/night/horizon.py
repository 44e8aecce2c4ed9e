"""What people had a home forget: dossiers that ended before a day, now and whenever a file brings them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.gather import line_subject

if TYPE_CHECKING:
    from datetime import date

    from pipeline.night.generations import State

CLOSED = ("closed", "withdrawn", "refused")


def horizon(state: State) -> date | None:
    """The day before which what has ended is forgotten."""
    return state["horizon"]["before"].max()  # type: ignore[return-value] -- a column of days


def kept_cases(cases: pl.DataFrame, ledger: pl.DataFrame, before: date | None) -> pl.DataFrame:
    """The records but those closed before the day; what an open mismatch speaks of stays."""
    if before is None:
        return cases
    is_over = pl.col("state").is_in(CLOSED) & (pl.max_horizontal("finished_on", "returned_on", "received_on") < before)
    return _kept(cases, is_over, pl.col("code_key").is_in(_asked(ledger, "record_subject")))


def kept_lines(lines: pl.DataFrame, ledger: pl.DataFrame, before: date | None) -> pl.DataFrame:
    """The lines but those handed over before the day; what an open mismatch speaks of stays."""
    if before is None:
        return lines
    is_over = pl.col("returned_on").is_not_null() & (pl.max_horizontal("returned_on", "received_on") < before)
    return _kept(lines, is_over, line_subject().is_in(_asked(ledger, "line_subject")))


def _asked(ledger: pl.DataFrame, subject: str) -> pl.Series:
    return ledger.filter(status="open")[subject].drop_nulls().unique().implode()


def _kept(rows: pl.DataFrame, is_over: pl.Expr, is_asked: pl.Expr) -> pl.DataFrame:
    return rows.filter(~(is_over.fill_null(value=False) & ~is_asked.fill_null(value=False)))

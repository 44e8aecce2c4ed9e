"""Lines of a logbook (sổ theo dõi) become typed logbook entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.days import day_columns
from pipeline.normalise.distinct import on_distinct
from pipeline.normalise.ditto import fill_dittos
from pipeline.normalise.frames import code_columns, origin, person_keys, typed, with_addresses, with_missing
from pipeline.normalise.marks import without_empty_marks
from schemas.tables import LOGBOOK_ROW, SHARED

if TYPE_CHECKING:
    from pipeline.recognise.table import Table

LATER_DATES = ("due", "returned")
DATES = ("received", *LATER_DATES)
AS_WRITTEN = ("row", "is_ragged", "line_no", "field_name", "phone", "officer", "agency", "inferred")
CELLS = (
    *("book_no", "line_no", "dossier_code", "procedure_name", "field_name", "applicant_name"),
    *("address", "phone", "address_phone", *DATES, "officer", "agency"),
)


def normalise_logbook(table: Table, file: str) -> pl.DataFrame:
    """The entries of one book's sheet: LOGBOOK_ROW, in the order of its rows."""
    profile = table.profile
    marks = profile.marks
    books = _with_books(table.rows, table.parts)
    entries = fill_dittos(books, marks.get("ditto_columns", ()), marks.get("ditto", ()), table.parts)
    entries = with_addresses(with_missing(without_empty_marks(entries, CELLS, marks["empty"]), CELLS))
    days = day_columns(entries.select(DATES), LATER_DATES, marks["empty_dates"], table.book_year, table.parts)
    book_no = pl.coalesce(pl.col("book_no").cast(SHARED), pl.lit(table.book_no, dtype=SHARED))
    parts = [
        entries.select(*AS_WRITTEN, *origin(profile, file), book_no=book_no),
        code_columns(entries, days["received_on"], profile),
        on_distinct(entries, person_keys(profile)),
        days,
    ]
    return typed(pl.concat(parts, how="horizontal"), LOGBOOK_ROW)


def _with_books(rows: pl.DataFrame, parts: pl.Series | None) -> pl.DataFrame:
    """A book's number stands until the next one: a merged cell has it in its first row only."""
    if "book_no" not in rows.columns:
        return rows
    filled = pl.col("book_no").forward_fill()
    return rows.with_columns(filled if parts is None else filled.over(parts))

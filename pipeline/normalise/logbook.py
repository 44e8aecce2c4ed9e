"""Lines of a logbook (sổ theo dõi) become typed logbook entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.ditto import fill_dittos
from pipeline.normalise.frames import code_columns, day_columns, person_columns, typed, with_missing
from pipeline.normalise.marks import without_empty_marks

if TYPE_CHECKING:
    from pipeline.recognise.table import Table

LATER_DATES = ("due", "returned")
CELLS = (
    *("book_no", "line_no", "dossier_code", "procedure_name", "field_name", "applicant_name"),
    *("address", "phone", "address_phone", "received", *LATER_DATES, "officer", "agency"),
)
LOGBOOK_COLUMNS = {
    "feed": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
    "book_no": pl.String,
    "line_no": pl.String,
    "dossier_code": pl.String,
    "code_key": pl.String,
    "code_repair": pl.String,
    "unit_code": pl.String,
    "unit_key": pl.String,
    "code_on": pl.Date,
    "serial": pl.UInt32,
    "procedure_name": pl.String,
    "procedure_key": pl.String,
    "field_name": pl.String,
    "applicant_name": pl.String,
    "applicant_key": pl.String,
    "address_key": pl.String,
    "phone": pl.String,
    "received_on": pl.Date,
    "due_on": pl.Date,
    "returned_on": pl.Date,
    "officer": pl.String,
    "agency": pl.String,
    "inferred": pl.String,
    "code_as_written": pl.String,
    "is_ragged": pl.Boolean,
    "has_two_codes": pl.Boolean,
    "has_unreadable_code": pl.Boolean,
    "has_unreadable_received": pl.Boolean,
    "has_unreadable_due": pl.Boolean,
    "has_unreadable_returned": pl.Boolean,
}


def normalise_logbook(table: Table, file: str) -> pl.DataFrame:
    """The entries of one book's sheet: LOGBOOK_COLUMNS, in the order of its rows."""
    profile = table.profile
    marks = profile.marks
    entries = fill_dittos(table.rows, marks.get("ditto_columns", ()), marks.get("ditto", ()))
    entries = with_missing(without_empty_marks(entries, CELLS, marks["empty"]), CELLS)
    days = day_columns(entries, LATER_DATES, marks["empty_dates"], table.book_year)
    book_no = pl.coalesce("book_no", pl.lit(table.book_no, dtype=pl.String))
    named = entries.select(
        *("row", "is_ragged", "line_no", "field_name", "officer", "agency", "inferred"),
        feed=pl.lit(profile.name),
        file=pl.lit(file),
        book_no=book_no,
    )
    parts = [named, code_columns(entries, days["received_on"], profile), person_columns(entries, profile), days]
    return typed(pl.concat(parts, how="horizontal"), LOGBOOK_COLUMNS)

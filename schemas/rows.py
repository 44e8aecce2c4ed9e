"""V rules: what a good row is. Each check looks at one row; its error is the rule's id."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

SLIP = "1d"  # a day too many or too few is a slip of the pen, left to linking and M08; more is a wrong date
MAXIMUM_YEARS = 10  # no procedure of the national catalogue takes longer; a later date is a mistyped year


class DossierRow(pa.DataFrameModel):
    """What a line of a logbook and a row of a case system have in common."""

    is_ragged: bool
    has_two_codes: bool
    has_unreadable_received: bool
    has_unreadable_due: bool
    has_unreadable_returned: bool
    received_on: pl.Date = pa.Field(nullable=True)
    due_on: pl.Date = pa.Field(nullable=True)
    returned_on: pl.Date = pa.Field(nullable=True)

    @pa.check("is_ragged", error="V02")
    def row_has_the_cells_of_the_header(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A row with more or fewer cells than the header may be shifted: nothing in it is believed."""
        return _is_false(data)

    @pa.check("has_unreadable_received", error="V03")
    def received_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The day of receipt (ngày tiếp nhận) reads as a date or is empty."""
        return _is_false(data)

    @pa.check("has_unreadable_due", error="V04")
    def due_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The due date (ngày hẹn trả) reads as a date or is empty."""
        return _is_false(data)

    @pa.check("has_unreadable_returned", error="V05")
    def returned_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The day of hand-over (ngày trả) reads as a date or is empty."""
        return _is_false(data)

    @pa.check("has_two_codes", error="V07")
    def cell_holds_one_code(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Two dossier codes in one cell are two rows, and only a person can part them."""
        return _is_false(data)

    @pa.check("due_on", error="V08")
    def due_is_not_before_receipt(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A dossier is not due before it came, but for a slip of a day."""
        return _is_not_before_receipt(data)

    @pa.check("returned_on", error="V09")
    def returned_is_not_before_receipt(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A result is not handed over before the dossier came, but for a slip of a day."""
        return _is_not_before_receipt(data)

    @pa.check("due_on", "returned_on", error="V10")
    def dates_lie_within_years_of_receipt(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A mistyped year (2062 for 2026) shows as a date many years after receipt."""
        latest = pl.col("received_on").dt.offset_by(f"{MAXIMUM_YEARS}y")
        return data.lazyframe.select((pl.col(data.key) <= latest).fill_null(value=True))


class CaseRecord(DossierRow):
    """One dossier as one case system (phần mềm một cửa) shows it."""

    dossier_code: str = pa.Field(nullable=True)
    has_unreadable_finished: bool

    @pa.check("dossier_code", error="V01", ignore_na=False)
    def dossier_code_is_readable(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A case system's row stands or falls with its dossier code (mã hồ sơ)."""
        return data.lazyframe.select(pl.col(data.key).is_not_null() | pl.col("has_two_codes"))

    @pa.check("has_unreadable_finished", error="V06")
    def finished_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The day of the result (ngày xử lý xong) reads as a date or is empty."""
        return _is_false(data)


class LogbookEntry(DossierRow):
    """One line of a paper logbook (sổ theo dõi hồ sơ). A missing or mistyped code is left to linking."""

    applicant_name: str = pa.Field(nullable=True)
    serial: pl.UInt32 = pa.Field(nullable=True)

    @pa.check("serial", error="V11", ignore_na=False)
    def line_can_be_identified(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A line without a code needs a name and a day, or nobody can say which dossier it is."""
        by_person = pl.col("applicant_name").is_not_null() & pl.col("received_on").is_not_null()
        readable = ~pl.col("has_unreadable_received")  # told by V03 already
        return data.lazyframe.select(pl.col(data.key).is_not_null() | by_person | ~readable | pl.col("has_two_codes"))


def _is_false(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(~pl.col(data.key))


def _is_not_before_receipt(data: pa.PolarsData) -> pl.LazyFrame:
    earliest = pl.col("received_on").dt.offset_by(f"-{SLIP}")
    return data.lazyframe.select((pl.col(data.key) >= earliest).fill_null(value=True))

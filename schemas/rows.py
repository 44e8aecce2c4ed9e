"""V rules: what a good row is. Each check looks at one row; its error is the rule's id."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl  # noqa: TC002 -- pandera reads the types of columns when the program runs

from schemas.good_rows import (
    can_be_identified,
    is_false,
    is_not_before_receipt,
    is_readable_code,
    is_within_years_of_receipt,
)


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
        return data.lazyframe.select(is_false(data.key))

    @pa.check("has_unreadable_received", error="V03")
    def received_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The day of receipt (ngày tiếp nhận) reads as a date or is empty."""
        return data.lazyframe.select(is_false(data.key))

    @pa.check("has_unreadable_due", error="V04")
    def due_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The due date (ngày hẹn trả) reads as a date or is empty."""
        return data.lazyframe.select(is_false(data.key))

    @pa.check("has_unreadable_returned", error="V05")
    def returned_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The day of hand-over (ngày trả) reads as a date or is empty."""
        return data.lazyframe.select(is_false(data.key))

    @pa.check("has_two_codes", error="V07")
    def cell_holds_one_code(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Two dossier codes in one cell are two rows, and only a person can part them."""
        return data.lazyframe.select(is_false(data.key))

    @pa.check("due_on", error="V08")
    def due_is_not_before_receipt(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A dossier is not due before it came, but for a slip of a day."""
        return data.lazyframe.select(is_not_before_receipt(data.key))

    @pa.check("returned_on", error="V09")
    def returned_is_not_before_receipt(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A result is not handed over before the dossier came, but for a slip of a day."""
        return data.lazyframe.select(is_not_before_receipt(data.key))

    @pa.check("due_on", "returned_on", error="V10")
    def dates_lie_within_years_of_receipt(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A mistyped year (2062 for 2026) shows as a date many years after receipt."""
        return data.lazyframe.select(is_within_years_of_receipt(data.key))


class CaseRecord(DossierRow):
    """One dossier as one case system (phần mềm một cửa) shows it."""

    unit_code: pl.Categorical = pa.Field(nullable=True)
    has_unreadable_finished: bool

    @pa.check("unit_code", error="V01", ignore_na=False)
    def dossier_code_is_readable(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A case system's row stands or falls with its dossier code (mã hồ sơ)."""
        return data.lazyframe.select(is_readable_code(data.key))

    @pa.check("has_unreadable_finished", error="V06")
    def finished_is_a_date(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """The day of the result (ngày xử lý xong) reads as a date or is empty."""
        return data.lazyframe.select(is_false(data.key))


class LogbookEntry(DossierRow):
    """One line of a paper logbook (sổ theo dõi hồ sơ). A missing or mistyped code is left to linking."""

    applicant_name: pl.Categorical = pa.Field(nullable=True)
    serial: pl.UInt32 = pa.Field(nullable=True)

    @pa.check("serial", error="V11", ignore_na=False)
    def line_can_be_identified(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """A line without a code needs a name and a day, or nobody can say which dossier it is."""
        return data.lazyframe.select(can_be_identified(data.key))

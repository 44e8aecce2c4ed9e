"""What both sides share: the cells as they come, and the columns that people, places and days give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.codes import read_codes
from pipeline.normalise.dates import calendar_days, date_cells, only_year
from pipeline.normalise.names import name_key, written_name
from pipeline.normalise.phones import phones_of, split_address, without_label
from pipeline.normalise.procedures import procedure_key
from pipeline.normalise.text import fold, on_distinct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.profiles import FeedProfile


def with_missing(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows with a column of nulls for each that the file lacks."""
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in rows.columns)


def typed(columns: pl.DataFrame, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """Exactly the columns of a schema, in its order and types. What it does not name (personal_id) ends here."""
    return columns.select(pl.col(name).cast(kind) for name, kind in schema.items())


def day_columns(rows: pl.DataFrame, later: Sequence[str], empty_dates: Sequence[str], year: int | None) -> pl.DataFrame:
    """`NAME_on` and `has_unreadable_NAME` of `received` and of each column that comes after receipt."""
    received_cells = date_cells(rows["received"])
    year = year if year is not None else only_year(received_cells.full)
    received = calendar_days(received_cells, empty_dates, year)
    days = [_named(received, "received")]
    for name in later:
        cells = date_cells(rows[name])
        days.append(_named(calendar_days(cells, empty_dates, year, received["day"]), name))
    return pl.concat(days, how="horizontal")


def submission_days(rows: pl.DataFrame, empty_dates: Sequence[str], year: int | None) -> pl.DataFrame:
    """`submitted_on` and `has_unreadable_submitted`. It comes before receipt: only the table's year completes it."""
    return _named(calendar_days(date_cells(rows["submitted"]), empty_dates, year), "submitted")


def code_columns(rows: pl.DataFrame, received_on: pl.Series, profile: FeedProfile) -> pl.DataFrame:
    """The columns of the dossier code, and the code as written."""
    written = rows.select(code_as_written=pl.col("dossier_code").str.strip_chars())
    return pl.concat([written, read_codes(written["code_as_written"], received_on, profile.codes)], how="horizontal")


def alias_keys(rows: pl.DataFrame, received_on: pl.Series, profile: FeedProfile) -> pl.DataFrame:
    """`alias_key`: the key of a dossier's second code; most exports have none."""
    alias = rows["alias_code"]
    if alias.null_count() == alias.len():
        return alias.alias("alias_key").to_frame()
    return read_codes(alias, received_on, profile.codes).select(alias_key="code_key")


def person_columns(rows: pl.DataFrame, profile: FeedProfile) -> pl.DataFrame:
    """`applicant_name`, `applicant_key`, `procedure_key`, `address_key` and `phone`."""
    people = on_distinct(
        rows.select(name="applicant_name"),
        "name",
        applicant_name=written_name(pl.col("name")),
        applicant_key=name_key(pl.col("name"), profile.names),
    )
    procedures = on_distinct(
        rows.select("procedure_name"),
        "procedure_name",
        procedure_key=procedure_key(pl.col("procedure_name"), profile.procedures),
    )
    return pl.concat([people.drop("name"), procedures, _address_columns(rows)], how="horizontal")


def _address_columns(rows: pl.DataFrame) -> pl.DataFrame:
    both = split_address(rows["address_phone"])
    written = rows.select(text=pl.coalesce("address", both["address"]))
    phone = pl.coalesce(phones_of(rows["phone"]), both["phone"])
    key = on_distinct(written, "text", address_key=fold(without_label(pl.col("text"))))
    return key.select("address_key", phone=phone)


def _named(days: pl.DataFrame, name: str) -> pl.DataFrame:
    return days.rename({"day": f"{name}_on", "is_unreadable": f"has_unreadable_{name}"})

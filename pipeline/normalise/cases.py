"""Rows of a case system become typed case records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.frames import (
    alias_keys,
    code_columns,
    day_columns,
    person_columns,
    submission_days,
    typed,
    with_missing,
)
from pipeline.normalise.marks import without_empty_marks
from pipeline.normalise.procedures import channel_of, is_any_of, state_of
from pipeline.normalise.text import on_distinct

if TYPE_CHECKING:
    from pipeline.recognise.table import Table
    from pipeline.settings import FeedProfile

LATER_DATES = ("due", "finished", "returned")
CELLS = (
    *(
        "dossier_code",
        "alias_code",
        "procedure_name",
        "field_name",
        "applicant_name",
        "address",
        "phone",
        "address_phone",
    ),
    *("submitted", "received", *LATER_DATES, "status", "officer", "agency", "channel"),
)
CASE_COLUMNS = {
    "feed": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
    "dossier_code": pl.String,
    "code_key": pl.String,
    "code_repair": pl.String,
    "unit_code": pl.String,
    "unit_key": pl.String,
    "code_on": pl.Date,
    "serial": pl.UInt32,
    "alias_key": pl.String,
    "procedure_name": pl.String,
    "procedure_key": pl.String,
    "field_name": pl.String,
    "applicant_name": pl.String,
    "applicant_key": pl.String,
    "address_key": pl.String,
    "phone": pl.String,
    "submitted_on": pl.Date,
    "received_on": pl.Date,
    "due_on": pl.Date,
    "finished_on": pl.Date,
    "returned_on": pl.Date,
    "status": pl.String,
    "state": pl.String,
    "is_interlinked": pl.Boolean,
    "officer": pl.String,
    "agency": pl.String,
    "channel": pl.String,
    "code_as_written": pl.String,
    "is_ragged": pl.Boolean,
    "has_two_codes": pl.Boolean,
    "has_unreadable_code": pl.Boolean,
    "has_unreadable_submitted": pl.Boolean,
    "has_unreadable_received": pl.Boolean,
    "has_unreadable_due": pl.Boolean,
    "has_unreadable_finished": pl.Boolean,
    "has_unreadable_returned": pl.Boolean,
}


def normalise_cases(table: Table, file: str) -> pl.DataFrame:
    """The case records of one export: CASE_COLUMNS, in the order of its rows."""
    profile = table.profile
    rows = with_missing(without_empty_marks(table.rows, CELLS, profile.marks["empty"]), CELLS)
    empty_dates = profile.marks["empty_dates"]
    days = day_columns(rows, LATER_DATES, empty_dates, table.book_year)
    parts = [
        rows.select(
            "row", "is_ragged", "field_name", "officer", "agency", feed=pl.lit(profile.name), file=pl.lit(file)
        ),
        code_columns(rows, days["received_on"], profile),
        alias_keys(rows, days["received_on"], profile),
        person_columns(rows, profile),
        submission_days(rows, empty_dates, table.book_year),
        days,
        _status_columns(rows, profile),
    ]
    return typed(pl.concat(parts, how="horizontal"), CASE_COLUMNS)


def _status_columns(rows: pl.DataFrame, profile: FeedProfile) -> pl.DataFrame:
    status, channel = pl.col("status"), pl.col("channel")
    states = on_distinct(
        rows.select("status"),
        "status",
        state=state_of(status, profile.states),
        is_interlinked=is_any_of(status, profile.interlinked.get("status", ())),
    )
    channels = on_distinct(rows.select(channel="channel"), "channel", known=channel_of(channel, profile.channels))
    return states.with_columns(channel=channels["known"])

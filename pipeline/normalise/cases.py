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
from schemas.tables import CASE_ROW

if TYPE_CHECKING:
    from pipeline.profiles import FeedProfile
    from pipeline.recognise.table import Table

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


def normalise_cases(table: Table, file: str) -> pl.DataFrame:
    """The case records of one export: CASE_ROW, in the order of its rows."""
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
    return typed(pl.concat(parts, how="horizontal"), CASE_ROW)


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

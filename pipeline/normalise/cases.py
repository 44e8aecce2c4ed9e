"""Rows of a case system become typed case records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.days import day_columns
from pipeline.normalise.distinct import on_distinct
from pipeline.normalise.frames import (
    alias_keys,
    code_columns,
    origin,
    person_keys,
    typed,
    with_addresses,
    with_missing,
)
from pipeline.normalise.marks import without_empty_marks
from pipeline.normalise.procedures import channel_of, is_any_of, state_of
from schemas.tables import CASE_ROW

if TYPE_CHECKING:
    from pipeline.profiles import FeedProfile
    from pipeline.recognise.table import Table

LATER_DATES = ("due", "finished", "returned")
DATES = ("received", "submitted", *LATER_DATES)
AS_WRITTEN = ("row", "is_ragged", "field_name", "phone", "status", "officer", "agency")
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
    *(*DATES, "status", "officer", "agency", "channel"),
)


def normalise_cases(table: Table, file: str) -> pl.DataFrame:
    """The case records of one export: CASE_ROW, in the order of its rows."""
    profile = table.profile
    rows = with_addresses(with_missing(without_empty_marks(table.rows, CELLS, profile.marks["empty"]), CELLS))
    days = day_columns(rows.select(DATES), LATER_DATES, profile.marks["empty_dates"], table.book_year, table.parts)
    parts = [
        rows.select(*AS_WRITTEN, *origin(profile, file)),
        code_columns(rows, days["received_on"], profile),
        alias_keys(rows, days["received_on"], profile),
        on_distinct(rows, person_keys(profile) | _status_words(profile)),
        days,
    ]
    return typed(pl.concat(parts, how="horizontal"), CASE_ROW)


def _status_words(profile: FeedProfile) -> dict[str, dict[str, pl.Expr]]:
    status, channel = pl.col("status"), pl.col("channel")
    return {
        "status": {
            "state": state_of(status, profile.states),
            "is_interlinked": is_any_of(status, profile.interlinked.get("status", ())),
        },
        "channel": {"channel": channel_of(channel, profile.channels)},
    }

"""The columns of the tables that linking and rules read, with their types."""

from __future__ import annotations

import polars as pl

_COMMON: dict[str, type[pl.DataType]] = {
    "feed": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
    "code_as_written": pl.String,
    "dossier_code": pl.String,  # in the form of its shape
    "code_key": pl.String,  # for comparing: no leading zeros
    "code_repair": pl.String,  # what was mended without loss, null when nothing
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
}
CASE_RECORD: dict[str, type[pl.DataType]] = {
    **_COMMON,
    "alias_key": pl.String,
    "submitted_on": pl.Date,
    "finished_on": pl.Date,
    "status": pl.String,
    "state": pl.String,
    "is_interlinked": pl.Boolean,
    "channel": pl.String,
}
LOGBOOK_ENTRY: dict[str, type[pl.DataType]] = {
    **_COMMON,
    "book_no": pl.String,
    "line_no": pl.String,
    "inferred": pl.String,  # columns that a ditto mark filled
}

_FLAGS: dict[str, type[pl.DataType]] = {
    "is_ragged": pl.Boolean,
    "has_two_codes": pl.Boolean,
    "has_unreadable_code": pl.Boolean,
    "has_unreadable_received": pl.Boolean,
    "has_unreadable_due": pl.Boolean,
    "has_unreadable_returned": pl.Boolean,
}  # a cell had text that could not be read: what validation looks at and no table keeps
CASE_ROW = {**CASE_RECORD, **_FLAGS, "has_unreadable_submitted": pl.Boolean, "has_unreadable_finished": pl.Boolean}
LOGBOOK_ROW = {**LOGBOOK_ENTRY, **_FLAGS}

QUARANTINED: dict[str, type[pl.DataType]] = {
    "is_logbook": pl.Boolean,
    "code_key": pl.String,
    "applicant_key": pl.String,
    "received_on": pl.Date,
}
SOURCE_FILE: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "feed": pl.String,
    "covers_from": pl.Date,
    "covers_until": pl.Date,
}

# What a mismatch shows of its two sides.
EITHER_SIDE = ("unit_code", "procedure_name", "field_name", "applicant_name", "received_on", "due_on")
BOTH_SIDES = (*EITHER_SIDE, "dossier_code", "file", "row", "officer", "returned_on")
CASE_SIDE = (*BOTH_SIDES, "feed", "status", "state", "finished_on")
LOGBOOK_SIDE = (*BOTH_SIDES, "code_as_written", "book_no", "line_no")

"""The columns of the tables that linking and rules read, with their types."""

from __future__ import annotations

import polars as pl

Kind = pl.DataType | type[pl.DataType]
SHARED = pl.Categorical()  # a text that many rows have: kept once, and a number of it in each row

_COMMON: dict[str, Kind] = {
    "feed": SHARED,
    "file": SHARED,
    "row": pl.UInt32,
    "code_as_written": pl.String,  # null where its parts give it back letter for letter
    "code_repair": SHARED,  # what was mended without loss, null when nothing
    "unit_code": SHARED,
    "unit_key": SHARED,  # for comparing: no leading zeros
    "code_on": pl.Date,
    "serial": pl.UInt32,
    "serial_digits": pl.UInt8,  # it is written with so many; the state keeps those of full codes alone
    "procedure_name": SHARED,
    "procedure_key": SHARED,
    "field_name": SHARED,
    "applicant_name": SHARED,
    "applicant_key": SHARED,
    "address_key": SHARED,
    "phone": pl.String,
    "received_on": pl.Date,
    "due_on": pl.Date,
    "returned_on": pl.Date,
    "officer": SHARED,
    "agency": SHARED,
}
CASE_RECORD: dict[str, Kind] = {
    **_COMMON,
    "alias_key": pl.String,
    "submitted_on": pl.Date,
    "finished_on": pl.Date,
    "status": SHARED,
    "state": SHARED,
    "is_interlinked": pl.Boolean,
    "channel": SHARED,
}
LOGBOOK_ENTRY: dict[str, Kind] = {
    **_COMMON,
    "book_no": SHARED,
    "line_no": SHARED,
    "inferred": SHARED,  # columns that a ditto mark filled
}

_FLAGS: dict[str, Kind] = {
    "is_ragged": pl.Boolean,
    "has_two_codes": pl.Boolean,
    "has_unreadable_code": pl.Boolean,
    "has_unreadable_received": pl.Boolean,
    "has_unreadable_due": pl.Boolean,
    "has_unreadable_returned": pl.Boolean,
}  # a cell had text that could not be read: what validation looks at and no table keeps
CASE_ROW = {**CASE_RECORD, **_FLAGS, "has_unreadable_submitted": pl.Boolean, "has_unreadable_finished": pl.Boolean}
LOGBOOK_ROW = {**LOGBOOK_ENTRY, **_FLAGS}

QUARANTINED: dict[str, Kind] = {
    "is_logbook": pl.Boolean,
    "code_key": pl.String,
    "applicant_key": SHARED,
    "received_on": pl.Date,
}
SOURCE_FILE: dict[str, Kind] = {
    "file": pl.String,
    "feed": pl.String,
    "covers_from": pl.Date,
    "covers_until": pl.Date,
    "speaks_from": pl.Date,  # what came before may have been forgotten
}

# What a mismatch shows of its two sides.
EITHER_SIDE = ("unit_code", "procedure_name", "field_name", "applicant_name", "received_on", "due_on")
BOTH_SIDES = (
    *EITHER_SIDE,
    *("code_as_written", "code_on", "serial", "serial_digits"),
    *("file", "row", "officer", "returned_on"),
)
CASE_SIDE = (*BOTH_SIDES, "feed", "status", "state", "finished_on")
LOGBOOK_SIDE = (*BOTH_SIDES, "book_no", "line_no")

"""The output contract (DESIGN.md §6): column names, order and types that other programs rely on. Only additions."""

from __future__ import annotations

import polars as pl

MISMATCH_TYPES: dict[str, type[pl.DataType]] = {
    "rule_id": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "urgency": pl.String,
    "needs_review": pl.Boolean,
    "unit_code": pl.String,
    "dossier_code": pl.String,
    "feed": pl.String,
    "feed_file": pl.String,
    "feed_row": pl.UInt32,
    "feed_status": pl.String,
    "feed_state": pl.String,
    "logbook_file": pl.String,
    "logbook_row": pl.UInt32,
    "book_no": pl.String,
    "line_no": pl.String,
    "procedure_name": pl.String,
    "field_name": pl.String,
    "applicant_name": pl.String,
    "officer": pl.String,
    "received_on": pl.Date,
    "due_on": pl.Date,
    "logbook_returned_on": pl.Date,
    "case_finished_on": pl.Date,
    "case_returned_on": pl.Date,
    "days_open": pl.Int32,
    "close_by": pl.Date,
    "link_method": pl.String,
    "link_score": pl.Float64,
    "detail": pl.String,
}

LINK_TYPES: dict[str, type[pl.DataType]] = {
    "logbook_file": pl.String,
    "logbook_row": pl.UInt32,
    "feed": pl.String,
    "feed_file": pl.String,
    "feed_row": pl.UInt32,
    "method": pl.String,
    "score": pl.Float64,
    "needs_review": pl.Boolean,
    "evidence": pl.String,
}

QUARANTINE_TYPES: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "row": pl.UInt32,
    "rule_id": pl.String,
    "column": pl.String,
    "reason": pl.String,
}

MISMATCH_COLUMNS = tuple(MISMATCH_TYPES)
LINK_COLUMNS = tuple(LINK_TYPES)
QUARANTINE_COLUMNS = tuple(QUARANTINE_TYPES)

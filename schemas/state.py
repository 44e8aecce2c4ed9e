"""The tables of the state, with their columns: what one night hands to the next (DESIGN.md §7)."""

from __future__ import annotations

import polars as pl

from schemas.contract import MISMATCH_TYPES
from schemas.tables import CASE_RECORD, LOGBOOK_ENTRY, QUARANTINED, SHARED, Kind

VERSION = 1  # of the schema; a table or column that an older state lacks is empty, anything else needs a migration

# One row per file that ever arrived, by its content.
LOAD: dict[str, Kind] = {
    "content_hash": pl.String,  # SHA-256 of the bytes
    "file": pl.String,  # as it was called in the inbox
    "feed": pl.String,  # null when refused before a feed was known
    "is_logbook": pl.Boolean,
    "unit_key": pl.String,  # the unit of most of its rows
    "verdict": pl.String,  # accepted, held, refused; released: let in by a person, read in the next run
    "why": pl.String,  # phrase of [gate] for a held file, of [refusal] for a refused one
    "facts": pl.String,  # JSON: what fills it; null in a state from before it was kept
    "message": pl.String,  # the same in the words of that night, for a program that cannot make them from `facts`
    "arrived_on": pl.Date,  # business date
    "modified_ns": pl.Int64,
    "rows": pl.UInt32,
    "accepted": pl.UInt32,
    "quarantined": pl.UInt32,
    "not_data": pl.UInt32,
    "covers_from": pl.Date,  # what the title says
    "covers_until": pl.Date,
    "first_received_on": pl.Date,  # what the rows say
    "last_received_on": pl.Date,
    "last_event_on": pl.Date,
    "released_by": pl.String,
    "released_why": pl.String,
}
_OF_LOAD: dict[str, Kind] = {"content_hash": pl.String}
_CODES: dict[str, Kind] = {
    "dossier_code": pl.String,  # in the form of its shape
    "code_key": pl.String,  # for comparing: no leading zeros
}
CASE_ROW = {**_OF_LOAD, **_CODES, **CASE_RECORD}
LOGBOOK_ROW = {**_OF_LOAD, **_CODES, "book_unit": pl.String, **LOGBOOK_ENTRY}
for _table in (CASE_ROW, LOGBOOK_ROW):
    del _table["serial_digits"]  # the codes say it
QUARANTINED_ROW = {**_OF_LOAD, "feed": SHARED, **QUARANTINED}
QUARANTINE_REASON: dict[str, Kind] = {
    **_OF_LOAD,
    "row": pl.UInt32,
    "rule_id": pl.String,
    "column": pl.String,
}

# One row per mismatch that was ever told.
MISMATCH: dict[str, Kind] = {
    "mismatch_id": pl.String,
    "status": pl.String,  # open, resolved, withdrawn
    "first_seen_on": pl.Date,
    "last_seen_on": pl.Date,
    "not_checkable_since": pl.Date,
    "resolved_on": pl.Date,  # or withdrawn on
    "times_reopened": pl.UInt32,
    "record_subject": pl.String,
    "line_subject": pl.String,
    "unit_key": pl.String,
    **MISMATCH_TYPES,
}
# What became of each, night by night; nothing is written for a night without news.
MISMATCH_EVENT: dict[str, Kind] = {
    "mismatch_id": pl.String,
    "happened_on": pl.Date,
    "event": pl.String,  # seen, resolved, withdrawn, reopened, not_checkable, checkable
    "run_id": pl.String,
}
# What a person decided about a doubtful link.
DECISION: dict[str, Kind] = {
    "pair_id": pl.String,  # digest of the three that follow
    "feed": pl.String,
    "record_subject": pl.String,
    "line_subject": pl.String,
    "verdict": pl.String,  # same, not_same, later
    "why": pl.String,
    "decided_by": pl.String,
    "decided_at": pl.String,  # ISO 8601, UTC
    "evidence": pl.String,  # what spoke for the pair then; a pair put off comes back when it is another
}
RUN: dict[str, Kind] = {
    "run_id": pl.String,  # business date and a digest of contents, configuration and program: the same run, the same id
    "business_date": pl.Date,
    "program": pl.String,
    "findings": pl.UInt32,
    "exit_code": pl.UInt8,
    "ended_at": pl.String,  # ISO 8601, UTC
}
HORIZON: dict[str, Kind] = {"before": pl.Date}  # what ended before is forgotten, and stays so when it comes again
OUTBOX: dict[str, Kind] = {
    "message_id": pl.String,
    "recipient": pl.String,
    "made_on": pl.Date,
    "data": pl.Binary,  # the mail's bytes, the same at each try
}
TABLES: dict[str, dict[str, Kind]] = {
    "load": LOAD,
    "case_row": CASE_ROW,
    "logbook_row": LOGBOOK_ROW,
    "quarantined_row": QUARANTINED_ROW,
    "quarantine_reason": QUARANTINE_REASON,
    "mismatch": MISMATCH,
    "mismatch_event": MISMATCH_EVENT,
    "decision": DECISION,
    "run": RUN,
    "horizon": HORIZON,
    "outbox": OUTBOX,
}

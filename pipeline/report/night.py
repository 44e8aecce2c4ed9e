"""What one night hands to the mail and the other reports: tonight's findings with their history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.contract import MISMATCH_TYPES

if TYPE_CHECKING:
    from datetime import date

    from pipeline.report.outcome import Outcome

LEDGER_TYPES: dict[str, type[pl.DataType]] = {
    "mismatch_id": pl.String,  # rule, feed and dossier: the same every night
    **MISMATCH_TYPES,
    "first_seen_on": pl.Date,
    "last_seen_on": pl.Date,  # the last night on which its evidence was fresh and the rule fired
    "not_checkable_since": pl.Date,  # its sources have been missing, stale or held since; null when checked tonight
    "resolved_on": pl.Date,
    "times_reopened": pl.UInt32,
    "pair_id": pl.String,  # of the line and the record it rests on, by which a person decides about them
}

SOURCE_TYPES: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "feed": pl.String,  # null when the file was refused before a feed was known
    "verdict": pl.String,  # accepted, repeated (known content), held, refused; missing: nothing came for this feed
    "arrived_on": pl.Date,  # business date on which this content came first
    "age": pl.UInt32,  # working days since then
    "rows": pl.UInt32,
    "accepted": pl.UInt32,
    "quarantined": pl.UInt32,
    "not_data": pl.UInt32,
    "content_hash": pl.String,
    "why": pl.String,  # why it is not used: a phrase of [gate] or, for a refused file, of [refusal],
    "facts": pl.String,  # and what fills it, as JSON
    "message": pl.String,  # in finished words, where an older state has nothing else
}

SIDE_TYPES: dict[str, type[pl.DataType]] = {"unit_code": pl.String, "lines": pl.UInt32, "records": pl.UInt32}


@dataclass(frozen=True)
class Night:
    """All that the reports of one night show; `open` and `fixed` carry LEDGER_TYPES, `sources` SOURCE_TYPES.

    `outcome` is tonight's reconciliation as the ad-hoc command shows it. `open` has a row per mismatch that is open
    in the ledger, those that could not be checked tonight included; M07 and info rules too. `fixed` has those
    resolved on positive evidence since the last report, `withdrawn` those that fell away without one. `sides` has how
    many lines and records the state holds of each unit (SIDE_TYPES, without leading zeros), None where nobody counted.
    """

    outcome: Outcome
    previous_on: date | None  # business date of the last report; None for the first
    open: pl.DataFrame
    fixed: pl.DataFrame
    withdrawn: pl.DataFrame
    sources: pl.DataFrame
    sides: pl.DataFrame | None = None

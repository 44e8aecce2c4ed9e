"""What one reconciliation hands to the reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

UNIT_TYPES: dict[str, type[pl.DataType]] = {
    "unit_code": pl.String,  # without leading zeros
    "unit": pl.String,  # its name, null where the configuration has none
    "dossiers": pl.UInt32,  # that either side knows
    "fixed": pl.UInt32,  # mismatches put right lately; null without a history
    "fix_days": pl.Float64,  # median working days from first seen to put right
}


def _no_units() -> pl.DataFrame:
    return pl.DataFrame(schema=UNIT_TYPES)


@dataclass(frozen=True)
class Outcome:
    """All that a report shows; frames carry the contract's columns (schemas/contract.py)."""

    as_of: date
    lang: str  # "vi" or "en"
    mismatches: pl.DataFrame
    links: pl.DataFrame
    quarantine: pl.DataFrame
    files: pl.DataFrame  # file, feed, rows, accepted, quarantined, not_data, detail (kinds of not-data rows, as text)
    notices: list[str]  # in the report's language: what could not be checked, unconfirmed holidays, unknown columns
    units: pl.DataFrame = field(default_factory=_no_units)  # UNIT_TYPES

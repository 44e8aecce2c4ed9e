"""What one reconciliation hands to the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import polars as pl


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

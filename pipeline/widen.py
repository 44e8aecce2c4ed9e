"""What was found beside the rows it was found in: both sides' columns, by their place in the stored frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.codes import dossier_code
from pipeline.normalise.distinct import evaluated
from pipeline.shared import as_text
from schemas.contract import LINK_TYPES, MISMATCH_TYPES
from schemas.tables import EITHER_SIDE, SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.store import Stored

URGENCIES = {"overdue": 1, "due_today": 2, "due_soon": 3, "later": 4}
SHARE_OF_A_BOOK = 0.8  # as in step 01 of linking
ORDER = ("close_by", "due_on", "feed_file", "feed_row", "logbook_file", "logbook_row", "detail")


def widen_mismatches(found: pl.DataFrame, stored: Stored, officers: Mapping[str, str]) -> pl.DataFrame:
    """The findings (finding_id, record_id, entry_id, ...) with the contract's columns and finding_id.

    Most urgent first within each rule. Texts are numbers until they are in order: each copy is a fourth as large.
    """
    both = pl.concat(
        [
            found,
            _side(found, "record_id", stored.cases, "case", dossier_code()),
            _side(found, "entry_id", stored.entries, "logbook", dossier_code()),
            _book_units(stored.entries, found["entry_id"]),
        ],
        how="horizontal",
    )
    sides = {name: _either(name) for name in EITHER_SIDE}
    sides["unit_code"] = pl.coalesce("case_unit_code", "book_unit_code", "logbook_unit_code")
    by_field = {field.lower(): officer for field, officer in officers.items()}
    of_field = sides["field_name"].cast(pl.String).str.to_lowercase().replace_strict(by_field, default=None)
    wide = both.lazy().with_columns(
        **sides,
        dossier_code=pl.coalesce("case_dossier_code", "logbook_dossier_code", "logbook_code_as_written"),
        feed=pl.coalesce(pl.col("feed_asked").cast(SHARED), "case_feed"),
        feed_file="case_file",
        feed_row="case_row",
        feed_status="case_status",
        feed_state="case_state",
        book_no="logbook_book_no",
        line_no="logbook_line_no",
        officer=pl.coalesce("case_officer", of_field.cast(SHARED), "logbook_officer"),
    )
    ordered = most_urgent_first(evaluated(wide.select("finding_id", *MISMATCH_TYPES), found.height))
    return as_text(ordered).with_columns(pl.col(name).cast(kind) for name, kind in MISMATCH_TYPES.items())


def most_urgent_first(mismatches: pl.DataFrame) -> pl.DataFrame:
    """Mismatches by rule, sure ones first, then by urgency and by the last day that helps."""
    rank = pl.col("urgency").replace_strict(URGENCIES, default=len(URGENCIES) + 1, return_dtype=pl.UInt8)
    return mismatches.sort("rule_id", "needs_review", rank, *ORDER, nulls_last=True, maintain_order=True)


def widen_links(found: pl.DataFrame, stored: Stored) -> pl.DataFrame:
    """The links (record_id, entry_id, ...) with the contract's columns, in the order of the books."""
    places = ("file", "row")
    both = pl.concat(
        [
            found,
            _side(found, "entry_id", stored.entries.select(places), "logbook"),
            _side(found, "record_id", stored.cases.select(places), "feed"),
        ],
        how="horizontal",
    )
    return as_text(both.select(*LINK_TYPES)).with_columns(pl.col(name).cast(kind) for name, kind in LINK_TYPES.items())


def _book_units(entries: pl.DataFrame, entry_id: pl.Series) -> pl.DataFrame:
    """`book_unit_code` of these lines: whose book each stands in, whatever unit its code names; null in a mixed one."""
    counted = entries.group_by("file", "unit_code").len().filter(pl.col("unit_code").is_not_null())
    share = pl.col("len") / pl.col("len").sum().over("file")
    of_file = counted.filter(share >= SHARE_OF_A_BOOK).select("file", book_unit_code="unit_code")
    files = entries["file"].gather(entry_id).to_frame()
    return files.join(of_file, "file", "left", maintain_order="left").select("book_unit_code")


def _side(found: pl.DataFrame, row_id: str, rows: pl.DataFrame, prefix: str, *more: pl.Expr) -> pl.DataFrame:
    """The rows at the found places, columns prefixed with their side; null where a finding has none there."""
    there = rows.select(pl.all().gather(found[row_id])).with_columns(more)
    return there.select(pl.all().name.prefix(f"{prefix}_"))


def _either(name: str) -> pl.Expr:
    """What the software says, else what the book says."""
    return pl.coalesce(f"case_{name}", f"logbook_{name}")

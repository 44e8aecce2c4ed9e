"""The lines that somebody acts on as a sheet's cells: of the mail masked, of the office's own workbook in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures
from pipeline.report.masked import cut, free_text, initials, one_line
from pipeline.report.worded import urgency, worded
from pipeline.report.work_table import holder

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_LENGTH = 200
NAMES = ("dossier_code", "field_name", "officer", "feed", "feed_status")
FREE = ("procedure_name", "book_no", "line_no")


def masked(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines as a mail may carry them."""
    return lines.with_columns(
        *(one_line(pl.col(name), TEXT_LENGTH) for name in NAMES),
        *(free_text(pl.col(name), TEXT_LENGTH) for name in FREE),
        initials(pl.col("applicant_name")),
        holder().alias("detail"),
    )


def work_cells(lines: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    """One row a line, with columns to decide and remark in where a line rests on a pair that a decision can name."""
    cells = lines.select(
        urgency(phrases),
        "close_by",
        worded("rule_id", phrases, "action").alias("action"),
        "dossier_code",
        pl.lit(None, pl.String).alias("decision"),
        pl.lit(None, pl.String).alias("remark"),
        *("procedure_name", "field_name", "applicant_name", "officer", "feed", "feed_status"),
        *("received_on", "due_on", "logbook_returned_on", "days_open", "book_no", "line_no"),
        where_logbook=cut(figures.place("logbook_file", "logbook_row"), TEXT_LENGTH),
        where_feed=cut(figures.place("feed_file", "feed_row"), TEXT_LENGTH),
        detail="detail",
        pair_id="pair_id" if "pair_id" in lines.columns else pl.lit(None, pl.String),
    )
    return cells if cells["pair_id"].is_not_null().any() else cells.drop("decision", "pair_id")


def doubtful_cells(lines: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    """The same of the lines that rest on a doubtful pair, each pair once; what is asked is whether it is one."""
    asked = lines.filter(~figures.is_asserted, pl.col("pair_id").is_not_null()) if "pair_id" in lines.columns else lines
    once = asked.clear() if asked is lines else asked.unique("pair_id", keep="first", maintain_order=True)
    named = once.with_columns(rule_id=worded("rule_id", phrases, "rule"))
    return work_cells(named, phrases).rename({"action": "rule"})


def codes_to_close(lines: pl.DataFrame) -> pl.DataFrame:
    """The codes that somebody closes in the software, each once, in the lines' order."""
    asserted = lines.filter(figures.is_asserted, pl.col("rule_id").is_in(figures.CLOSING_RULES))
    return asserted.select(pl.col("dossier_code").drop_nulls().unique(maintain_order=True))

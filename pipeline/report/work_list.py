"""The workbook that goes with a mail: the work of its reader and the codes to close, masked like the mail."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, history
from pipeline.report.figures import CLOSING_RULES
from pipeline.report.masked import cut, free_text, initials, one_line
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.sheet import add_sheet, open_book
from pipeline.report.worded import urgency, worded
from pipeline.report.work_table import holder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.letter import Letter
    from pipeline.report.night import Night

LONGEST = 5_000  # lines: about half a megabyte; relays refuse large mails, the office's machine has all
TEXT_LENGTH = 200
NAMES = ("dossier_code", "field_name", "officer", "feed", "feed_status")


def work_list(night: Night, letter: Letter) -> tuple[bytes, int]:
    """The workbook (XLSX) and how many lines it has; the same night gives the same bytes."""
    phrases = load_phrases(letter.lang)
    lines = history.first_lines(night, LONGEST)
    cells = _cells(lines, phrases)
    codes = lines.filter(pl.col("rule_id").is_in(CLOSING_RULES)).select(
        one_line(pl.col("dossier_code"), TEXT_LENGTH).drop_nulls().unique(maintain_order=True)
    )
    buffer = BytesIO()
    with open_book(buffer, written_on=datetime.combine(night.outcome.as_of, datetime.min.time())) as book:
        for name, frame in (("work", cells), ("codes", codes)):
            headings = [phrases[f"column.{column}"] for column in frame.columns]
            add_sheet(book, phrases[f"mail.sheet_{name}"], frame, headings, words_of(phrases, "urgency"))
    return buffer.getvalue(), lines.height


def _cells(lines: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    named = {name: one_line(pl.col(name), TEXT_LENGTH) for name in NAMES}
    return lines.select(
        urgency(phrases),
        "close_by",
        worded("rule_id", phrases, "action").alias("action"),
        named["dossier_code"],
        free_text(pl.col("procedure_name"), TEXT_LENGTH),
        named["field_name"],
        initials(pl.col("applicant_name")),
        *(named[name] for name in ("officer", "feed", "feed_status")),
        "received_on",
        "due_on",
        "logbook_returned_on",
        "days_open",
        free_text(pl.col("book_no"), TEXT_LENGTH),
        free_text(pl.col("line_no"), TEXT_LENGTH),
        where_logbook=cut(figures.place("logbook_file", "logbook_row"), TEXT_LENGTH),
        where_feed=cut(figures.place("feed_file", "feed_row"), TEXT_LENGTH),
        detail=holder(),
    )

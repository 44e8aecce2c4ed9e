"""The mismatches as an XLSX workbook: the contract for programs first, then sheets for officers."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.errors import UsageFault
from pipeline.report import figures
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.sheet import LAST_ROW, add_sheet, open_book
from pipeline.report.sink import write_out
from pipeline.report.worded import summary, urgency, worded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from pipeline.report.outcome import Outcome


def write_workbook(outcome: Outcome, output: Path | None) -> None:
    """Write all five sheets to a file or, when None, to standard output.

    The first sheet, 'mismatches', carries the contract's column names in row 1.

    Raises:
        UsageFault: more mismatches than a sheet has rows, or a terminal as output.
        IoFault: the place cannot be written to.
    """
    if outcome.mismatches.height > LAST_ROW:
        raise UsageFault(
            f"{outcome.mismatches.height} mismatches: a sheet holds {LAST_ROW}", "Use --format csv or parquet."
        )
    write_out(iter([_workbook(outcome)]), output, is_binary=True)


def _workbook(outcome: Outcome) -> bytes:
    phrases = load_phrases(outcome.lang)
    buffer = BytesIO()
    sheets = {
        "work": _work(outcome, phrases),
        "summary": summary(outcome, phrases),
        "files": outcome.files.rename({"feed": "source", "detail": "kinds"}),
        "quarantine": outcome.quarantine.with_columns(worded("column", phrases)),
    }
    words = words_of(phrases, "urgency") | words_of(phrases, "severity")
    with open_book(buffer, written_on=datetime.combine(outcome.as_of, datetime.min.time())) as book:
        add_sheet(book, phrases["sheet.mismatches"], outcome.mismatches)
        for name, frame in sheets.items():
            headings = [phrases[f"column.{column}"] for column in frame.columns]
            add_sheet(book, phrases[f"sheet.{name}"], frame, headings, words)
    return buffer.getvalue()


def _work(outcome: Outcome, phrases: Mapping[str, str]) -> pl.DataFrame:
    return figures.work_lines(outcome).select(
        urgency(phrases),
        "close_by",
        "dossier_code",
        "procedure_name",
        "field_name",
        "applicant_name",
        "officer",
        "feed",
        "feed_status",
        "received_on",
        "due_on",
        "logbook_returned_on",
        "days_open",
        "book_no",
        "line_no",
        where_logbook=figures.place("logbook_file", "logbook_row"),
        where_feed=figures.place("feed_file", "feed_row"),
        detail="detail",
    )

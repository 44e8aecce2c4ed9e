"""The mismatches as an XLSX workbook: the contract for programs first, then sheets for officers."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import UsageFault
from pipeline.report import figures
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.sheet import LAST_ROW, add_sheet, open_book
from pipeline.report.sink import write_out
from pipeline.report.units import ranked
from pipeline.report.worded import feed_name, summary, worded
from pipeline.report.work_sheets import add_work_sheets
from schemas.contract import MISMATCH_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.report.outcome import Outcome


def write_workbook(outcome: Outcome, output: Path | None) -> None:
    """Write the sheets for programs and for people to a file or, when None, to standard output.

    The first sheet, 'mismatches', carries the contract's column names in row 1. Where the mismatches have a pair_id
    (pipeline.night.pairs), the work sheets ask for decisions.

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
    units = ranked(outcome)
    others = {
        **({"units": units} if units.height else {}),
        "summary": summary(outcome, phrases),
        "files": outcome.files.with_columns(feed=feed_name(phrases)).rename({"feed": "source", "detail": "kinds"}),
        "quarantine": outcome.quarantine.with_columns(worded("column", phrases, "field")),
        **({"notices": pl.DataFrame({"notice": outcome.notices})} if outcome.notices else {}),
    }
    words = words_of(phrases, "urgency") | words_of(phrases, "severity")
    with open_book(buffer, written_on=datetime.combine(outcome.as_of, datetime.min.time())) as book:
        add_sheet(book, phrases["sheet.mismatches"], outcome.mismatches.select(MISMATCH_COLUMNS))
        taken = [phrases[f"sheet.{name}"] for name in ("mismatches", *others)]
        work = figures.work_lines(outcome)
        add_work_sheets(book, work, outcome.mismatches, phrases, taken, is_masked=False)
        for name, frame in others.items():
            headings = [phrases[f"column.{column}"] for column in frame.columns]
            add_sheet(book, phrases[f"sheet.{name}"], frame, headings, words)
    return buffer.getvalue()

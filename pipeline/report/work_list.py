"""The workbook that goes with a mail: the work of its reader and the codes to close, masked like the mail."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.report import history
from pipeline.report.phrases import load_phrases
from pipeline.report.sheet import open_book
from pipeline.report.work_sheets import add_work_sheets

if TYPE_CHECKING:
    from pipeline.report.letter import Letter
    from pipeline.report.night import Night

LONGEST = 5_000  # lines: about half a megabyte; relays refuse large mails, the office's machine has all


def work_list(night: Night, letter: Letter) -> tuple[bytes, int]:
    """The workbook (XLSX) and how many lines it has; the same night gives the same bytes."""
    phrases, lines = load_phrases(letter.lang), history.first_lines(night, LONGEST)
    doubtful = history.standing(night).mismatches.head(LONGEST)
    buffer = BytesIO()
    with open_book(buffer, written_on=datetime.combine(night.outcome.as_of, datetime.min.time())) as book:
        add_work_sheets(book, lines, doubtful, phrases, is_masked=True)
    return buffer.getvalue(), lines.height

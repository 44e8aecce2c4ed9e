"""One frame as one sheet: header, real dates, text that stays text, colours for what presses."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from pipeline.read.own_report import AUTHOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from io import BytesIO

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pipeline.report.sheet_rows import RowsSheet

LAST_ROW = 1_048_575  # rows under the header
NARROWEST, WIDEST, WIDEST_TO_WORK_ON = 8, 45, 28  # characters
DAY_WIDTH = 12
HEADER_HEIGHT = 48  # points: three lines
WIDTHS = {"decision": 13, "remark": 20}  # of what a person fills in
LONGEST_TITLE = 32  # of the question beside a cell; Excel takes no more
SAMPLE = 1_000  # rows that decide a column's width
TEXT_ONLY = {
    "in_memory": True,  # no personal data in /tmp
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SCREAMING, PRESSING, CALM = ("#F8CBAD", "#9C0006"), ("#FFEB9C", "#7F6000"), ("#E2EFDA", "#375623")  # fill, letters
COLOURS = {
    "overdue": SCREAMING,
    "high": SCREAMING,
    "due_today": SCREAMING,
    "due_soon": PRESSING,
    "medium": PRESSING,
    "later": CALM,
    "low": CALM,
}


def open_book(buffer: BytesIO, *, written_on: datetime) -> Workbook:
    """A workbook in memory whose cells from data are never formulas, links or numbers made of text."""
    from xlsxwriter import Workbook

    book = Workbook(buffer, TEXT_ONLY)
    book.set_properties({"author": AUTHOR, "created": written_on})  # not the clock's: the same bytes again
    return book


def add_sheet(  # noqa: PLR0913 -- a sheet and its looks
    book: Workbook,
    name: str,
    frame: pl.DataFrame,
    headings: Sequence[str] | None = None,
    words: Mapping[str, str] | None = None,
    *,
    kept_in_view: int = 0,
) -> Worksheet:
    """Write a frame with its header in row 1, frozen and filtered; a sheet to work on keeps so many columns in view.

    Without headings the columns' own names stand there; `words` stand in the cells for urgencies and severities.
    """
    from pipeline.report.sheet_rows import RowsSheet

    sheet = cast("RowsSheet", book.add_worksheet(name, RowsSheet))
    labels = list(headings or frame.columns)
    header = book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "valign": "top", "text_wrap": True})
    sheet.write_row(0, 0, labels, header)
    formats: dict[type[pl.DataType], Format] = {
        pl.Date: book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "center"}),
        pl.String: book.add_format(
            {"num_format": "@", "valign": "top"} | ({"text_wrap": True} if kept_in_view else {})
        ),
    }
    plain, widest = book.add_format({"valign": "top", "align": "center"}), WIDEST_TO_WORK_ON if kept_in_view else WIDEST
    looks = [formats.get(type(kind), plain) for kind in frame.dtypes]
    widths = _widths(frame, labels, widest)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width, looks[index])
    sheet.set_row(0, HEADER_HEIGHT)
    sheet.fill(frame, looks, widths if kept_in_view else None)
    _finish(sheet, frame, kept_in_view)
    _colour(book, sheet, frame, words or {})
    return sheet


def offer(  # noqa: PLR0913, PLR0917 -- a sheet's place and looks
    book: Workbook,
    sheet: Worksheet,
    frame: pl.DataFrame,
    column: str,
    choices: Iterable[str],
    question: str,
    *,
    is_free: bool = False,
) -> None:
    """A drop-down in each cell of a column, with its question shown beside; other text too when it is free."""
    place = frame.columns.index(column)
    check = {"validate": "list", "source": list(choices), "show_error": not is_free}
    told = {"input_title": (sheet.name or "")[:LONGEST_TITLE], "input_message": question}
    sheet.data_validation(1, place, frame.height, place, check | told)
    look = book.add_format({"bg_color": "#FFF8DC", "border": 1, "border_color": "#D9C77E"})
    for kind in ("blanks", "no_blanks"):
        sheet.conditional_format(1, place, frame.height, place, {"type": kind, "format": look})


def _widths(frame: pl.DataFrame, labels: Sequence[str], widest: int) -> list[int]:
    """What a column's first texts need, within bounds."""
    longest = frame.head(SAMPLE).select(pl.all().cast(pl.String).str.len_chars().max().fill_null(0)).row(0)
    return [
        WIDTHS.get(name) or (DAY_WIDTH if kind == pl.Date else min(max(wanted + 2, _least(label)), widest))
        for (name, kind), wanted, label in zip(frame.schema.items(), longest, labels, strict=True)
    ]


def _least(label: str) -> int:
    return max(min(len(label) + 2, DAY_WIDTH), NARROWEST)


def _finish(sheet: Worksheet, frame: pl.DataFrame, kept_in_view: int) -> None:
    last_row, last_column = max(frame.height, 1), frame.width - 1
    sheet.freeze_panes(1, kept_in_view)
    sheet.autofilter(0, 0, last_row, last_column)
    sheet.ignore_errors({"number_stored_as_text": f"A2:XFD{last_row + 1}"})
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)  # inches
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.hide_gridlines(0)  # they are printed too


def _colour(book: Workbook, sheet: Worksheet, frame: pl.DataFrame, words: Mapping[str, str]) -> None:
    """Colour severity and urgency; the words stay, so that colour is never the only sign."""
    formats: dict[tuple[str, str], Format] = {}
    for name in ("severity", "urgency"):
        if name not in frame.columns or frame.is_empty():
            continue
        column = frame.columns.index(name)
        for word, colours in COLOURS.items():
            fill, letters = colours
            look = formats.setdefault(colours, book.add_format({"bg_color": fill, "font_color": letters}))
            rule = {"type": "cell", "criteria": "==", "value": f'"{words.get(word, word)}"', "format": look}
            sheet.conditional_format(1, column, frame.height, column, rule)

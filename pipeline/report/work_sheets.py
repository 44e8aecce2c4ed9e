"""The sheets to work from: all lines, each officer's own, the doubtful ones, the totals, the codes to close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, work_cells
from pipeline.report.phrases import words_of
from pipeline.report.sheet import add_sheet, offer
from pipeline.report.sheet_names import sheet_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsxwriter import Workbook

OFFICER_SHEETS = 40  # the busiest; who comes after them filters the sheet for all
LAST_PRINTED = "line_no"
KEPT_IN_VIEW = 4  # columns: urgency, day, action, code


def add_work_sheets(  # noqa: PLR0913 -- a book's parts
    book: Workbook,
    lines: pl.DataFrame,
    doubtful: pl.DataFrame,
    phrases: Mapping[str, str],
    taken: Sequence[str] = (),
    *,
    is_masked: bool,
) -> None:
    """Add them for these lines, which come in the order they are worked off.

    `doubtful` are the lines among which those stand that rest on a doubtful pair; `taken` are names that other sheets
    of the book have. An officer's own list has no sheet for each officer.
    """
    shown, asked = (work_cells.masked(one) if is_masked else one for one in (lines, doubtful))
    cells, to_check = work_cells.work_cells(shown, phrases), work_cells.doubtful_cells(asked, phrases)
    own = [phrases[f"sheet.{name}"] for name in ("work", "to_check", "totals", "codes")]
    add_work_sheet(book, own[0], cells, phrases)
    officers = list(_by_officer(cells, phrases))
    names = sheet_names([officer for officer, _ in officers], [*taken, *own])
    for name, (_, theirs) in zip(names, officers, strict=True):
        add_work_sheet(book, name, theirs, phrases)
    if to_check.height:
        add_work_sheet(book, own[1], to_check, phrases)
    for name, frame in zip(own[2:], (_totals(shown, phrases), work_cells.codes_to_close(shown)), strict=True):
        headings = [phrases.get(f"urgency.{one}", phrases.get(f"column.{one}", one)) for one in frame.columns]
        add_sheet(book, name, frame, headings)


def add_work_sheet(book: Workbook, name: str, cells: pl.DataFrame, phrases: Mapping[str, str]) -> None:
    """One sheet of lines, with drop-downs where a person decides and remarks."""
    headings = [phrases[f"column.{column}"] for column in cells.columns]
    sheet = add_sheet(book, name, cells, headings, words_of(phrases, "urgency"), kept_in_view=KEPT_IN_VIEW)
    sheet.print_area(0, 0, max(cells.height, 1), cells.columns.index(LAST_PRINTED))  # what is beyond has no room on A4
    if cells.is_empty():
        return
    if "decision" in cells.columns:
        offer(book, sheet, cells, "decision", words_of(phrases, "decision").values(), phrases["work_list.ask_decision"])
    offer(
        book,
        sheet,
        cells,
        "remark",
        words_of(phrases, "remark").values(),
        phrases["work_list.ask_remark"],
        is_free=True,
    )


def _by_officer(cells: pl.DataFrame, phrases: Mapping[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each officer's rows, who has most first; none when all rows are one officer's."""
    counts = cells.group_by("officer").len().sort("len", "officer", descending=[True, False], nulls_last=True)
    if counts.height < 2:  # noqa: PLR2004 -- one officer's rows are the sheet for all
        return
    for (officer,) in counts.head(OFFICER_SHEETS).select("officer").iter_rows():
        is_theirs = pl.col("officer").eq_missing(pl.lit(officer, pl.String))
        yield officer or phrases["report.unknown_officer"], cells.filter(is_theirs)


def _totals(lines: pl.DataFrame, phrases: Mapping[str, str]) -> pl.DataFrame:
    """Lines by officer and urgency, with their sum in the last row."""
    counts = figures.counted_by_urgency(lines, "officer")
    named = counts.with_columns(pl.col("officer").fill_null(phrases["report.unknown_officer"]))
    total = named.select(pl.lit(phrases["column.total"]).alias("officer"), pl.exclude("officer").sum())
    return pl.concat([named, total.head(named.height)])  # nothing has no sum

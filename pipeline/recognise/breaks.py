"""Where another table or another book begins further down a sheet: read on, its rows would mean something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import FileRefused
from pipeline.recognise.cells import EDGE, row_text
from pipeline.recognise.plain import fold_cells, plain_text
from pipeline.recognise.title import book_number
from pipeline.shared import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.profiles import FeedProfile
    from pipeline.read.grid import Grid
    from pipeline.recognise.header import Header

FEWEST_HEADINGS = 3  # a row of fewer known headings may be somebody's words


def refuse_second_table(grid: Grid, header: Header, meanings: Mapping[str, str], doubted: pl.DataFrame) -> None:
    """Stop at a row of headings of which one stands in another column than above; the same ones are a printed page's.

    Raises:
        FileRefused: below such a row a cell would be read as what it is not.
    """
    rows = _rows(grid, doubted.filter(pl.col("kind").is_null()))
    cells = row_text(grid.cell_columns)
    is_wordy = (cells.str.count_matches(EDGE, literal=True) + 1 >= FEWEST_HEADINGS) & ~cells.str.contains(r"\d")
    wordy = rows.filter(is_wordy)
    above = [meanings.get(key or "") for key in header.keys]
    for row, keys in zip(wordy["row"], fold_cells(wordy.select(grid.cell_columns)).rows(), strict=True):
        here = [meanings.get(key or "") for key in keys]
        is_moved = any(meaning and meaning != other for meaning, other in zip(here, above, strict=True))
        if is_moved and len(set(here) - {None}) >= FEWEST_HEADINGS:
            raise FileRefused("second_table", grid.path.name, row=row, first=grid.cells["row"][header.last])


def refuse_second_book(grid: Grid, first: str | None, profile: FeedProfile, doubted: pl.DataFrame) -> None:
    """Stop where another book's number stands between the rows: numbers, years and ditto marks are a book's own.

    Raises:
        FileRefused: a later line would be told as one of the first book.
    """
    words = profile.marks.get("book", ())
    rows = _rows(grid, doubted.filter(pl.col("kind") == "group")).select("row", text=row_text(grid.cell_columns))
    named = rows.filter(pl.col("text").str.contains_any([*words, *map(plain_text, words)], ascii_case_insensitive=True))
    for row, text in named.rows():
        other = book_number(plain_text(text), profile)
        if other and other.lstrip("0") != (first or "").lstrip("0"):
            raise FileRefused("second_book", grid.path.name, row=row, book=other)


def _rows(grid: Grid, doubted: pl.DataFrame) -> pl.DataFrame:
    """The texts of those rows, with their numbers."""
    return as_text(grid.cells.select(pl.col("row", *grid.cell_columns).gather(doubted["position"])))

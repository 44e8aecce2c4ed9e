"""Rows that may mean something else in their own file than below the header of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.text import fold
from pipeline.recognise.columns import vocabulary
from pipeline.recognise.header import SEARCHED_ROWS
from pipeline.recognise.numbering import is_numbering
from pipeline.shared import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.profiles import FeedProfile
    from pipeline.read.grid import Grid


def rows_of_headings(grid: Grid, begins: pl.Series, profiles: Sequence[FeedProfile]) -> pl.Series:
    """Numbers of the rows that could make another header: one of their cells is a heading.

    Only where `find_header` looks, in the first rows of each file; `begins` has the positions where they begin.
    """
    keys = {key for profile in profiles for key in vocabulary(profile).meanings}
    reach = pl.int_ranges(pl.col("begin"), pl.col("begin") + SEARCHED_ROWS, dtype=pl.UInt32)
    places = begins.to_frame("begin").select(reach.explode().unique()).to_series()
    head = grid.cells.drop("cell_count")[places.filter(places < grid.cells.height)]
    texts = pl.concat([column.unique().cast(pl.String).alias("text") for column in head.drop("row")]).to_frame()
    if not any(digit in key for key in keys for digit in "0123456789"):  # most texts have one
        texts = texts.filter(~pl.col("text").str.contains("[0-9]"))
    headings = texts.filter(fold(pl.col("text")).is_in(keys))["text"]
    if headings.is_empty():
        return head["row"].clear()
    cells = as_text(head).unpivot(index="row", value_name="text")
    return cells.filter(pl.col("text").is_in(headings.implode()))["row"]


def rows_of_numbering(grid: Grid, begins: pl.Series) -> pl.Series:
    """Numbers of the rows directly below a file's header that number its columns."""
    first = as_text(grid.cells[begins.filter(begins < grid.cells.height)])
    return first.filter(is_numbering(grid.cell_columns))["row"]

"""Ditto marks of books (nt, //, 〃, như trên): the cell above, in the same book and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.distinct import evaluated, nothing, with_cells
from pipeline.normalise.marks import marked_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DATE_COLUMNS = ("received", "due", "returned")  # a ditto mark without a cell above stays: a date that cannot be read


def fill_dittos(
    entries: pl.DataFrame, columns: Sequence[str], marks: Sequence[str], parts: pl.Series | None = None
) -> pl.DataFrame:
    """Resolve the marks of `columns` and add `inferred`: the names of the columns filled, null where none was.

    A book starts at the first row and wherever `book_no` or the part (its number, row by row) changes; nothing is
    carried over its start.
    """
    starts = _book_starts(entries, parts)
    filled = {
        is_ditto.name: _cells_above(entries[is_ditto.name], is_ditto, starts)
        for is_ditto in marked_cells(entries, columns, marks)
    }
    resolved = [with_cells(entries[name], found["cell"], found["text"]) for name, found in filled.items()]
    return entries.with_columns(*resolved, _inferred(filled, entries.height))


def _cells_above(column: pl.Series, is_ditto: pl.Series, starts: pl.Series) -> pl.DataFrame:
    """For each ditto mark of a column: its `cell`, the `text` it stands for, and `is_filled`.

    Where nothing stands above in the same book the text is null, or the mark itself in a column of dates.
    """
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    source = pl.when(~pl.col("is_ditto")).then(place).forward_fill()
    marked = pl.DataFrame({"is_ditto": is_ditto.fill_null(value=False), "start": starts}).lazy()
    above = pl.when(source >= pl.col("start")).then(source)
    found = evaluated(marked.select("is_ditto", cell=place, above=above).filter("is_ditto"), column.len())
    text = column.gather(found["above"])
    unresolved = column.gather(found["cell"]) if column.name in DATE_COLUMNS else nothing(column.dtype, found.height)
    return pl.DataFrame(
        {"cell": found["cell"], "text": text.zip_with(text.is_not_null(), unresolved), "is_filled": text.is_not_null()}
    )


def _book_starts(entries: pl.DataFrame, parts: pl.Series | None) -> pl.Series:
    """The position at which each row's book starts."""
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    books = [entries["book_no"]] if "book_no" in entries.columns else []
    changes = [one.ne_missing(one.shift()) for one in (*books, *([] if parts is None else [parts]))]
    is_start = pl.any_horizontal(place == 0, *changes)
    return entries.select(pl.when(is_start).then(place).forward_fill()).to_series()


def _inferred(filled: Mapping[str, pl.DataFrame], height: int) -> pl.Series:
    """The names of the columns filled in each row."""
    inferred = nothing(pl.String, height).alias("inferred")
    for name, found in filled.items():
        cells = found.filter("is_filled")["cell"]
        names = pl.concat_str("before", pl.lit(name), separator=",", ignore_nulls=True)
        inferred = with_cells(inferred, cells, inferred.gather(cells).to_frame("before").select(names).to_series())
    return inferred

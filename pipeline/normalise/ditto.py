"""Ditto marks of books (nt, //, 〃, như trên): the cell above, in the same book and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.distinct import evaluated, nothing, with_cells
from pipeline.normalise.marks import marked_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DATE_COLUMNS = ("received", "due", "returned")  # a ditto mark without a cell above stays: a date that cannot be read


def fill_dittos(entries: pl.DataFrame, columns: Sequence[str], marks: Sequence[str]) -> pl.DataFrame:
    """Resolve the marks of `columns` and add `inferred`: the names of the columns filled, null where none was.

    A book starts at the first row and wherever `book_no` changes; nothing is carried over its start.
    """
    filled = {is_ditto.name: _cells_above(entries, is_ditto) for is_ditto in marked_cells(entries, columns, marks)}
    resolved = [with_cells(entries[name], found["cell"], found["text"]) for name, found in filled.items()]
    return entries.with_columns(*resolved, _inferred(filled, entries.height))


def _cells_above(entries: pl.DataFrame, is_ditto: pl.Series) -> pl.DataFrame:
    """For each ditto mark of a column: its `cell`, the `text` it stands for, and `is_filled`.

    Where nothing stands above in the same book the text is null, or the mark itself in a column of dates.
    """
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    source = pl.when(~pl.col("_is_ditto")).then(place).forward_fill()
    marked = entries.lazy().with_columns(
        is_ditto.fill_null(value=False).alias("_is_ditto"), _start=_book_start(entries, place)
    )
    above = pl.when(source >= pl.col("_start")).then(source)
    found = evaluated(marked.select("_is_ditto", cell=place, above=above).filter("_is_ditto"), entries.height)
    column = entries[is_ditto.name]
    text = column.gather(found["above"])
    unresolved = column.gather(found["cell"]) if column.name in DATE_COLUMNS else nothing(pl.String, found.height)
    return pl.DataFrame(
        {"cell": found["cell"], "text": text.zip_with(text.is_not_null(), unresolved), "is_filled": text.is_not_null()}
    )


def _book_start(entries: pl.DataFrame, place: pl.Expr) -> pl.Expr:
    if "book_no" not in entries.columns:
        return pl.lit(0, dtype=pl.UInt32)
    is_start = pl.col("book_no").ne_missing(pl.col("book_no").shift()) | (place == 0)
    return pl.when(is_start).then(place).forward_fill()


def _inferred(filled: Mapping[str, pl.DataFrame], height: int) -> pl.Series:
    """The names of the columns filled in each row."""
    inferred = nothing(pl.String, height).alias("inferred")
    for name, found in filled.items():
        cells = found.filter("is_filled")["cell"]
        names = pl.concat_str("before", pl.lit(name), separator=",", ignore_nulls=True)
        inferred = with_cells(inferred, cells, inferred.gather(cells).to_frame("before").select(names).to_series())
    return inferred

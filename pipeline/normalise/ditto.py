"""Ditto marks of books (nt, //, 〃, như trên): the cell above, in the same book and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.marks import columns_with, is_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

DATE_COLUMNS = ("received", "due", "returned")  # a ditto mark without a cell above stays: a date that cannot be read


def fill_dittos(entries: pl.DataFrame, columns: Sequence[str], marks: Sequence[str]) -> pl.DataFrame:
    """Resolve the marks of `columns` and add `inferred`: the names of the columns filled, null where none was.

    A book starts at the first row and wherever `book_no` changes; nothing is carried over its start.
    """
    marked = columns_with(entries, columns, marks)
    if not marked:
        return entries.with_columns(inferred=pl.lit(None, dtype=pl.String))
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    placed = entries.with_columns(_place=place, _start=_book_start(entries, place))
    filled = placed.select(_cell_above(name, marks).alias(name) for name in marked)
    names = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in marked]
    inferred = filled.select(inferred=pl.concat_str(names, separator=",", ignore_nulls=True))
    return entries.with_columns(
        *(_resolved(entries[name], filled[name], marks) for name in marked),
        inferred.select(pl.col("inferred").replace("", None))["inferred"],
    )


def _book_start(entries: pl.DataFrame, place: pl.Expr) -> pl.Expr:
    if "book_no" not in entries.columns:
        return pl.lit(0, dtype=pl.Int64)
    is_start = pl.col("book_no").ne_missing(pl.col("book_no").shift()) | (place == 0)
    return pl.when(is_start).then(place).forward_fill()


def _cell_above(name: str, marks: Sequence[str]) -> pl.Expr:
    """What a ditto mark stands for; null where the cell is no mark or has nothing above."""
    is_ditto = is_mark(pl.col(name), marks).fill_null(value=False)
    source = pl.when(~is_ditto).then("_place").forward_fill()
    return pl.col(name).gather(pl.when(is_ditto & (source >= pl.col("_start"))).then(source))


def _resolved(cells: pl.Series, above: pl.Series, marks: Sequence[str]) -> pl.Series:
    name = cells.name
    unresolved = pl.col(name) if name in DATE_COLUMNS else pl.lit(None, dtype=pl.String)
    resolved = (
        pl.when(is_mark(pl.col(name), marks)).then(pl.coalesce(pl.lit(above), unresolved)).otherwise(pl.col(name))
    )
    return cells.to_frame().select(resolved.alias(name)).to_series()

"""Marks that stand for nothing: "-", "x", "~", "…" and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.text import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def without_empty_marks(rows: pl.DataFrame, columns: Iterable[str], marks: Sequence[str]) -> pl.DataFrame:
    """Null where a cell holds a mark of nothing; columns without any are left alone."""
    return rows.with_columns(
        pl.when(~is_empty.fill_null(value=False)).then(pl.col(is_empty.name)).alias(is_empty.name)
        for is_empty in marked_cells(rows, columns, marks)
    )


def marked_cells(rows: pl.DataFrame, columns: Iterable[str], marks: Sequence[str]) -> list[pl.Series]:
    """Whether each cell is one of the marks, in any case, of the columns in which any of them occurs."""
    is_mark = [pl.col(name).is_in(spellings(tuple(marks))) for name in columns if name in rows.columns]
    return [cells for cells in rows.select(is_mark) if cells.any()]

"""Marks that stand for nothing: "-", "x", "~", "…" and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.text import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def without_empty_marks(rows: pl.DataFrame, columns: Iterable[str], marks: Sequence[str]) -> pl.DataFrame:
    """Null where a cell holds a mark of nothing; columns without any are left alone."""
    marked = columns_with(rows, columns, marks)
    return rows.with_columns(pl.when(~is_mark(pl.col(name), marks)).then(pl.col(name)).alias(name) for name in marked)


def columns_with(rows: pl.DataFrame, columns: Iterable[str], marks: Sequence[str]) -> list[str]:
    """The columns in which any of the marks occurs."""
    present = [name for name in columns if name in rows.columns]
    found = rows.select(is_mark(pl.col(name), marks).any().alias(name) for name in present)
    return [name for name in present if found[name].item()]


def is_mark(text: pl.Expr, marks: Sequence[str]) -> pl.Expr:
    """Whether a cell is one of the marks, in any case."""
    return text.is_in(spellings(marks))

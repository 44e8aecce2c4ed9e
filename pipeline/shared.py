"""Texts that many rows share are kept once: the column holds numbers of a dictionary, a fourth as large.

A procedure, an officer, a unit stand in thousands of rows. Comparing, counting and copying numbers costs less than
texts; where a text is looked into, `as_text` gives it back, and `on_distinct` looks into each only once.
"""

from __future__ import annotations

import polars as pl
from polars import selectors

from schemas.tables import SHARED

LOOKED_AT = 500  # rows; whether texts repeat shows in them
FEW = 50_000  # rows
REPEATS = 4  # times on average; below, a dictionary costs more than it saves


def with_shared_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns whose texts repeat in the first rows as numbers; the others as they are."""
    head = rows.head(LOOKED_AT).select(selectors.string())
    repeats = pl.all().n_unique() * REPEATS <= pl.len()
    asked = head.select(repeats).row(0) if head.width else ()
    return rows.with_columns(pl.col([n for n, is_so in zip(head.columns, asked, strict=True) if is_so]).cast(SHARED))


def as_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with all texts written out."""
    return rows.with_columns(_as_text(column) for column in rows.select(selectors.categorical()))


def _as_text(texts: pl.Series) -> pl.Series:
    """Rows point to the one text that they share; a cast would copy it for each, which is faster for a few."""
    if texts.len() < FEW:
        return texts.cast(pl.String)
    known = texts.unique()
    return known.cast(pl.String).gather(places_among(known, texts)).alias(texts.name)


def places_among(known: pl.Series, texts: pl.Series) -> pl.Series:
    """The place of each text among the known ones; nothing is joined, as both are numbers."""
    numbers = known.to_physical()
    no_text = int(numbers.max() or 0) + 1  # type: ignore[arg-type] -- a column of numbers
    place_of = pl.Series([0], dtype=pl.UInt32).new_from_index(0, no_text + 1)
    place_of = place_of.scatter(_filled(numbers, no_text), pl.int_range(known.len(), dtype=pl.UInt32, eager=True))
    return place_of.gather(_filled(texts.to_physical(), no_text))


def _filled(numbers: pl.Series, value: int) -> pl.Series:
    """To ask first is free; to fill what has no gaps costs 0.1 ms, which is most of what looking up a commune takes."""
    return numbers.fill_null(value) if numbers.null_count() else numbers


def below_each_other(parts: list[pl.Series]) -> pl.Series:
    """One column of pieces of which some may be numbers and some texts."""
    kinds = {part.dtype for part in parts}
    return pl.concat(parts if len(kinds) == 1 else [part.cast(SHARED) for part in parts])

"""The row of column numbers that forms print directly below a header: (1) (2) (3), 1 2 3, A B 1 2, (4)=(5)+(6)."""

from __future__ import annotations

import polars as pl

FEWEST_NUMBERS = 3  # two short numbers can be a line that somebody began to write
NUMBER_CELL = r"^[(\[]?-?(?:\d{1,2}(?:\.0)?|\p{L})[)\].]?(?:\s*=[\d\s()+\-=.]*)?$"  # Excel turns a typed (1) into -1


def numbering_positions(body: pl.DataFrame, cells: list[str], repeats: pl.Series) -> pl.Series:
    """Positions of numbering rows: below the header (position 0) or below a repeated header's last row."""
    below = pl.concat([pl.Series([0], dtype=pl.UInt32), repeats.cast(pl.UInt32) + 1]).unique()
    places = below.filter((below < body.height) & ~below.is_in(repeats.implode()))
    rows = body.select(cells)[places].with_columns(position=places)
    return rows.filter(is_numbering(cells))["position"].sort()


def is_numbering(cells: list[str]) -> pl.Expr:
    """Every filled cell is a number or letter of a column, and the numbers rise from left to right."""
    all_short = pl.all_horizontal(pl.col(cells).str.contains(NUMBER_CELL).fill_null(value=True))
    enough = pl.sum_horizontal(pl.col(cells).is_not_null()) >= min(FEWEST_NUMBERS, len(cells))
    numbers = pl.concat_list(pl.col(cells).str.extract(r"(\d+)").cast(pl.Int32)).list.drop_nulls()
    return all_short & enough & (numbers.list.len() > 1) & (numbers.list.diff().list.min() > 0)

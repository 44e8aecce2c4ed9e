"""What calamine keeps to itself of a sheet, put back: errors and formulas without a value, and cells merged downwards.

Such a cell is not empty: taken for empty, a day of return that shows `#N/A` would say that nothing was returned.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipeline.read.grid import cell_names


class Text(NamedTuple):
    """What a cell shows; places from 0, as the sheet counts them."""

    row: int
    column: int
    text: str


class Span(NamedTuple):
    """A cell merged over rows of its first column; places from 0, the last row included."""

    column: int
    first: int
    last: int


class Untold(NamedTuple):
    """What calamine does not tell of one sheet."""

    texts: list[Text]
    spans: list[Span]


class Placed(NamedTuple):
    """Cells with the names c0, c1, ... and the sheet's column (from 0) that c0 is; its rows begin with the sheet's."""

    cells: pl.DataFrame
    left: int


def with_texts(placed: Placed, texts: list[Text]) -> Placed:
    """The cells with what other cells show, among them or around them."""
    if not texts:
        return placed
    wide = _extended(placed, texts)
    by_column: dict[int, list[Text]] = {}
    for text in texts:
        by_column.setdefault(text.column - wide.left, []).append(text)
    written = [
        wide.cells[f"c{index}"].scatter([text.row for text in those], [text.text for text in those])
        for index, those in by_column.items()
    ]
    return wide._replace(cells=wide.cells.with_columns(written))


def _extended(placed: Placed, texts: list[Text]) -> Placed:
    """Empty cells around the others, as far as the texts reach."""
    columns = [text.column for text in texts]
    cells, first = placed if placed.cells.width else (placed.cells, min(columns))
    left, right = min(first, *columns), max(first + cells.width - 1, *columns)
    height = max(cells.height, max(text.row for text in texts) + 1)
    taller = [column.extend_constant(None, height - column.len()) for column in cells]
    shown = dict(enumerate(taller, start=first))
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    wanted = [shown.get(column, empty) for column in range(left, right + 1)]
    return Placed(pl.DataFrame(dict(zip(cell_names(len(wanted)), wanted, strict=True))), left)

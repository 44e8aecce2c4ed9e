"""The cells of a block as polars parses them, and the proof that a block is even: as many cells in every record.

Nearly all blocks are even. There no record needs to be counted: polars refuses one with more cells than asked for, and
were one of them shorter, bytes would be missing. Each byte of sound text is a cell's, a mark of quoting, a separator
or a line end; the first are as many as polars read, and the line ends are known.
"""

from __future__ import annotations

import polars as pl

from pipeline.read.blocks import as_text, pieces_of, quote_marks
from pipeline.read.grid import MAX_WIDTH, cell_names


def even_cells(block: bytes, separator: str) -> pl.DataFrame | None:
    """The cells of an even block without line ends in cells; None where a block is none or that cannot be seen."""
    width = _width_of_first(block, separator)
    if not (1 < width <= MAX_WIDTH and block.endswith(b"\n")):  # without it polars lets a last separator pass
        return None
    try:
        marks = _marks(block, separator)
        cells = None if marks is None else parse(block, separator, width)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):  # a wider record, or bytes that are no UTF-8
        return None
    if marks is None or cells is None:
        return None
    in_cells = cells.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item()
    line_ends = cells.height + block.count(b"\r")
    return cells if len(block) - in_cells - marks - line_ends == cells.height * (width - 1) else None


def _marks(block: bytes, separator: str) -> int | None:
    """How many of the bytes are marks of quoting; None where quoting is broken or a line ends in a cell."""
    if b'"' not in block:
        return 0
    pieces = pieces_of(as_text(block))
    inside = pl.col("text").gather_every(2, 1)
    return (
        None if pieces.select(inside.str.contains("\n", literal=True).any()).item() else quote_marks(pieces, separator)
    )


def parse(block: bytes, separator: str, width: int) -> pl.DataFrame:
    """The cells of records that are as wide as the first or narrower.

    Raises:
        polars.exceptions.ComputeError: a record is wider, or the bytes are not UTF-8.
    """
    return pl.read_csv(
        block,
        has_header=False,
        separator=separator,
        quote_char='"' if b'"' in block else None,
        infer_schema=False,
        schema=dict.fromkeys(cell_names(width), pl.String),
        glob=False,
    ).rechunk()


def _width_of_first(block: bytes, separator: str) -> int:
    """The cells of the first record, if no line ends in one of them."""
    outside = block[: block.find(b"\n") + 1 or len(block)].split(b'"')[::2]
    return sum(text.count(separator.encode()) for text in outside) + 1

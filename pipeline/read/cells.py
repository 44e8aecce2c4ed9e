"""The cells of a block as polars parses them, and the proof that it is even: as many cells in every record.

Nearly all blocks are even. There no record needs to be counted: polars refuses one with more cells than asked for, and
were one of them shorter, bytes would be missing. Each byte of sound text is a cell's, a mark of quoting, a separator
or a line end; the first are as many as polars read, and the line ends are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.read.grid import MAX_WIDTH, cell_names
from pipeline.read.octets import NEWLINE, RETURN

if TYPE_CHECKING:
    from pipeline.read.octets import Octets


def even_cells(octets: Octets, separator: str) -> pl.DataFrame | None:
    """The cells of an even block without line ends in cells; None where a block is none or that cannot be seen."""
    block = octets.block
    width = _width_of_first(block, separator)
    if not (1 < width <= MAX_WIDTH and block.endswith(b"\n")):  # without it polars lets a last separator pass
        return None
    marks = octets.quote_marks(separator)
    if marks is None:
        return None
    try:
        cells = parse(block, separator, width)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):  # a wider record, or bytes that are no UTF-8
        return None
    in_cells = cells.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item()
    newlines, returns = octets.count(NEWLINE), octets.count(RETURN)
    separators = len(block) - in_cells - marks - newlines - returns
    return cells if newlines == cells.height and separators == cells.height * (width - 1) else None


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

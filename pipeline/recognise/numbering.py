"""The row of column numbers that forms print directly below a header: (1) (2) (3), 1 2 3, A B 1 2, (4)=(5)+(6)."""

from __future__ import annotations

import polars as pl

from pipeline.recognise.cells import EDGE, row_text
from pipeline.shared import as_text

FEWEST_NUMBERS = 3  # two short numbers can be a line that somebody began to write
NUMBER_CELL = r"[(\[]?-?(?:[0-9]{1,2}(?:\.0)?|\p{L})[)\].]?(?:\s*=[0-9\s()+\-=.]*)?"  # Excel turns a typed (1) into -1
NUMBER_ROW = f"^{NUMBER_CELL}(?:{EDGE}{NUMBER_CELL})*$"
FIRST_NUMBERS = rf"(?:^|{EDGE})[^{EDGE}0-9]*[0-9]+"  # of each cell that has one


def numbering_positions(body: pl.DataFrame, cells: list[str], repeats: pl.Series) -> pl.Series:
    """Positions of numbering rows: below the header (position 0) or below a repeated header's last row."""
    below = sorted({0, *(place + 1 for place in repeats)} - set(repeats))
    places = pl.Series("position", [place for place in below if place < body.height], dtype=pl.UInt32)
    rows = as_text(body.select(pl.col(cells).gather(places))).select(is_numbering=is_numbering(cells))
    return places.filter(rows["is_numbering"])


def is_numbering(cells: list[str]) -> pl.Expr:
    """Every filled cell is a number or letter of a column, and the numbers rise from left to right."""
    text = row_text(cells)
    enough = text.str.count_matches(EDGE, literal=True) + 1 >= min(FEWEST_NUMBERS, len(cells))
    numbers = text.str.extract_all(FIRST_NUMBERS).list.eval(pl.element().str.extract(r"([0-9]{1,9})").cast(pl.Int32))
    is_rising = (numbers.list.len() > 1) & (numbers.list.diff().list.min() > 0)
    return text.str.contains(NUMBER_ROW) & enough & is_rising

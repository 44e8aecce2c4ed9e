"""Find the header: the row, or two adjacent rows, whose cells match most of a profile's headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.recognise.cells import SPARSE_CELLS
from pipeline.recognise.plain import fold_cells
from pipeline.shared import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.read.grid import Grid

SEARCHED_ROWS = 40  # titles of printed books take up to about ten
FEWEST_HEADINGS = 2  # one matching cell is a title ("Quyển số"), not a header

CODE_AT_END = re.compile(r"\d{6}\s*[-–—._/ ]\s*\d{1,6}\s*$")

Keys = tuple[str | None, ...]


class Opening(NamedTuple):
    """The first rows of a sheet: their texts and their folded keys, cell by cell."""

    row_numbers: tuple[int, ...]
    texts: tuple[Keys, ...]
    keys: tuple[Keys, ...]


class Header(NamedTuple):
    """Where the header stands and which heading each column has; `first` and `last` are positions, not row numbers."""

    first: int
    last: int
    labels: Keys
    keys: Keys


def read_opening(grid: Grid) -> Opening:
    """Fold the rows among which the header must stand."""
    head = grid.cells.head(SEARCHED_ROWS + 1)
    texts = as_text(head.select(grid.cell_columns))
    return Opening(tuple(head["row"]), tuple(texts.rows()), tuple(fold_cells(texts).rows()))


def find_header(opening: Opening, meanings: Mapping[str, str], grouping: frozenset[str]) -> Header | None:
    """The header that gives most columns a meaning; when equal, one row rather than two, and the uppermost."""
    candidates = [header for header in _candidates(opening, meanings, grouping) if header]
    best = max(candidates, key=lambda header: known_columns(header, meanings), default=None)
    return best if best and known_columns(best, meanings) >= FEWEST_HEADINGS else None


def rows_of_dossiers(opening: Opening, until: int) -> list[int]:
    """Numbers of the rows above a position that hold a dossier: a title has not so many cells with a code in one.

    They stand there when the headings of the first page are damaged, and those of a later page are found.
    """
    rows = [[cell for cell in row if cell] for row in opening.texts[:until]]
    is_dossier = [len(row) > SPARSE_CELLS and any(CODE_AT_END.search(cell) for cell in row) for row in rows]
    return [number for number, is_one in zip(opening.row_numbers, is_dossier, strict=False) if is_one]


def known_columns(header: Header, meanings: Mapping[str, str]) -> int:
    """How many different canonical columns the header names."""
    return len({meanings[key] for key in header.keys if key and key in meanings})


def _candidates(opening: Opening, meanings: Mapping[str, str], grouping: frozenset[str]) -> list[Header | None]:
    last = min(len(opening.keys), SEARCHED_ROWS)
    single = [Header(i, i, opening.texts[i], opening.keys[i]) for i in range(last)]
    uppers = [header.first for header in single if known_columns(header, meanings) >= FEWEST_HEADINGS]
    return [*single, *(_two_rows(opening, i, meanings, grouping) for i in uppers if i + 1 < len(opening.keys))]


def _two_rows(opening: Opening, upper: int, meanings: Mapping[str, str], grouping: frozenset[str]) -> Header | None:
    """Lower names under upper groups; None when the lower row is no row of headings."""
    above, below = opening.keys[upper], opening.keys[upper + 1]
    for a, b in zip(above, below, strict=True):
        if a in meanings and a not in grouping and b not in (None, a) and b not in meanings:
            return None  # a named column holds something else below its name: that is data
    pick = [upper + bool(key) for key in below]
    return Header(
        upper,
        upper + 1,
        tuple(opening.texts[i][column] for column, i in enumerate(pick)),
        tuple(opening.keys[i][column] for column, i in enumerate(pick)),
    )

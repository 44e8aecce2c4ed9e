"""The cells of a worksheet that a glance found odd: how far they reach, and what calamine does not tell of them."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.parsers import expat

from pipeline.errors import FileRefused
from pipeline.read.grid import MAX_WIDTH
from pipeline.read.sheet_glance import MAX_CELLS, column_of, has_untold, pieces
from pipeline.read.untold import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from pipeline.read.sheet_glance import Glance

ENTITY_IN_PLACE = re.compile(rb"""\sr\s*=\s*(?:"[^"<]*&|'[^'<]*&)""")  # calamine does not replace it, and counts cells
PLACE = re.compile(r"([A-Za-z]*)([0-9]+)")
OPENED, CLOSED, ROW = b"<sheetData>", b"</sheetData", b"<row"
CELL_PARTS = {"v", "f", "t"}  # value, formula, text within the cell


def untold_texts(open_part: Callable[[], IO[bytes]], seen: Glance, path: Path) -> list[Text]:
    """What cells of a worksheet show that calamine does not tell.

    Raises:
        FileRefused: a cell is far away, or the part is no plain XML.
    """
    if not (seen.is_doubtful or seen.has_untold):
        return []
    if not seen.is_doubtful:
        with suppress(expat.ExpatError, ValueError), open_part() as part:
            cells = Cells(path)
            cells.parse_some(part)
            return cells.texts
    cells = Cells(path)
    with open_part() as part:
        cells.parse_all(part)
    return cells.texts


class Cells:
    """The cells of a worksheet as a parser tells them; placed as calamine places them, which is why it asks for memory.

    Raises:
        FileRefused: a cell is far away, or the part is no plain XML.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.texts: list[Text] = []
        self.last_row, self.first_column, self.last_column = -1, MAX_WIDTH, -1
        self._row = self._column = 0
        self._is_inside = False
        self._kind: str | None = None
        self._parts: dict[str, str] = {}  # of the cell: its value, its formula, its text
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._open: str | None = None

    def parse_all(self, part: IO[bytes]) -> None:
        """All cells of the part."""
        try:
            for piece in pieces(part):
                if ENTITY_IN_PLACE.search(piece):
                    self._refuse()
                self._parser.Parse(piece)
            self._parser.Parse(b"", True)
        except (expat.ExpatError, ValueError):
            self._refuse()
        if (self.last_row + 1) * (self.last_column - self.first_column + 1) > MAX_CELLS:
            raise FileRefused("spread_cells", self.path.name, row=self.last_row + 1, most=MAX_CELLS)

    def parse_some(self, part: IO[bytes]) -> None:
        """The cells of those pieces only that have something untold, where each cell has its place.

        Raises:
            expat.ExpatError: the pieces are no whole rows.
        """
        self._parser.Parse(OPENED)
        for piece in pieces(part):
            if has_untold(piece):
                self._parser.Parse(piece[max(piece.find(ROW), 0) :].partition(CLOSED)[0])
        self._parser.Parse(CLOSED + b">", True)

    def _refuse(self, *_: object) -> None:
        raise FileRefused("damaged_workbook", self.path.name)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        self._is_inside = self._is_inside or kind == "sheetData"
        if not self._is_inside:
            return
        if kind == "row" and "r" in attributes:
            self._row = _place(attributes["r"])[0]
        elif kind == "c":
            self._kind, self._parts = attributes.get("t"), {}
            self._cell = (self._row, self._column)
            if "r" in attributes:
                self._cell = _place(attributes["r"])
                self._column = self._cell[1]
        elif kind in CELL_PARTS:
            self._open = kind
            self._parts.setdefault(kind, "")

    def _hear(self, text: str) -> None:
        if self._open:
            self._parts[self._open] += text

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == self._open:
            self._open = None
        elif kind == "c" and self._is_inside:
            self._tell()
            self._column += 1
        elif kind == "row" and self._is_inside:
            self._row, self._column = self._row + 1, 0
        elif kind == "sheetData":
            self._is_inside = False

    def _tell(self) -> None:
        """Counts the cell if anything stands in it, and keeps what calamine would not tell."""
        value, formula = self._parts.get("v"), self._parts.get("f")
        is_unvalued = formula is not None and not value and not (self._kind == "str" and value is not None)
        if not (value or is_unvalued or "t" in self._parts):
            return
        row, column = self._cell
        if column >= MAX_WIDTH:
            raise FileRefused("far_cell", self.path.name, row=row + 1, most=MAX_WIDTH)
        self.last_row = max(self.last_row, row)
        self.first_column, self.last_column = min(self.first_column, column), max(self.last_column, column)
        if is_unvalued:
            self.texts.append(Text(row, column, f"={formula}"))
        elif value and self._kind == "e":
            self.texts.append(Text(row, column, value))


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of "B7"; of a row's "7" the column is -1."""
    found = PLACE.fullmatch(reference)
    if not found or not found[2].strip("0"):
        raise ValueError(reference)
    return int(found[2]) - 1, column_of(found[1])

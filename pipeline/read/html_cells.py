"""The tables of an HTML page while they are read: cells get the places that a spreadsheet would give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.read.grid import refuse_wide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_SPAN = {"colspan": 1000, "rowspan": 65534}  # the standard's own limits
MENU = 1  # cells with text in a row of layout that says nothing
Row = list[str | None]


class Covering(NamedTuple):
    """What a cell that reaches over several rows leaves to those below."""

    rows: int
    text: str | None


class Cell:
    """A cell while it is read."""

    __slots__ = ("depth", "height", "hidden_at", "is_heading", "parts", "tables", "width")

    def __init__(self, attributes: Mapping[str, str], depth: int, *, is_heading: bool = False) -> None:
        self.depth = depth
        self.hidden_at = 0  # depth of the element in it that nobody sees
        self.is_heading = is_heading
        self.width, self.height = _span(attributes, "colspan"), _span(attributes, "rowspan")
        self.parts: list[str | Table] = []
        self.tables: list[Table] = []  # those among its parts

    @property
    def text(self) -> str:
        """What stands in the cell itself."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def take(self, tables: list[Table]) -> None:
        """Tables that stand in it."""
        self.parts += tables
        self.tables += tables

    @property
    def whole_text(self) -> str:
        """The same with what stands in the tables in it."""
        return "".join(part if isinstance(part, str) else part.seen_text for part in self.parts)


class Table:
    """One table: `rows` of texts, and of each row how many of its places are filled by a cell (`counts`)."""

    def __init__(self, path: Path, depth: int, *, is_hidden: bool) -> None:
        self.path, self.depth, self.is_hidden = path, depth, is_hidden
        self.rows: list[Row] = []
        self.counts: list[int] = []
        self.cell: Cell | None = None  # open
        self.row: list[Cell] | None = None  # open
        self.row_depth = 0
        self.filled = 0  # cells with a text of their own; known once it is settled
        self._covered: dict[int, Covering] = {}  # by column
        self._around: list[tuple[int, int, Cell]] = []  # row, column and cell of each cell that holds tables

    @property
    def is_of_data(self) -> bool:
        """Whether it is more than a title or a signature."""
        return len(self.rows) > 1 and max(map(len, self.rows)) > 1

    @property
    def seen_text(self) -> str:
        """Its cells below each other, where it can be seen."""
        return "" if self.is_hidden else "\n".join(["", *(cell for row in self.rows for cell in row if cell), ""])

    def open_row(self, depth: int) -> None:
        """A row begins and ends the one before."""
        self.close_row()
        self.row, self.row_depth = [], depth

    def open_cell(self, cell: Cell) -> None:
        """A cell begins, in a row of its own where none is open."""
        self.close_cell()
        if self.row is None:
            self.open_row(cell.depth)
        self.cell = cell

    def close_cell(self) -> None:
        """The open cell has its text."""
        if self.cell and self.row is not None:
            self.row.append(self.cell)
        self.cell = None

    def close_row(self) -> None:
        """The open row gets its places, those that cells above cover among them."""
        self.close_cell()
        if self.row is None:
            return
        cells, self.row = self.row, None
        row: Row = []
        spans: dict[int, Covering] = {}
        says_more = bool(self._covered) and any(cell.text.strip() for cell in cells)
        for cell in cells:
            self._pass_covered(row, says_more=says_more)
            if cell.tables:
                self._around.append((len(self.rows), len(row), cell))
            if cell.height > 1:
                spans |= _spans(cell, len(row), cells)
            row += [cell.text, *[None] * (cell.width - 1)]
            refuse_wide(self.path, len(self.rows) + 1, len(row))
        missing = self._append_covered(row, says_more=says_more)
        self.counts.append(len(row) - missing)
        self.rows.append(row)
        left = {place: Covering(rows - 1, text) for place, (rows, text) in self._covered.items() if rows > 1}
        self._covered = left | spans

    def close_group(self) -> None:
        """No cell reaches beyond its group of rows."""
        self.close_row()
        self._covered.clear()

    def settled(self) -> list[Table]:
        """Itself with the text of the tables in its cells; or, where one of those has more to say, each by itself.

        Of the latter kind are tables for layout: of their own cells only rows that say something are kept.
        """
        self.filled = sum(map(_filled, self.rows))
        inner = [table for *_, cell in self._around for table in cell.tables]
        if inner and self.filled <= max(table.filled for table in inner):
            kept = [place for place, row in enumerate(self.rows) if _filled(row) > MENU]
            self.rows, self.counts = [self.rows[place] for place in kept], [self.counts[place] for place in kept]
            self.filled = sum(map(_filled, self.rows))
            return [self, *inner] if kept else inner
        for row, column, cell in self._around:
            self.rows[row][column] = cell.whole_text
        return [self]

    def _pass_covered(self, row: Row, *, says_more: bool) -> None:
        while covering := self._covered.get(len(row)):
            row.append(covering.text if says_more else None)

    def _append_covered(self, row: Row, *, says_more: bool) -> int:
        """Covered places behind the last cell; gives how many places before them are missing."""
        missing = 0
        for place in sorted(place for place in self._covered if place >= len(row)):
            missing += place - len(row)
            row += [*[None] * (place - len(row)), self._covered[place].text if says_more else None]
        return missing


def _spans(cell: Cell, place: int, row: list[Cell]) -> dict[int, Covering]:
    """The places that a cell covers in rows below; it says the same there, unless it is a heading.

    A row of headings has no number in it, a row of dossiers has some.
    """
    is_said = not cell.is_heading and any(sign.isdigit() for other in row for sign in other.text)
    below = cell.height - 1
    beside = dict.fromkeys(range(place + 1, place + cell.width), Covering(below, None))
    return {place: Covering(below, cell.text if is_said else None)} | beside


def _span(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1").strip()
    return min(max(int(text[:9]), 1), MOST_SPAN[name]) if text.isascii() and text.isdigit() else 1


def _filled(row: Row) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)

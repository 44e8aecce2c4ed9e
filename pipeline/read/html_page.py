"""An HTML page as its parser tells it: the tables with every row and cell, wherever these stand.

The parser's events are heard, not its tree walked: people's markup puts forms and fonts between a table and its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - a compiled module without stubs

from pipeline.read.html_cells import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PARAGRAPHS = frozenset({"br", "center", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre"})
LISTS = frozenset({"dd", "dl", "dt", "li", "ol", "option", "ul"})
PARTS = frozenset({"address", "article", "aside", "blockquote", "fieldset", "figure", "footer", "form", "header"})
BLOCKS = PARAGRAPHS | LISTS | PARTS | {"main", "nav", "section", "table"}  # stand on lines of their own
UNSEEN = frozenset({"script", "style", "title"})
ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})  # no cell reaches from one into the next
MOST_NESTED = 50  # tables in tables; what lies deeper is read as rows of the last one


class Page:
    """Hears the parser: an element begins, has text, ends. The counts are of elements that became rows and cells."""

    def __init__(self, path: Path) -> None:
        self.tables: list[Table] = []
        self.row_count = self.cell_count = 0
        self._path = path
        self._depth = 0
        self._open: list[Table] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if tag == "table" and len(self._open) < MOST_NESTED:
            self._open_table()
        elif not self._open:
            return
        elif tag in ("td", "th"):
            self.cell_count += 1
            self._open[-1].open_cell(Cell(attributes, self._depth, is_heading=tag == "th"))
        elif tag == "tr":
            self.row_count += 1
            self._open[-1].open_row(self._depth)
        elif tag in ROW_GROUPS:
            self._open[-1].close_group()
        elif cell := self._open[-1].cell:
            self._start_in_cell(cell, tag, attributes)

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._open and (cell := self._open[-1].cell) and not cell.hidden_at:
            cell.parts.append(text)

    def end(self, tag: str) -> None:
        """An element ends; what an unclosed one held has been taken out of it by then, so only its depth counts."""
        depth, self._depth = self._depth, self._depth - 1
        if not self._open:
            return
        table = self._open[-1]
        if depth == table.depth:
            self._close_table()
        elif tag in ROW_GROUPS:
            table.close_group()
        elif table.cell and depth == table.cell.depth:
            table.close_cell()
        elif table.row is not None and depth == table.row_depth:
            table.close_row()
        elif table.cell:
            self._end_in_cell(table.cell, tag, depth)

    def close(self) -> Page:
        """The page ends."""
        return self

    def _start_in_cell(self, cell: Cell, tag: str, attributes: Mapping[str, str]) -> None:
        if not cell.hidden_at and (tag in UNSEEN or _is_hidden(attributes)):
            cell.hidden_at = self._depth
        if tag in BLOCKS:
            cell.parts.append("\n")

    @staticmethod
    def _end_in_cell(cell: Cell, tag: str, depth: int) -> None:
        if cell.hidden_at == depth:
            cell.hidden_at = 0
        if tag in BLOCKS:
            cell.parts.append("\n")

    def _open_table(self) -> None:
        outer = self._open[-1] if self._open else None
        if outer and not outer.cell:
            outer.open_cell(Cell({}, self._depth))
        is_hidden = bool(outer and outer.cell and outer.cell.hidden_at)
        self._open.append(Table(self._path, self._depth, is_hidden=is_hidden))

    def _close_table(self) -> None:
        table = self._open.pop()
        table.close_row()
        if self._open and (cell := self._open[-1].cell):
            cell.take(table.settled())
        else:
            self.tables += table.settled()


def read_page(text: bytes, path: Path) -> Page:
    """The page of a text in UTF-8. Nothing is fetched, no entity is followed."""
    parser = etree.HTMLParser(target=Page(path), encoding="utf-8", no_network=True, huge_tree=True)
    return etree.fromstring(text, parser)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or "display:none" in attributes.get("style", "").lower().replace(" ", "")

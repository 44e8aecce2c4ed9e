"""Tables of the paper: ruled ones with a head that repeats on each page, and borderless ones that only place text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu

from pipeline.report.paper.layout import CENTRE, START, Look, element, text_width, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as Docx
    from docx.shared import Length
    from docx.table import Table, _Cell, _Row  # pyright: ignore[reportPrivateUsage] -- the types of public values

    from pipeline.report.paper.blocks import Cells, Grid

MIDDLE = WD_CELL_VERTICAL_ALIGNMENT.CENTER
TEXT = Look(align=START, before=1, after=1)
HEADING = replace(TEXT, bold=True, align=CENTRE, keep=True)
NUMBER = replace(TEXT, italic=True, align=CENTRE, keep=True)
CAPTION = Look(size=13, bold=True, align=CENTRE, before=6, after=4, keep=True)
KEPT, SMALL = 3, 12  # rows at a table's end that no page break parts; a small table is not parted at all
PADDING = 55  # twentieths of a point on either side of a cell's text


def add_grid(paper: Docx, grid: Grid) -> None:
    """A ruled table under its caption."""
    if grid.caption:
        write(paper.add_paragraph(), grid.caption, CAPTION)
    shares = [share / sum(grid.widths) for share in grid.widths]
    widths = [Emu(int(text_width(paper) * share)) for share in shares]
    table = _table(paper, widths, "Table Grid")
    _add_head(table, grid)
    _add_rows(table, grid)
    for row in table.rows:
        _set_widths(row, widths)
    write(paper.add_paragraph(), "", Look(size=6))


def placing_table(paper: Docx, shares: Sequence[float], rows: int) -> Table:
    """A borderless table whose cells only stand side by side."""
    widths = [Emu(int(text_width(paper) * share)) for share in shares]
    table = _table(paper, widths, None)
    for _ in range(rows):
        _set_widths(table.add_row(), widths)
    return table


def _table(paper: Docx, widths: Sequence[Length], style: str | None) -> Table:
    table = paper.add_table(rows=0, cols=len(widths), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    sides = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in ("left", "right"))
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")
    look = element(table).tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)  # Word minds the order
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def _add_head(table: Table, grid: Grid) -> None:
    if grid.spans:
        _add_spans(table, grid)
    else:
        _add_row(table, grid.columns, HEADING, grid.size)
    if grid.numbering:
        _add_row(table, grid.numbering, NUMBER, grid.size)
    for row in table.rows:
        _mark(row, "tblHeader")


def _add_spans(table: Table, grid: Grid) -> None:
    """A head of two rows: what stands over several columns, and over a column alone what spans both rows."""
    upper, lower = (_add_row(table, ("",) * len(grid.columns), HEADING, grid.size) for _ in range(2))
    place = 0
    for text, columns in grid.spans:
        if text:
            _write(upper.cells[place].merge(upper.cells[place + columns - 1]), text, HEADING, grid.size)
        for column in range(place, place + columns):
            cell = lower.cells[column] if text else upper.cells[column].merge(lower.cells[column])
            _write(cell, grid.columns[column], HEADING, grid.size)
        place += columns


def _add_rows(table: Table, grid: Grid) -> None:
    """The rows; the last ones stay together with the total."""
    rows = [*grid.rows, grid.total] if grid.total else grid.rows
    for place, row in enumerate(rows):
        is_total = bool(grid.total) and place == len(rows) - 1
        is_kept = place < len(rows) - 1 and (len(rows) <= SMALL or place >= len(rows) - KEPT)
        text = replace(TEXT, bold=is_total, keep=is_kept)
        looks = [text if _is_text(column, grid) else replace(text, align=CENTRE) for column in range(len(row))]
        _add_row(table, row, looks, grid.size)


def _is_text(column: int, grid: Grid) -> bool:
    """Texts begin at the left; the first of several columns is a number of its own."""
    return column < grid.numbers_from and (column > 0 or grid.numbers_from == 1)


def _add_row(table: Table, texts: Cells, looks: Look | Sequence[Look], size: int) -> _Row:
    row = table.add_row()
    each = [looks] * len(texts) if isinstance(looks, Look) else looks
    for cell, text, look in zip(row.cells, texts, each, strict=True):
        _write(cell, text, look, size)
    _mark(row, "cantSplit")
    return row


def _write(cell: _Cell, text: str, look: Look, size: int) -> None:
    """A cell's one paragraph; merged cells keep the empty ones of those they swallowed, which go."""
    for emptied in cell.paragraphs[1:]:
        element(emptied).getparent().remove(element(emptied))
    cell.vertical_alignment = MIDDLE
    write(cell.paragraphs[0], text, replace(look, size=size))


def _set_widths(row: _Row, widths: Sequence[Length]) -> None:
    for cell, width in zip(element(row).tc_lst, widths, strict=False):
        if cell.grid_span == 1:
            cell.width = width


def _mark(row: _Row, mark: str) -> None:
    element(row).get_or_add_trPr().append(parse_xml(f"<w:{mark} {nsdecls('w')}/>"))

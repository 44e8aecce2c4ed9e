"""An HTML page that a case system saves as .xls: its tables as grids. Nothing is fetched, no entity is followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - a compiled module without stubs

from pipeline.errors import FileRefused
from pipeline.read.encoding import from_windows_1258, to_utf8
from pipeline.read.grid import Grid, Untidy, cell_names, clean, numbered, refuse_wide
from pipeline.read.legacy import refuse_legacy, refuse_legacy_bytes

if TYPE_CHECKING:
    from pathlib import Path

OWN_ROWS = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
LEAF_TABLES = "//table[not(.//table)]"  # a table around tables is layout
NO_MARKUP = re.compile(rb"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL)  # a <table there opens nothing
MAX_SPAN = 1000  # the standard's own limit
Row = list[str | None]


def read_html(raw: bytes, path: Path) -> tuple[Grid, ...]:
    """One grid per table of data; rows are counted over the whole page, as a spreadsheet stacks them.

    Small tables (titles, signatures) go with the data table after them, trailing ones with the last.
    """
    text, encoding = _utf8(raw, path)
    tables = [_rows(table, path) for table in _tree(text, path).xpath(LEAF_TABLES)]
    if not any(_is_table_of_data(rows) for rows in tables):
        raise FileRefused("page_without_table", path.name)
    return tuple(_grids(tables, path, encoding))


def _utf8(raw: bytes, path: Path) -> tuple[bytes, str]:
    text, encoding = to_utf8(raw, path)
    try:
        text.decode()
    except UnicodeDecodeError as fault:
        refuse_legacy_bytes(text, path)
        converted = from_windows_1258(text)
        if converted is None:
            raise FileRefused("page_encoding", path.name, byte=fault.start) from None
        return converted, "windows-1258"
    return text, encoding


def _tree(text: bytes, path: Path) -> Any:  # noqa: ANN401 - lxml ships no types
    lower = NO_MARKUP.sub(b"", text.lower())
    if lower.count(b"<table") > lower.count(b"</table"):
        raise FileRefused("page_cut_off", path.name)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    tree = etree.fromstring(text, parser)
    for line_break in tree.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return tree


def _is_table_of_data(rows: list[Row]) -> bool:
    return len(rows) > 1 and max(map(len, rows)) > 1


def _rows(table: Any, path: Path) -> list[Row]:  # noqa: ANN401 - lxml ships no types
    """The cells of each tr; a tree knows no columns, so this is the one reader that walks rows."""
    covered: dict[int, int] = {}  # column → rows that a rowspan above still covers
    rows: list[Row] = []
    for number, row in enumerate(table.xpath(OWN_ROWS), start=1):
        rows.append(_row(row, covered))
        refuse_wide(path, number, len(rows[-1]))
    return rows


def _row(row: Any, covered: dict[int, int]) -> Row:  # noqa: ANN401 - lxml ships no types
    """A merged cell has its text in the first place, as in a workbook, and leaves the others empty."""
    cells: Row = []
    spans: dict[int, int] = {}
    for cell in row.xpath("./td | ./th"):
        _skip_covered(cells, covered)
        width, height = _span(cell, "colspan"), _span(cell, "rowspan")
        spans.update(dict.fromkeys(range(len(cells), len(cells) + width), height - 1))
        cells += ["".join(cell.itertext()), *[None] * (width - 1)]
    _skip_covered(cells, covered)
    covered.update(spans)
    return cells


def _skip_covered(cells: Row, covered: dict[int, int]) -> None:
    while covered.get(len(cells), 0) > 0:
        covered[len(cells)] -= 1
        cells.append(None)


def _span(cell: Any, name: str) -> int:  # noqa: ANN401 - lxml ships no types
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), MAX_SPAN) if text.isascii() and text.isdigit() else 1


def _grids(tables: list[list[Row]], path: Path, encoding: str) -> list[Grid]:
    """Rows up to and with each table of data; what follows the last one belongs to it."""
    ends = [index + 1 for index, rows in enumerate(tables) if _is_table_of_data(rows)]
    ends[-1] = len(tables)
    grids: list[Grid] = []
    rows_above = 0
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        rows = [row for table in tables[begin:end] for row in table]
        grids.append(_grid(rows, rows_above, path, encoding))
        rows_above += len(rows)
    return grids


def _grid(rows: list[Row], rows_above: int, path: Path, encoding: str) -> Grid:
    width = max(map(len, rows))
    counts = pl.Series([len(row) for row in rows])
    padded = [row + [None] * (width - len(row)) for row in rows]
    texts = pl.DataFrame(padded, schema=dict.fromkeys(cell_names(width), pl.String), orient="row")
    cells = numbered(clean(texts, Untidy()), counts).with_columns(pl.col("row") + rows_above)
    refuse_legacy(cells, path)
    return Grid(cells, path, "html", encoding=encoding)

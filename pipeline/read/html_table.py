"""An HTML page that a case system saves as .xls: its tables as grids. Nothing is fetched, no entity is followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import FileRefused
from pipeline.read.encoding import from_windows_1258, to_utf8
from pipeline.read.grid import Grid, Untidy, cell_names, clean, numbered
from pipeline.read.html_page import Page, read_page
from pipeline.read.legacy import refuse_legacy, refuse_legacy_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.read.html_cells import Table

NO_MARKUP = re.compile(rb"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL)  # a <table there opens nothing
ROW_START, CELL_START = re.compile(rb"<tr[\s/>]"), re.compile(rb"<t[dh][\s/>]")


def read_html(raw: bytes, path: Path) -> tuple[Grid, ...]:
    """One grid per table of data; rows are counted over the whole page, as a spreadsheet stacks them.

    Small tables (titles, signatures) go with the data table after them, trailing ones with the last.
    """
    text, encoding = _utf8(raw, path)
    page = _whole_page(text, path)
    tables = [table for table in page.tables if table.rows]
    if not any(table.is_of_data for table in tables):
        raise FileRefused("page_without_table", path.name)
    return tuple(_grids(tables, path, encoding))


def _whole_page(text: bytes, path: Path) -> Page:
    """Refuses a page of which something is lost: what the text begins must come out of the parser."""
    markup = NO_MARKUP.sub(b"", text.lower())
    if markup.count(b"<table") > markup.count(b"</table"):
        raise FileRefused("page_cut_off", path.name)
    page = read_page(text, path)
    rows = sum(1 for _ in ROW_START.finditer(markup)) - page.row_count
    cells = sum(1 for _ in CELL_START.finditer(markup)) - page.cell_count
    if rows > 0 or cells > 0:
        raise FileRefused("page_rows_lost", path.name, rows=max(rows, 0), cells=max(cells, 0))
    return page


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


def _grids(tables: list[Table], path: Path, encoding: str) -> list[Grid]:
    """Rows up to and with each table of data; what follows the last one belongs to it."""
    ends = [index + 1 for index, table in enumerate(tables) if table.is_of_data]
    ends[-1] = len(tables)
    grids: list[Grid] = []
    rows_above = 0
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        grids.append(_grid(tables[begin:end], rows_above, path, encoding))
        rows_above += grids[-1].cells.height
    return grids


def _grid(tables: list[Table], rows_above: int, path: Path, encoding: str) -> Grid:
    rows = [row for table in tables for row in table.rows]
    width = max(map(len, rows))
    counts = pl.Series([count for table in tables for count in table.counts])
    padded = [row + [None] * (width - len(row)) for row in rows]
    texts = pl.DataFrame(padded, schema=dict.fromkeys(cell_names(width), pl.String), orient="row")
    cells = numbered(clean(texts, Untidy()), counts).with_columns(pl.col("row") + rows_above)
    refuse_legacy(cells, path)
    return Grid(cells, path, "html", encoding=encoding)

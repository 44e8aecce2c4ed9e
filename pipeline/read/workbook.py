"""XLSX and XLS through calamine: every sheet with content, hidden ones too; dates come as `YYYY-MM-DD HH:MM:SS`."""

from __future__ import annotations

import io
import logging
import zipfile
import zlib
from functools import partial
from typing import TYPE_CHECKING

import fastexcel
import polars as pl

from pipeline.errors import FileRefused
from pipeline.read.biff import untold_of_xls
from pipeline.read.clocks import with_clocks
from pipeline.read.grid import Grid, Untidy, cell_names, clean, numbered, refuse_wide
from pipeline.read.legacy import refuse_legacy
from pipeline.read.sheet_cells import untold_texts
from pipeline.read.sheet_glance import MAX_CELLS, glance
from pipeline.read.sheet_parts import sheets_by_part
from pipeline.read.source import MAX_BYTES
from pipeline.read.untold import Placed, Untold, filled_down, with_texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_RATIO = 100  # unpacked to packed; tables of dossiers stay under 30
RATIO_MATTERS_FROM = 2**20  # unpacked bytes: a small part of one repeated letter is no bomb
NOTHING = Untold([], [])


def _is_no_chart(record: logging.LogRecord) -> bool:
    return not record.getMessage().endswith("not a valid worksheet")


logging.getLogger("calamine.xlsx").addFilter(_is_no_chart)  # a sheet that is a chart has no rows, and is no fault


def read_workbook(raw: bytes, path: Path, kind: str) -> tuple[Grid, ...]:
    """One grid per sheet with content."""
    if kind == "xls" and "EncryptedPackage".encode("utf-16-le") in raw:
        raise FileRefused("encrypted", path.name)
    untold = _looked_into(raw, path) if kind == "xlsx" else {}
    try:
        reader = fastexcel.read_excel(raw)
        sheets = _sheets(reader, path, untold or untold_of_xls(raw, reader.sheet_names))
    except fastexcel.FastExcelError:  # calamine's own words may quote a cell
        raise FileRefused("no_workbook", path.name) from None
    grids = tuple(_grid(cells, path, kind, name) for name, cells in sheets.items() if cells.width)
    grids = tuple(grid for grid in grids if _has_content(grid))
    if not grids:
        raise FileRefused("no_content", path.name)
    return grids


def _sheets(reader: fastexcel.ExcelReader, path: Path, untold: Mapping[str, Untold]) -> dict[str, pl.DataFrame]:
    """The cells of each sheet, as long as all of them together fit into memory."""
    sheets: dict[str, pl.DataFrame] = {}
    size = 0
    for index, name in enumerate(reader.sheet_names):
        sheets[name] = _cells(reader, index, untold.get(name, NOTHING))
        size += sheets[name].height * sheets[name].width
        if size > MAX_CELLS:
            raise FileRefused("spread_cells", path.name, row=sheets[name].height, most=MAX_CELLS)
    return sheets


def _cells(reader: fastexcel.ExcelReader, index: int, untold: Untold) -> pl.DataFrame:
    """All rows as text; `skip_rows=0` keeps leading empty rows, so that the first row is row 1."""
    sheet = reader.load_sheet(index, header_row=None, skip_rows=0, dtypes="string")
    left = min((column.absolute_index for column in sheet.available_columns()), default=0)
    cells = sheet.to_polars().cast(pl.String)
    del sheet  # as large as the cells
    cells.columns = cell_names(cells.width)
    whole = with_texts(with_clocks(Placed(cells, left), reader, index), untold.texts)
    return filled_down(whole, untold.spans) if untold.spans else whole.cells


def _has_content(grid: Grid) -> bool:
    return any(grid.cells[name].null_count() < grid.cells.height for name in grid.cell_columns)


def _grid(cells: pl.DataFrame, path: Path, kind: str, sheet: str) -> Grid:
    refuse_wide(path, 1, cells.width)
    counted = numbered(clean(cells, Untidy()), cells.width)
    refuse_legacy(counted, path)
    return Grid(counted, path, kind, sheet=sheet)


def _looked_into(raw: bytes, path: Path) -> dict[str, Untold]:
    """What calamine does not tell, by the sheet's name; sizes are taken from the zip's directory before unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            _refuse_bomb(parts, path)
            names = {part.filename for part in parts}
            if not names & {"xl/workbook.xml", "xl/workbook.bin"}:
                raise FileRefused("other_zip", path.name)
            return _untold(archive, path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise FileRefused("damaged_workbook", path.name) from None


def _refuse_bomb(parts: list[zipfile.ZipInfo], path: Path) -> None:
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if total > MAX_BYTES or (total > RATIO_MATTERS_FROM and total > MAX_RATIO * packed):
        raise FileRefused("unpacks_large", path.name, mebibytes=total >> 20, times=total // max(packed, 1))


def _untold(archive: zipfile.ZipFile, path: Path) -> dict[str, Untold]:
    """Reads each part to its end, where its checksum stands: calamine does not ask, and would give turned letters.

    Any part may be a worksheet: the workbook names them as it likes.
    """
    found: dict[str, Untold] = {}
    for info in archive.infolist():
        with archive.open(info) as part:
            seen = glance(part)
        untold = Untold(untold_texts(partial(archive.open, info), seen, path), seen.spans)
        if untold.texts or untold.spans:
            found[info.filename.lower()] = untold
    names = sheets_by_part(archive) if found else {}
    return {names[part]: untold for part, untold in found.items() if part in names}

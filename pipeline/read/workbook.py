"""XLSX and XLS through calamine: every sheet with content, hidden ones too; dates come as `YYYY-MM-DD HH:MM:SS`."""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import fastexcel
import polars as pl

from pipeline.errors import FileRefused
from pipeline.read.grid import MAX_WIDTH, Grid, Untidy, cell_names, clean, numbered, refuse_wide
from pipeline.read.legacy import refuse_legacy
from pipeline.read.source import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO


MAX_RATIO = 100  # unpacked to packed; tables of dossiers stay under 30
RATIO_MATTERS_FROM = 2**20  # unpacked bytes: a small part of one repeated letter is no bomb
CHUNK = 2**20
REFERENCE = 24  # longest text of an attribute r="XFD1048576", kept between two chunks
BEYOND_WIDTH = re.compile(rb'\sr="(?:[A-Z]{3}|I[W-Z]|[J-Z][A-Z])([0-9]+)"')  # a cell right of column IV


def _is_no_chart(record: logging.LogRecord) -> bool:
    return not record.getMessage().endswith("not a valid worksheet")


logging.getLogger("calamine.xlsx").addFilter(_is_no_chart)  # a sheet that is a chart has no rows, and is no fault


def read_workbook(raw: bytes, path: Path, kind: str) -> tuple[Grid, ...]:
    """One grid per sheet with content."""
    if kind == "xlsx":
        _refuse_bad_zip(raw, path)
    elif "EncryptedPackage".encode("utf-16-le") in raw:
        raise FileRefused("encrypted", path.name)
    try:
        reader = fastexcel.read_excel(raw)
        sheets = [(name, _cells(reader, index)) for index, name in enumerate(reader.sheet_names)]
    except fastexcel.FastExcelError:  # calamine's own words may quote a cell
        raise FileRefused("no_workbook", path.name) from None
    grids = tuple(_grid(cells, path, kind, name) for name, cells in sheets if cells.width)
    grids = tuple(grid for grid in grids if _has_content(grid))
    if not grids:
        raise FileRefused("no_content", path.name)
    return grids


def _cells(reader: fastexcel.ExcelReader, index: int) -> pl.DataFrame:
    """All rows as text; `skip_rows=0` keeps leading empty rows, so that the first row is row 1."""
    return reader.load_sheet(index, header_row=None, skip_rows=0, dtypes="string").to_polars().cast(pl.String)


def _has_content(grid: Grid) -> bool:
    return any(grid.cells[name].null_count() < grid.cells.height for name in grid.cell_columns)


def _grid(cells: pl.DataFrame, path: Path, kind: str, sheet: str) -> Grid:
    refuse_wide(path, 1, cells.width)
    cells.columns = cell_names(cells.width)
    counted = numbered(clean(cells, Untidy()), cells.width)
    refuse_legacy(counted, path)
    return Grid(counted, path, kind, sheet=sheet)


def _refuse_bad_zip(raw: bytes, path: Path) -> None:
    """Sizes are taken from the zip's directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            _refuse_bomb(parts, path)
            names = {part.filename for part in parts}
            if not names & {"xl/workbook.xml", "xl/workbook.bin"}:
                raise FileRefused("other_zip", path.name)
            _refuse_damage(archive, path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise FileRefused("damaged_workbook", path.name) from None


def _refuse_bomb(parts: list[zipfile.ZipInfo], path: Path) -> None:
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if total > MAX_BYTES or (total > RATIO_MATTERS_FROM and total > MAX_RATIO * packed):
        raise FileRefused("unpacks_large", path.name, mebibytes=total >> 20, times=total // max(packed, 1))


def _refuse_damage(archive: zipfile.ZipFile, path: Path) -> None:
    """Reads each part to its end, where its checksum stands: calamine does not ask, and would give turned letters.

    A stray cell far to the right makes calamine ask for hundreds of GiB and ends the process: look first.
    """
    for name in archive.namelist():
        with archive.open(name) as part:
            if name.startswith("xl/worksheets/sheet") and name.endswith(".xml"):
                _refuse_far_cells_of(part, path)
            while part.read(CHUNK):
                pass


def _refuse_far_cells_of(part: IO[bytes], path: Path) -> None:
    kept = b""
    while chunk := part.read(CHUNK):
        found = BEYOND_WIDTH.search(kept + chunk)
        if found:
            raise FileRefused("far_cell", path.name, row=int(found[1]), most=MAX_WIDTH)
        kept = chunk[-REFERENCE:]

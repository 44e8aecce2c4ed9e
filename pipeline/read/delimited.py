"""CSV: bytes → UTF-8 → grammar gate → cells, block by block; broken structure is refused, never padded away."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import FileRefused
from pipeline.read.blocks import blocks, in_order
from pipeline.read.cells import even_cells, parse
from pipeline.read.dialect import SAMPLE, choose_delimiter, declared, most_common
from pipeline.read.encoding import to_utf8, utf16_kind
from pipeline.read.grid import (
    MAX_WIDTH,
    Grid,
    clean,
    numbered,
    refuse_wide,
    stacked,
    untidy,
)
from pipeline.read.legacy import refuse_legacy
from pipeline.read.octets import cell_counts
from pipeline.read.source import load, opened
from pipeline.shared import with_shared_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from pipeline.read.octets import Octets

TEXTS_BELOW = 20  # records among which the last whole one is looked for
WORD_FIRST = re.compile(r"[^\W\d_]{2,}[\s:,.]")


def read_delimited(path: Path, head: bytes) -> Grid:
    """One grid, whatever the encoding, the separator and the line ends; what is no UTF-8 is tried as Windows-1258.

    A large file is never held whole. polars validates while it scans, five times faster than Python's decoder.
    """
    if utf16_kind(head):
        raw, encoding = to_utf8(load(path), path)
        return read_cells(io.BytesIO(raw), path, encoding)
    try:
        with opened(path) as file:
            return read_cells(file, path, "utf-8")
    except pl.exceptions.ComputeError:
        from pipeline.read.faults import from_legacy

        return read_cells(io.BytesIO(from_legacy(load(path), path)), path, "windows-1258")


def read_cells(file: IO[bytes], path: Path, encoding: str) -> Grid:
    """One grid from the rest of a file in UTF-8; `encoding` is what it was before.

    Raises:
        polars.exceptions.ComputeError: the bytes are not UTF-8.
        FileRefused: the structure is broken, or the text is of before Unicode.
    """
    begin = file.tell()
    sample = file.read(SAMPLE)
    separator = declared(sample) or choose_delimiter(sample)
    file.seek(begin)
    cells = parsed(blocks(file), separator, path)
    if cells is None:
        raise _refusal(file, begin, separator, path)
    _refuse_cut_off(file, cells, path)
    cells = _numbered(cells, has_declaration=declared(sample) is not None)
    refuse_legacy(cells, path)
    return Grid(cells, path, "csv", encoding=encoding, delimiter=separator)


def parsed(pieces: Iterator[Octets], separator: str, path: Path) -> pl.DataFrame | None:
    """The clean cells of all pieces with their `cell_count` before them; None for broken structure."""
    parts: list[pl.DataFrame] = []
    rows = 0
    for part in in_order(partial(_part, separator=separator), pieces):
        if part is None:
            return None
        count = part["cell_count"]
        widest = count.arg_max() or 0
        refuse_wide(path, rows + widest + 1, count[widest])
        rows += count.len()
        parts.append(part)
    return stacked(parts)


def _part(octets: Octets, separator: str) -> pl.DataFrame | None:
    """One block's clean cells; the counts alone when a record is too wide to be parsed, None for broken structure."""
    if b"\0" in octets.block:
        return None
    cells = even_cells(octets, separator)
    if cells is None:
        return _uneven_part(octets, separator)
    count = pl.Series("cell_count", [cells.width], pl.UInt32).new_from_index(0, cells.height)
    return with_shared_texts(clean(cells, untidy(octets, newlines=False))).insert_column(0, count)


def _uneven_part(octets: Octets, separator: str) -> pl.DataFrame | None:
    count = cell_counts(octets, separator)
    if count is None:
        return None
    width = max(count[count.arg_max() or 0], 1)
    if width > MAX_WIDTH:
        return count.to_frame()
    cells = _parse(octets.block, separator, count, width)
    line_ends = octets.block.count(b"\n") + (not octets.block.endswith(b"\n"))
    has_newlines = line_ends > count.len()
    return with_shared_texts(clean(cells, untidy(octets, newlines=has_newlines))).insert_column(0, count)


def _refusal(file: IO[bytes], begin: int, separator: str, path: Path) -> FileRefused:
    """The whole file is looked at once more, since all of its faults are to be named."""
    from pipeline.read.faults import refusal

    file.seek(begin)
    return refusal(file.read(), separator, path)


def _refuse_cut_off(file: IO[bytes], cells: pl.DataFrame, path: Path) -> None:
    """A last record without its newline and with fewer cells than usual was not written to its end.

    Unless it is a text below the table, like all that stands between it and the last whole record.
    """
    file.seek(-1, io.SEEK_END)
    if file.read(1) in {b"\n", b"\r"}:
        return
    count = cells["cell_count"]
    usual, _ = most_common(count)
    whole = (count.tail(TEXTS_BELOW) == usual).arg_true()
    below = cells.tail(TEXTS_BELOW)[(whole[-1] if whole.len() else -1) + 1 :].drop("cell_count")
    if count[-1] < usual and not (whole.len() and all(map(_is_text, below.rows()))):
        raise FileRefused("cut_off", path.name, row=count.len(), cells=count[-1], usual=usual)


def _is_text(record: tuple[str | None, ...]) -> bool:
    """No digit in it ("Người lập biểu"), or one cell that begins with a word, as no code does ("Cộng: 57 hồ sơ")."""
    filled = [cell for cell in record if cell]
    has_digit = any(char.isdigit() for cell in filled for char in cell)
    return not has_digit or (len(filled) == 1 and WORD_FIRST.match(filled[0]) is not None)


def _parse(block: bytes, separator: str, count: pl.Series, width: int) -> pl.DataFrame:
    """The cells as polars sees them; it takes the width from the first line, so a wide one goes before a narrow one."""
    is_widest_first = max(count[0], 1) == width
    guide = b"" if is_widest_first else separator.encode() * (width - 1) + b"\n"
    parsed = parse(guide + block, separator, width)
    cells = parsed if is_widest_first else parsed.slice(1)
    assert cells.height == count.len(), "the parser and the gate count different records"  # noqa: S101 -- cannot be: our own bug if so
    return cells


def _numbered(cells: pl.DataFrame, *, has_declaration: bool) -> pl.DataFrame:
    """With row numbers; the line `sep=;` speaks to Excel: it keeps its number and holds nothing."""
    numbers = numbered(cells.drop("cell_count"), cells["cell_count"])
    return numbers.with_columns(pl.when(pl.col("row") > 1).then(pl.col("^c[0-9]+$"))) if has_declaration else numbers

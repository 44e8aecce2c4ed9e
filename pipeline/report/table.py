"""Frames as CSV for people, JSON lines and Parquet."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl
from polars import selectors

from pipeline.errors import UsageFault
from pipeline.report.sink import write_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS_AT_ONCE = 100_000  # keeps the buffer small; a million links are 10 pieces
FLOAT_DIGITS = 6
FORMULA_START = r"^([\s\p{C}]*[=+\-@\t\r＝＋－＠])"  # after blanks and invisible characters, too


def write_table(frame: pl.DataFrame, format: str, output: Path | None) -> None:  # noqa: A002 -- as in --format
    """Write a frame as "csv" (for people), "jsonl" or "parquet" to a file or, when None, to standard output.

    Raises:
        UsageFault: an unknown format, or Parquet to a terminal.
        IoFault: the place cannot be written to.
    """
    writers = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}
    if format not in writers:
        raise UsageFault(f"format {format}: unknown", f"Known formats: {', '.join(writers)}.")
    write_out(writers[format](_rounded(frame)), output, is_binary=format == "parquet")


def guarded(text: pl.Expr) -> pl.Expr:
    """Text with ' before what a spreadsheet would take for a formula (OPERATIONS.md, Security)."""
    return text.str.replace(FORMULA_START, "'${1}")


def _rounded(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(selectors.float().fill_nan(None).round(FLOAT_DIGITS))


def _csv(frame: pl.DataFrame) -> Iterator[bytes]:
    safe = frame.with_columns(guarded(selectors.string()))
    for is_first, part in _slices(safe):
        buffer = BytesIO()
        part.write_csv(
            buffer, include_bom=is_first, include_header=is_first, quote_style="always", date_format="%Y-%m-%d"
        )
        yield buffer.getvalue()


def _jsonl(frame: pl.DataFrame) -> Iterator[bytes]:
    for _, part in _slices(frame):
        buffer = BytesIO()
        part.write_ndjson(buffer)
        yield buffer.getvalue()


def _parquet(frame: pl.DataFrame) -> Iterator[bytes]:
    buffer = BytesIO()
    frame.write_parquet(buffer)
    yield buffer.getvalue()


def _slices(frame: pl.DataFrame) -> Iterator[tuple[bool, pl.DataFrame]]:
    for start in range(0, max(frame.height, 1), ROWS_AT_ONCE):  # an empty frame still has a header
        yield start == 0, frame.slice(start, ROWS_AT_ONCE)

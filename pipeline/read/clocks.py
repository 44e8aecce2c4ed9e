"""Cells that hold a clock time without a day: calamine puts them on its calendar's first days, which mean empty."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import fastexcel

    from pipeline.read.untold import Placed

FIRST_YEARS = ("1899-", "1900-", "1904-")  # of Excel's two calendars
MIDNIGHT = " 00:00:00"
MOST = timedelta(days=60)  # a time longer than this is a day
DAY, HOUR, MINUTE = 86_400, 3_600, 60  # seconds


def with_clocks(placed: Placed, reader: fastexcel.ExcelReader, index: int) -> Placed:
    """The cells of the reader's sheet with clock times as `08:30`, longer ones as `30:00`.

    A text that says such a day remains: only a cell that is a date has a length of time.
    """
    cells, left = placed
    columns = _columns_with_clocks(cells) if cells.height else []
    if not columns:
        return placed
    wanted = [left + column for column in columns]
    sheet = reader.load_sheet(index, header_row=None, skip_rows=0, use_columns=wanted, dtypes="duration")
    lengths = sheet.to_polars().select(pl.all().cast(pl.Duration("ms")))
    lengths.columns = [f"c{column}" for column in columns]
    clocks = [_clock(length).fill_null(cells[length.name]) for length in lengths]
    return placed._replace(cells=cells.with_columns(clocks))


def _columns_with_clocks(cells: pl.DataFrame) -> list[int]:
    """The positions of columns in which a clock time may stand on one of the first days."""
    is_first = reduce(or_, (pl.all().str.starts_with(year) for year in FIRST_YEARS))
    found = cells.select((is_first & ~pl.all().str.ends_with(MIDNIGHT)).any()).row(0)
    return [column for column, is_one in enumerate(found) if is_one]


def _clock(length: pl.Series) -> pl.Series:
    """The clock time of a cell that is nothing else; null for days and for texts."""
    second = pl.col(length.name).dt.total_milliseconds().truediv(1000).round().cast(pl.Int64)
    hour, minute = second // HOUR, second % HOUR // MINUTE
    text = pl.format("{}:{}", _padded(hour), _padded(minute))
    exact = pl.when(second % MINUTE > 0).then(pl.format("{}:{}", text, _padded(second % MINUTE))).otherwise(text)
    is_clock = pl.col(length.name).is_between(timedelta(0), MOST) & (second % DAY > 0)
    return length.to_frame().select(pl.when(is_clock).then(exact).alias(length.name)).to_series()


def _padded(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)

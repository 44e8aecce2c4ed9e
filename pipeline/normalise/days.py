"""Date columns of a table: the plain form at once, the rest once per text, years where the book left them out."""

from __future__ import annotations

from datetime import date
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
from polars import selectors

from pipeline.normalise.dates import CUTS, bare_date, cut_date, iso_date, month_and_day, written_date
from pipeline.normalise.distinct import evaluated, nothing, on_distinct, unread, with_cells
from pipeline.shared import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR, LAST_YEAR = 2000, 2099  # "%Y" reads 05/01/26 as the year 26
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
LONGEST_WAIT_DAYS = 183  # 5/3 under a receipt of 10/3 is a slip of the pen, not next year's March
RECEIVED = "received"
YEAR = "year"
SUFFIXES = ("_text", "_full", "_month_day")


class DateCells(NamedTuple):
    """What columns of texts say: `full` dates of any year, and `month_day` ("3-5") where the year is missing.

    `month_day` has only the columns in which it is missing somewhere.
    """

    texts: pl.DataFrame
    full: pl.DataFrame
    month_day: pl.DataFrame


def day_columns(
    texts: pl.DataFrame,
    later: Sequence[str],
    empty_dates: Sequence[str],
    year: int | None,
    parts: pl.Series | None = None,
) -> pl.DataFrame:
    """`NAME_on` and `has_unreadable_NAME` of each column of texts; `later` ones come after `received`.

    A later date without a year is the first such day on or after receipt, unless that is most of a year ahead:
    then it is the day shortly before, and validation will say so. Others are days of `year`, or of the one year that
    the full dates of receipt share, in each of the `parts` (their numbers, row by row) by itself. Without either they
    are unreadable, as is a year outside our century; a sentinel is an empty cell.
    """
    cells = date_cells(texts)
    is_asked = year is None and cells.month_day.width > 0
    years = only_years(cells.full[RECEIVED], parts) if is_asked else pl.Series([year], dtype=pl.Int32)
    years = years.new_from_index(0, texts.height) if years.len() == 1 else years
    sentinels = pl.lit(pl.Series(empty_dates, dtype=pl.String).str.to_date("%Y-%m-%d")).implode()
    received = _in_range(_completed(RECEIVED, cells, None), sentinels)
    days = {
        name: _completed(name, cells, received if name in later and name != RECEIVED else None)
        for name in texts.columns
    }
    named = [one for name, day in days.items() for one in _named(name, day, sentinels)]
    return evaluated(_one_frame(cells).with_columns(years.alias(YEAR)).lazy().select(named), texts.height)


def date_cells(texts: pl.DataFrame) -> DateCells:
    """Read columns as far as they go by themselves."""
    full = _plain_days(texts)
    left = [name for name in texts.columns if full[name].null_count() > texts[name].null_count()]
    if not left:
        return DateCells(texts, full, pl.DataFrame())
    unread_cells = {name: unread(texts[name], full[name]) for name in left}
    read = _read_left(pl.concat(unread_cells.values())["text"])
    cells = dict(zip(left, _cut(read, [one.height for one in unread_cells.values()]), strict=True))
    laid = full.with_columns(
        with_cells(full[name], unread_cells[name]["cell"], found["full"]) for name, found in cells.items()
    )
    month_day = [
        with_cells(nothing(pl.String, texts.height).alias(name), unread_cells[name]["cell"], found["month_day"])
        for name, found in cells.items()
        if found["month_day"].count()
    ]
    return DateCells(texts, laid, pl.DataFrame(month_day))


def _plain_days(texts: pl.DataFrame) -> pl.DataFrame:
    """The dates written as most are; null elsewhere."""
    shared = texts.select(selectors.categorical()).columns
    plain = {name: cut_date(pl.col(name), CUTS[0]) for name in texts.columns}
    alone = texts.lazy().select(day for name, day in plain.items() if name not in shared)
    found = evaluated(alone, texts.height)
    again = on_distinct(texts, {name: {name: plain[name]} for name in shared}) if shared else pl.DataFrame()
    return pl.concat([found, again], how="horizontal").select(texts.columns)


def only_years(full: pl.Series, parts: pl.Series | None = None) -> pl.Series:
    """The year of all full dates of a column, when they share one; in each of the parts, if there are some."""
    year = pl.when(pl.col("year").is_between(FIRST_YEAR, LAST_YEAR)).then("year")
    only = pl.when(year.min() == year.max()).then(year.min())
    if parts is None:
        return full.dt.year().to_frame("year").select(only).to_series()
    return pl.DataFrame({"year": full.dt.year(), "part": parts}).select(only.over("part")).to_series()


def _cut(rows: pl.DataFrame, heights: Sequence[int]) -> list[pl.DataFrame]:
    """The rows in pieces of these heights."""
    ends = [0, *accumulate(heights)]
    return [rows.slice(begin, end - begin) for begin, end in pairwise(ends)]


def _read_left(texts: pl.Series) -> pl.DataFrame:
    """`full` dates of the rarer plain forms and of free text, and `month_day` where the year is missing."""
    plain = evaluated(
        texts.to_frame("text").lazy().select(full=pl.coalesce(cut_date(pl.col("text"), cut) for cut in CUTS[1:])),
        texts.len(),
    )["full"]
    free = plain.is_null().arg_true()
    month_day = nothing(pl.String, texts.len()).alias("month_day")
    if free.is_empty():
        return pl.DataFrame([plain, month_day])
    bare = on_distinct(texts.gather(free).to_frame("text"), {"text": {"bare": bare_date(pl.col("text"))}})
    forms = {"full": written_date(pl.col("bare")), "month_day": month_and_day(pl.col("bare"))}
    read = as_text(on_distinct(bare, {"bare": forms}))
    return pl.DataFrame([with_cells(plain, free, read["full"]), with_cells(month_day, free, read["month_day"])])


def _one_frame(cells: DateCells) -> pl.DataFrame:
    suffixed = [columns.rename(lambda name, end=end: name + end) for columns, end in zip(cells, SUFFIXES, strict=True)]
    return pl.concat(suffixed, how="horizontal")


def _completed(name: str, cells: DateCells, received: pl.Expr | None) -> pl.Expr:
    """The date of a cell, with a year where it has none."""
    if name not in cells.month_day.columns:
        return pl.col(f"{name}_full")
    month_day = pl.col(f"{name}_month_day")
    start = None if received is None else pl.when(month_day.is_not_null()).then(received)
    return pl.coalesce(f"{name}_full", _first_day(month_day, start))


def _first_day(month_day: pl.Expr, start: pl.Expr | None) -> pl.Expr:
    of_year = iso_date(pl.format("{}-{}", YEAR, month_day))
    if start is None:
        return of_year
    this, following = (iso_date(pl.format("{}-{}", start.dt.year() + ahead, month_day)) for ahead in (0, 1))
    is_soon = (following - start).dt.total_days() <= LONGEST_WAIT_DAYS
    return pl.when(start.is_null()).then(of_year).when((this >= start) | ~is_soon).then(this).otherwise(following)


def _named(name: str, day: pl.Expr, sentinels: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    is_empty = pl.col(f"{name}_text").is_null() | day.is_in(sentinels).fill_null(value=False)
    is_unreadable = ~_is_ours(day) & ~is_empty
    return _in_range(day, sentinels).alias(f"{name}_on"), is_unreadable.alias(f"has_unreadable_{name}")


def _in_range(day: pl.Expr, sentinels: pl.Expr) -> pl.Expr:
    return pl.when(_is_ours(day) & ~day.is_in(sentinels)).then(day)


def _is_ours(day: pl.Expr) -> pl.Expr:
    return day.is_between(FIRST_DAY, LAST_DAY).fill_null(value=False)

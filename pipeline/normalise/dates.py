"""Dates as systems export them and as people write them in books (DOMAIN.md §6). Day first, never swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.normalise.text import on_distinct, plain, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR, LAST_YEAR = 2000, 2099  # "%Y" reads 05/01/26 as the year 26
LONGEST_WAIT_DAYS = 183  # 5/3 under a receipt of 10/3 is a slip of the pen, not next year's March
EXCEL_EPOCH = pl.lit("1899-12-30").str.to_date()  # serial 60 is a day that never was; all of ours come after it


class Cut(NamedTuple):
    """Where a plain date stands in a text of a known length, so that clock times need no parsing."""

    start: int
    size: int
    pattern: str
    lengths: tuple[int, ...]
    colon: int | None  # where texts longer than the date have the colon of their clock


CUTS = (
    Cut(0, 10, "%d/%m/%Y", (10, 16, 19), 13),  # 05/03/2026 · 05/03/2026 08:30 · 05/03/2026 08:30:00
    Cut(-10, 10, "%d/%m/%Y", (16, 19), 2),  # 08:30 05/03/2026
    Cut(0, 10, "%Y-%m-%d", (10, 16, 19), 13),
    Cut(0, 8, "%Y%m%d", (8, 14), None),  # 20260305083000
)

CLOCK = r"t?\s*\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?\s*(?:z\b|[+-]\d{2}:?\d{2}\b|am\b|pm\b|sa\b|ch\b)?"
HOURS = r"\b\d{1,2}\s*(?:gio|h)(?:\d{2}\b|\s*\d{1,2}\s*(?:phut|p)\b)?(?:\s*\d{1,2}\s*giay\b)?"
WORDS = r"\b(?:buoi|sang|trua|chieu|toi|ngay|luc)\b[.:]?|\s+[sc]$"
HALF_DAY = r"^[sc][.:]?\s*(\d)"  # S 5/3, C 5/3
TAILS = r"^(\d{5})[.,]\d+$|^(\d{8})\d{4}(?:\d{2})?$"  # fraction of an Excel serial; clock of a compact time stamp
FULL_DATES = (
    r"^(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})$",
    r"^(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})$",
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$",
)
DAY_AND_MONTH = r"^(?P<day>\d{1,2})(?:[/-](?P<month>\d{1,2})|\.(?P<padded>\d{2}))$"  # not 5.1: Excel makes that of 5.10


class DateCells(NamedTuple):
    """What a column of texts says: `full` dates of any year, and `month_day` ("3-5") where the year is missing."""

    text: pl.Series
    full: pl.Series
    month_day: pl.Series


def date_cells(text: pl.Series) -> DateCells:
    """Read a column as far as it goes by itself; plain forms first, the slow way only for what they leave."""
    full = pl.Series("full", [None], dtype=pl.Date).new_from_index(0, text.len())
    for cut in CUTS:
        left = full.is_null() & text.is_not_null()
        if not left.any():
            break
        found = text.filter(left).to_frame("text").select(full=_cut_date(pl.col("text"), cut))
        full = full.zip_with(~left, spread(found, left)["full"])
    return _with_written_forms(text, full)


def calendar_days(
    cells: DateCells, empty_dates: Sequence[str], year: int | None, after: pl.Series | None = None
) -> pl.DataFrame:
    """The columns `day` and `is_unreadable`.

    A date without a year is the first such day on or after the one in `after`, unless that is most of a year ahead:
    then it is the day shortly before, and validation will say so. Where `after` is not known it is the day of `year`.
    Without either it is unreadable, as is a year outside our century; a sentinel is an empty cell.
    """
    days = pl.DataFrame({"text": cells.text, "day": _with_years(cells, year, after)})
    sentinels = pl.Series(empty_dates, dtype=pl.String).str.to_date("%Y-%m-%d")
    day = pl.col("day")
    in_range = day.is_between(pl.date(FIRST_YEAR, 1, 1), pl.date(LAST_YEAR, 12, 31)).fill_null(value=False)
    is_empty = pl.col("text").is_null() | day.is_in(sentinels.implode()).fill_null(value=False)
    return days.select(day=pl.when(in_range & ~is_empty).then(day), is_unreadable=~in_range & ~is_empty)


def _with_years(cells: DateCells, year: int | None, after: pl.Series | None) -> pl.Series:
    where = cells.month_day.is_not_null()
    if not where.any():
        return cells.full
    start = (
        pl.select(pl.lit(None, dtype=pl.Date)).to_series().new_from_index(0, where.len()) if after is None else after
    )
    short = pl.DataFrame({"month_day": cells.month_day, "start": start}).filter(where)
    return cells.full.zip_with(~where, spread(short.select(_first_day(year)), where).to_series())


def _first_day(year: int | None) -> pl.Expr:
    start = pl.col("start")
    of_year = _iso(pl.format("{}-{}", pl.lit(year, dtype=pl.Int32), "month_day"))
    this, following = (_iso(pl.format("{}-{}", start.dt.year() + ahead, "month_day")) for ahead in (0, 1))
    is_soon = (following - start).dt.total_days() <= LONGEST_WAIT_DAYS
    return pl.when(start.is_null()).then(of_year).when((this >= start) | ~is_soon).then(this).otherwise(following)


def only_year(full: pl.Series) -> int | None:
    """The year of all full dates of a column, when they share one."""
    years = full.dt.year().filter(full.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).unique()
    return int(years.item()) if years.len() == 1 else None


def _cut_date(text: pl.Expr, cut: Cut) -> pl.Expr:
    length = text.str.len_bytes()
    fits = length.is_in(cut.lengths)
    if cut.colon is not None:
        fits &= (length == cut.size) | (text.str.slice(cut.colon, 1) == ":")
    return pl.when(fits).then(text.str.slice(cut.start, cut.size)).str.to_date(cut.pattern, strict=False)


def _with_written_forms(text: pl.Series, full: pl.Series) -> DateCells:
    left = full.is_null() & text.is_not_null()
    if not left.any():
        return DateCells(text, full, pl.Series("month_day", [None], dtype=pl.String).new_from_index(0, text.len()))
    written = text.filter(left).to_frame("text")
    bare = on_distinct(written, "text", bare=without_clock(pl.col("text"))).select("bare")
    read = on_distinct(bare, "bare", full=written_date(pl.col("bare")), month_day=month_and_day(pl.col("bare")))
    laid = spread(read.select("full", "month_day"), left)
    return DateCells(text, full.zip_with(~left, laid["full"]), laid["month_day"])


def without_clock(text: pl.Expr) -> pl.Expr:
    """Only the date of a text: clock times, words for the half-day, brackets and blanks around separators go."""
    bare = plain(text).str.replace_all(r"\s*([/.:-])\s*", "${1}").str.replace_all(r"[()]", " ")
    for noise in (HOURS, CLOCK):
        bare = bare.str.replace(noise, " ")
    bare = (
        bare.str.strip_chars(" ,;.-")
        .str.replace(HALF_DAY, "${1}")
        .str.replace_all(WORDS, " ")
        .str.replace_all(r"\s*\b(?:thang|nam)\b\s*", "/")
    )
    return bare.str.strip_chars(" ,;.-").str.replace(TAILS, "${1}${2}")


def written_date(text: pl.Expr) -> pl.Expr:
    """A date with day, month and year, or an Excel serial of our years."""
    serial = text.str.extract(r"^(\d{5})$").cast(pl.Int32)
    from_excel = EXCEL_EPOCH.dt.offset_by(pl.format("{}d", serial))
    return pl.coalesce(*(_date_of(text.str.extract_groups(form)) for form in FULL_DATES), from_excel)


def month_and_day(text: pl.Expr) -> pl.Expr:
    """Month and day of a date without a year, as "3-5"."""
    parts = text.str.extract_groups(DAY_AND_MONTH).struct
    return pl.format("{}-{}", pl.coalesce(parts.field("month"), parts.field("padded")), parts.field("day"))


def _date_of(parts: pl.Expr) -> pl.Expr:
    year, month, day = (parts.struct.field(name) for name in ("year", "month", "day"))
    century = pl.when(year.str.len_bytes() == 2).then(pl.lit("20")).otherwise(pl.lit(""))  # noqa: PLR2004 -- d/M/yy
    return _iso(pl.format("{}{}-{}-{}", century, year, month, day))


def _iso(text: pl.Expr) -> pl.Expr:
    return text.str.to_date("%Y-%m-%d", strict=False)

"""Dates as systems export them and as people write them in books (DOMAIN.md §6). Day first, never swapped."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipeline.normalise.text import plain

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

# of a stamp in another zone the day may be another one: without that a text of another zone than ours is no date
STAMP = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[t ]([0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*"
IN_UTC, ELSEWHERE = STAMP + r"z$", STAMP + r"([+-][0-9]{2}:?[0-9]{2})$"
OUR_OFFSET = "7h"  # Asia/Ho_Chi_Minh; no summer time in our century
CLOCK = r"t?\s*[0-9]{1,2}(?::[0-9]{2}){1,2}(?:[.,][0-9]+)?\s*(?:\+07:?00\b|am\b|pm\b|sa\b|ch\b)?"
HOURS = r"\b[0-9]{1,2}\s*(?:gio|h)(?:[0-9]{2}\b|\s*[0-9]{1,2}\s*(?:phut|p)\b)?(?:\s*[0-9]{1,2}\s*giay\b)?"
WORDS = r"\b(?:buoi|sang|trua|chieu|toi|ngay|luc)\b[.:]?|\s+[sc]$"
HALF_DAY = r"^[sc][.:]?\s*([0-9])"  # S 5/3, C 5/3
# fraction of an Excel serial; clock of a compact time stamp
TAILS = r"^([0-9]{5})[.,][0-9]+$|^([0-9]{8})[0-9]{4}(?:[0-9]{2})?$"
FULL_DATES = (
    r"^(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4}|[0-9]{2})$",
    r"^(?P<year>[0-9]{4})[/.-](?P<month>[0-9]{1,2})[/.-](?P<day>[0-9]{1,2})$",
    r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})$",
)
DAY_AND_MONTH = (
    r"^(?P<day>[0-9]{1,2})(?:[/-](?P<month>[0-9]{1,2})|\.(?P<padded>[0-9]{2}))$"  # not 5.1: Excel makes that of 5.10
)


def cut_date(text: pl.Expr, cut: Cut) -> pl.Expr:
    """The date in a text of one plain form; null for any other form."""
    length = text.str.len_bytes()
    fits = length.is_in(cut.lengths)
    if cut.colon is not None:
        fits &= (length == cut.size) | (text.str.slice(cut.colon, 1) == ":")
    return pl.when(fits).then(text.str.slice(cut.start, cut.size)).str.to_date(cut.pattern, strict=False)


def bare_date(text: pl.Expr) -> pl.Expr:
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
    bare = bare.str.strip_chars(" ,;.-").str.replace(TAILS, "${1}${2}")
    return pl.coalesce(_our_day(plain(text)), bare)


def _our_day(text: pl.Expr) -> pl.Expr:
    """The day in Viet Nam of a stamp that names its zone, as text; null for any other text."""
    stamp = text.str.replace(IN_UTC, "${1}t${2}+0000").str.replace(ELSEWHERE, "${1}t${2}${3}")
    moment = stamp.str.to_datetime("%Y-%m-%dt%H:%M%z", strict=False, time_zone="UTC")
    return moment.dt.replace_time_zone(None).dt.offset_by(OUR_OFFSET).dt.to_string("%Y-%m-%d")


def written_date(text: pl.Expr) -> pl.Expr:
    """A date with day, month and year, or an Excel serial of our years."""
    serial = text.str.extract(r"^([0-9]{5})$").cast(pl.Int32)
    from_excel = EXCEL_EPOCH.dt.offset_by(pl.format("{}d", serial))
    return pl.coalesce(*(_date_of(text.str.extract_groups(form)) for form in FULL_DATES), from_excel)


def month_and_day(text: pl.Expr) -> pl.Expr:
    """Month and day of a date without a year, as "3-5"."""
    parts = text.str.extract_groups(DAY_AND_MONTH).struct
    return pl.format("{}-{}", pl.coalesce(parts.field("month"), parts.field("padded")), parts.field("day"))


def _date_of(parts: pl.Expr) -> pl.Expr:
    year, month, day = (parts.struct.field(name) for name in ("year", "month", "day"))
    century = pl.when(year.str.len_bytes() == 2).then(pl.lit("20")).otherwise(pl.lit(""))  # noqa: PLR2004 -- d/M/yy
    return iso_date(pl.format("{}{}-{}-{}", century, year, month, day))


def iso_date(text: pl.Expr) -> pl.Expr:
    """A date from year-month-day, with or without leading zeros."""
    return text.str.to_date("%Y-%m-%d", strict=False)

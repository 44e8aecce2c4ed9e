"""What a single cell looks like, as expressions over text as written: a code, a date, a line's number, a total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.recognise.plain import plain_text

if TYPE_CHECKING:
    from pipeline.profiles import FeedProfile

DATES = ("submitted", "received", "due", "finished", "returned")
SPARSE_CELLS = 3  # a row with more filled cells than this is data, unless it is a header again or a total
EDGE = "\x1f"  # between the cells of a row that is looked at as one text: one search instead of one per column
BEGIN, END = f"(?:^|{EDGE})", f"(?:{EDGE}|$)"
FULL_CODE = rf"\d{{6}}\s*[-–—._/ ]\s*\d{{1,6}}\s*{END}"  # the tail that every dossier code has: date and serial
DAY_AND_MONTH = r"(?:^|\D)\d{1,2}\s*[/.\-]\s*\d{1,2}(?:\D|$)"
SERIAL_OR_STAMP = rf"{BEGIN}(?:\d{{5}}(?:\.\d+)?|\d{{8}}(?:\d{{4,6}})?){END}"  # a day number, yyyymmdd[HHMM[SS]]
WORDED_DATE = rf"(?i:{BEGIN}(?:\d{{1,2}}\s*(?:giờ|h)[^{EDGE}]*)?ngày\s+\d{{1,2}}\s+tháng\s+\d{{1,2}})"
DATE = f"{DAY_AND_MONTH}|{SERIAL_OR_STAMP}|{WORDED_DATE}"
WORD = r"\p{L}{3,}"  # a code has no word in it; runs of O and l are zeros and ones


def row_text(cells: list[str]) -> pl.Expr:
    """The filled cells of a row as one text, with EDGE between them."""
    return pl.concat_str(cells, separator=EDGE, ignore_nulls=True)


def is_code_like(cell: pl.Expr, profile: FeedProfile) -> pl.Expr:
    """Digits and no words, once the usual prefixes (HS, mã HS) are gone; false where empty."""
    prefixes = "|".join(rf"{prefix}\b" for prefix in profile.codes.get("prefixes", ())) or "$^"
    bare = cell.str.replace(rf"(?i)^\W*(?:{prefixes})", "").str.replace_all(r"[OolI]{2,}", "0")
    return (bare.str.contains(r"\d") & ~bare.str.contains(WORD)).fill_null(value=False)


def is_certainly_data(cells: list[str], columns: dict[str, str]) -> pl.Expr:
    """Something like a date in a date column (DOMAIN.md §6), or the tail of a dossier code anywhere."""
    has_code = row_text(cells).str.contains(FULL_CODE)
    dates = [columns[name] for name in DATES if name in columns]
    return any_of(has_code, row_text(dates).str.contains(DATE)) if dates else any_of(has_code)


def carries_a_key(columns: dict[str, str], profile: FeedProfile) -> pl.Expr:
    """Something code-like in the code column, or a number in the line number's column."""
    keys = [is_code_like(pl.col(columns["dossier_code"]), profile)] if "dossier_code" in columns else []
    if "line_no" in columns:
        keys.append(pl.col(columns["line_no"]).str.contains(r"^\d+$"))
    return any_of(*keys)


def begins_with_total(cell: pl.Expr, profile: FeedProfile) -> pl.Expr:
    """Cheap test on unfolded text: the label of a total, with its accents or without any."""
    words = profile.marks.get("total", ())
    labels = "|".join(sorted({*words, *map(plain_text, words)}, key=len, reverse=True))
    return cell.str.contains(rf"(?i)^\W*(?:{labels or '$^'})").fill_null(value=False)


def any_of(*tests: pl.Expr) -> pl.Expr:
    """True where one of the tests is; false, not null, where none is."""
    return pl.any_horizontal(pl.lit(False), *tests).fill_null(value=False)

"""Dossier codes (mã hồ sơ, DOMAIN.md §3): canonical text, comparison key and parts.

A well-formed code costs one pass; `repairs.py` sees only the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.normalise.distinct import evaluated, nothing, on_distinct, unread, with_cells
from pipeline.normalise.repairs import repair, split_code
from schemas.tables import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIRST_YEAR = 2000
PARTS = ("unit_code", "day", "number", "code_repair")
CANONICAL = pl.concat_str("unit_code", "day", "number", separator="-")
SOME_CODE = "260101-0001"  # a day and a serial, which make a whole code of an agency's
SWAPPED = "ngày viết ddmmyy"
DAY = "%y%m%d"


def read_codes(text: pl.Series, received_on: pl.Series, codes: Mapping[str, Any]) -> pl.DataFrame:
    """The columns of a code for each row; null throughout where no code can be read.

    A full code has `unit_code`, `code_on` and `serial`; a tail (220428-0001) only the last two, a bare serial only
    itself. `code_as_written` is null where these give it back letter for letter. `received_on` decides about DDMMYY:
    taken only where it names that day and the code as it stands does not.
    """
    parts = _dated(_parts(text, codes), received_on).with_columns(pl.col("unit_code").cast(SHARED))
    keys = on_distinct(parts, {"unit_code": {"unit_key": without_zeros(pl.col("unit_code"))}})
    is_code_itself = pl.col("is_well_formed") & pl.col("unit_code").is_not_null() & pl.col("code_repair").is_null()
    columns = (
        pl.DataFrame([*parts, *keys, text.alias("text")])
        .lazy()
        .select(
            "code_repair",
            "unit_code",
            "unit_key",
            "code_on",
            "serial",
            serial_digits=pl.col("number").str.len_bytes().cast(pl.UInt8),
            has_unreadable_code=pl.col("text").is_not_null() & pl.col("serial").is_null() & ~pl.col("has_two_codes"),
            has_two_codes="has_two_codes",
            is_other_text=pl.col("text").is_not_null() & ~is_code_itself,
        )
    )
    read = evaluated(columns, text.len())
    others = read.drop_in_place("is_other_text").arg_true()
    written = with_cells(nothing(pl.String, text.len()), others, text.gather(others))  # copied: the cells can go
    return read.insert_column(0, written.alias("code_as_written"))


def dossier_code() -> pl.Expr:
    """The full code in the form of its shape, 000.17.22.H56-210531-0001; null for a tail and a bare serial."""
    serial = pl.col("serial").cast(pl.String).str.zfill(pl.col("serial_digits"))
    parts = (pl.col("unit_code").cast(pl.String), pl.col("code_on").dt.strftime(DAY), serial)
    return pl.concat_str(*parts, separator="-").alias("dossier_code")


def code_key() -> pl.Expr:
    """The full code as it is compared, without leading zeros: 0.17.22.H56-210531-1."""
    parts = (pl.col("unit_key").cast(pl.String), pl.col("code_on").dt.strftime(DAY), "serial")
    return pl.concat_str(*parts, separator="-").alias("code_key")


def with_code_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `dossier_code`, `code_key`, and `code_as_written` in each."""
    texts = rows.with_columns(dossier_code(), code_key())
    return texts.with_columns(pl.coalesce("code_as_written", "dossier_code"))


def without_code_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """The same the other way: rows of the state with `serial_digits`, and `code_as_written` only where it differs."""
    is_other = pl.col("code_as_written").ne_missing(pl.col("dossier_code"))
    around = pl.col("unit_code").cat.len_bytes() + len("-yymmdd-")
    return rows.with_columns(
        code_as_written=pl.when(is_other).then("code_as_written"),
        serial_digits=(pl.col("dossier_code").str.len_bytes() - around).cast(pl.UInt8),
    )


def is_well_formed(text: pl.Expr, shapes: Sequence[str]) -> pl.Expr:
    """Whether a text is a code as the feed's profile writes it."""
    return text.str.contains("|".join(f"(?:{shape})" for shape in shapes))


def without_zeros(unit_code: pl.Expr) -> pl.Expr:
    """The unit's key: 000.00.32.H19 → 0.0.32.H19."""
    return unit_code.str.replace_all(r"\b0+([0-9])", "${1}")


def units_as_read(written: Sequence[str], codes: Mapping[str, Any]) -> list[str]:
    """Agencies' codes, repaired like the begin of a dossier's code; what is none stays as it is written."""
    whole = pl.Series([f"{unit}-{SOME_CODE}" for unit in written], dtype=pl.String)
    return _parts(whole, codes)["unit_code"].fill_null(pl.Series(written, dtype=pl.String)).to_list()


def unit_key(unit_code: str | None) -> str | None:
    """The key of one unit, as the settings name it."""
    return pl.select(without_zeros(pl.lit(unit_code, dtype=pl.String))).item()


def _parts(text: pl.Series, codes: Mapping[str, Any]) -> pl.DataFrame:
    """The columns PARTS, `is_well_formed` and `has_two_codes`: of well-formed codes as they stand, else as repaired."""
    fits = is_well_formed(pl.col("text"), codes["shapes"]).fill_null(value=False)
    split = text.to_frame("text").lazy().with_columns(is_well_formed=fits)
    split = split.select("is_well_formed", split_code(pl.when("is_well_formed").then("text")))
    parts = evaluated(split.unnest("parts"), text.len()).with_columns(
        nothing(pl.String, text.len()).alias("code_repair"),
        pl.Series("has_two_codes", [False]).new_from_index(0, text.len()),
    )
    if parts["number"].null_count() == text.null_count():
        return parts
    repaired = _repaired(unread(text, parts["number"]), codes)
    names = (*PARTS, "has_two_codes")
    return parts.with_columns(with_cells(parts[name], repaired["cell"], repaired[name]) for name in names)


def _repaired(odd: pl.DataFrame, codes: Mapping[str, Any]) -> pl.DataFrame:
    is_known = is_well_formed(CANONICAL, codes["shapes"]).fill_null(value=True)  # tails have no unit to be wrong about
    return repair(odd, codes["prefixes"]).filter(is_known)


def _dated(parts: pl.DataFrame, received_on: pl.Series) -> pl.DataFrame:
    """Add `code_on` and `serial`; what has a unit without day and serial, or a day that is no date, is no code."""
    received = pl.col("received_on")
    given = pl.col("day").str.to_date(DAY, strict=False)
    dated = parts.lazy().with_columns(
        code_on=given, serial=pl.col("number").cast(pl.UInt32, strict=False), received_on=received_on
    )
    swapped = pl.when(pl.col("code_on").ne_missing(received)).then("day").str.to_date("%d%m%y", strict=False)
    dated = evaluated(dated.with_columns(is_swapped=swapped == received), parts.height)
    dated = _turned_round(dated, dated["is_swapped"].fill_null(value=False).arg_true())
    has_all_parts = pl.col("day").is_not_null() & pl.col("serial").is_not_null()  # a feed's own shape may lack one
    is_real = (pl.col("day").is_null() | (pl.col("code_on").dt.year() >= FIRST_YEAR)) & (
        pl.col("unit_code").is_null() | has_all_parts
    )
    if dated.select(is_real.all(ignore_nulls=False)).item():
        return dated
    real = [pl.when(is_real).then(pl.col(name)).alias(name) for name in (*PARTS, "code_on", "serial")]
    return evaluated(dated.lazy().with_columns(real), parts.height)


def _turned_round(dated: pl.DataFrame, swapped: pl.Series) -> pl.DataFrame:
    """The codes with the day of receipt where they name it as DDMMYY."""
    if swapped.is_empty():
        return dated
    repair_names = pl.concat_str("code_repair", pl.lit(SWAPPED), separator="; ", ignore_nulls=True)
    turned = (
        dated.lazy()
        .select(pl.all().gather(swapped))
        .with_columns(day=pl.col("received_on").dt.strftime(DAY), code_on="received_on", code_repair=repair_names)
    )
    laid = evaluated(turned, swapped.len())
    return dated.with_columns(with_cells(dated[name], swapped, laid[name]) for name in (*PARTS, "code_on"))

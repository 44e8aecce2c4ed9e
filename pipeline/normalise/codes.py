"""Dossier codes (mã hồ sơ, DOMAIN.md §3): canonical text, comparison key and parts.

A well-formed code costs one pass; `repairs.py` sees only the rest, once per distinct text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.normalise.repairs import repair, split_code
from pipeline.normalise.text import on_distinct, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIRST_YEAR = 2000
PARTS = ("unit_code", "day", "number", "code_repair")
SWAPPED = "ngày viết ddmmyy"


def read_codes(text: pl.Series, received_on: pl.Series, codes: Mapping[str, Any]) -> pl.DataFrame:
    """The columns of a code for each row; null throughout where no code can be read.

    A full code gives `dossier_code` and `code_key`; a tail (220428-0001) only `code_on` and `serial`, a bare serial
    only `serial`. `received_on` decides about DDMMYY: taken only where it names that day and the code
    as it stands does not.
    """
    parts = _parts(text, codes).with_columns(received_on=received_on)
    parts = _dated(parts)
    parts = on_distinct(parts, "unit_code", unit_key=without_zeros(pl.col("unit_code")))
    return parts.select(
        dossier_code=pl.concat_str("unit_code", "day", "number", separator="-"),
        code_key=pl.concat_str("unit_key", "day", "serial", separator="-"),
        code_repair="code_repair",
        unit_code="unit_code",
        unit_key="unit_key",
        code_on="code_on",
        serial="serial",
        has_unreadable_code=pl.lit(text).is_not_null() & pl.col("serial").is_null() & ~pl.col("has_two_codes"),
        has_two_codes="has_two_codes",
    )


def is_well_formed(text: pl.Expr, shapes: Sequence[str]) -> pl.Expr:
    """Whether a text is a code as the feed's profile writes it."""
    return text.str.contains("|".join(f"(?:{shape})" for shape in shapes))


def without_zeros(unit_code: pl.Expr) -> pl.Expr:
    """The unit's key: 000.00.32.H19 → 0.0.32.H19."""
    return unit_code.str.replace_all(r"\b0+(\d)", "${1}")


def _parts(text: pl.Series, codes: Mapping[str, Any]) -> pl.DataFrame:
    frame = text.to_frame("text")
    well_formed = frame.select(is_well_formed(pl.col("text"), codes["shapes"]))["text"].fill_null(value=False)
    parts = split_code(frame.select(text=pl.when(well_formed).then("text")))
    odd = ~well_formed & text.is_not_null()
    if not odd.any():
        return parts.with_columns(code_repair=pl.lit(None, dtype=pl.String), has_two_codes=False)
    repaired = spread(_repaired(text.filter(odd), codes), odd)
    return repaired.select(
        *(pl.coalesce(parts[name], name) for name in ("unit_code", "day", "number")),
        "code_repair",
        pl.col("has_two_codes").fill_null(value=False),
    )


def _repaired(odd: pl.Series, codes: Mapping[str, Any]) -> pl.DataFrame:
    distinct = repair(odd.unique().alias("text"), codes["prefixes"])
    canonical = pl.concat_str("unit_code", "day", "number", separator="-")
    is_known = is_well_formed(canonical, codes["shapes"]).fill_null(value=True)  # tails have no unit to be wrong about
    known = distinct.with_columns(pl.when(is_known).then(pl.col(name)).alias(name) for name in PARTS)
    return odd.to_frame("text").join(known, on="text", how="left", maintain_order="left").drop("text")


def _dated(parts: pl.DataFrame) -> pl.DataFrame:
    """Add `code_on` and `serial`; a code whose day is no date, either way round, is none."""
    given = pl.col("day").str.to_date("%y%m%d", strict=False)
    swapped = pl.col("day").str.to_date("%d%m%y", strict=False)
    is_swapped = given.ne_missing(pl.col("received_on")) & (swapped == pl.col("received_on"))
    dated = parts.with_columns(given=given, is_swapped=is_swapped.fill_null(value=False))
    if dated["is_swapped"].any():
        dated = dated.with_columns(_swap(pl.col("is_swapped")))
    is_real = pl.col("day").is_null() | (pl.col("given").dt.year() >= FIRST_YEAR)
    return dated.select(
        *(pl.when(is_real).then(pl.col(name)).alias(name) for name in PARTS),
        code_on=pl.when(is_real).then("given"),
        serial=pl.when(is_real).then(pl.col("number").cast(pl.UInt32)),
        has_two_codes="has_two_codes",
    )


def _swap(is_swapped: pl.Expr) -> list[pl.Expr]:
    day = pl.col("received_on").dt.strftime("%y%m%d")
    named = pl.concat_str("code_repair", pl.lit(SWAPPED), separator="; ", ignore_nulls=True)
    return [
        pl.when(is_swapped).then(day).otherwise("day").alias("day"),
        pl.when(is_swapped).then("received_on").otherwise("given").alias("given"),
        pl.when(is_swapped).then(named).otherwise("code_repair").alias("code_repair"),
    ]

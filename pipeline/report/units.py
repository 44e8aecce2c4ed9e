"""A province's view: its units by what is still open among a thousand dossiers, and by how long putting right takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.code_numbers import code_numbers
from pipeline.normalise.codes import without_zeros
from pipeline.normalise.distinct import on_distinct
from pipeline.report import history
from pipeline.report.figures import CLOSING_RULES, is_asserted, logbook_line
from pipeline.report.outcome import UNIT_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.report.outcome import Outcome

FEWEST = 100  # dossiers; with fewer, one open line more or less moves a unit by ten places
MISTYPED_AT_MOST = 10  # dossiers that a code mistyped again and again may gather
FIXED_WITHIN = 90  # days
LATE = (pl.col("rule_id") == "M01") & (pl.col("urgency") == "overdue")


def units_of(cases: pl.DataFrame, entries: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """The units (UNIT_TYPES) of records and lines, and how many dossiers each has; none when all are one's.

    A unit without a name and of next to no dossiers is a mistyped code.
    """
    keys = {"unit_code": {"unit_key": without_zeros(pl.col("unit_code"))}}
    sides = [side.select("code_on", "serial", *on_distinct(side, keys)) for side in (cases, entries)]
    numbers = code_numbers(sides, None)
    if numbers.units.len() < 2:  # noqa: PLR2004 -- one alone is nobody's neighbour, and counting it costs time
        return pl.DataFrame(schema=UNIT_TYPES)
    codes = pl.concat([side.select(numbers.of_parts()).to_series() for side in sides])
    counted = numbers.codes_of_each_unit(codes).select(unit_code="unit_key", dossiers="codes")
    by_key = pl.DataFrame(list(names.items()), schema={"unit_code": pl.String, "unit": pl.String}, orient="row")
    named = counted.join(by_key.with_columns(without_zeros(pl.col("unit_code"))), "unit_code", "left")
    known = named.filter(pl.col("unit").is_not_null() | (pl.col("dossiers") > MISTYPED_AT_MOST))
    alone = known.height < 2  # noqa: PLR2004 -- as above
    return _typed((known.clear() if alone else known.sort("unit_code")).with_columns(fixed=None, fix_days=None))


def with_fix_days(units: pl.DataFrame, ledger: pl.DataFrame, today: date, holidays: Mapping[str, Any]) -> pl.DataFrame:
    """The units with how many mismatches each put right lately, and in how many working days (median)."""
    is_recent = pl.col("resolved_on") > pl.lit(today) - pl.duration(days=FIXED_WITHIN)
    fixed = ledger.filter(is_recent, status="resolved").with_columns(without_zeros(pl.col("unit_code")))
    speed = history.speed_by(fixed, "unit_code", holidays).rename({"working_days": "fix_days"})
    return _typed(units.drop("fixed", "fix_days").join(speed, "unit_code", "left", maintain_order="left"))


def ranked(outcome: Outcome) -> pl.DataFrame:
    """The units, worst first: rank, unit, unit_code, dossiers, open, overdue, per_thousand, fixed, fix_days.

    None with fewer than two units. A unit of few dossiers has no rank and comes last: its share is mostly chance.
    """
    if outcome.units.height < 2:  # noqa: PLR2004 -- one alone has nobody to be compared with
        return outcome.units.clear().select(pl.lit(0, pl.UInt32).alias("rank"), **_ranked_columns())
    to_close = outcome.mismatches.filter(is_asserted, pl.col("rule_id").is_in(CLOSING_RULES))
    counts = (
        to_close.group_by(unit_code=without_zeros(pl.col("unit_code")))
        .agg(open=logbook_line.n_unique(), overdue=logbook_line.filter(LATE).n_unique())
        .join(outcome.units, "unit_code", "right")
    )
    order = ["per_thousand", "fix_days", "unit_code"]
    return (
        counts.with_columns(pl.col("open", "overdue").fill_null(0), has_rank=pl.col("dossiers") >= FEWEST)
        .with_columns(per_thousand=(1000 * pl.col("open") / pl.col("dossiers")).round(1))
        .sort(~pl.col("has_rank"), *order, descending=[False, True, True, False], nulls_last=True)
        .with_columns(rank=pl.when("has_rank").then(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)))
        .select("rank", **_ranked_columns(pl.col("open"), pl.col("overdue"), pl.col("per_thousand")))
    )


def _ranked_columns(*counts: pl.Expr) -> dict[str, pl.Expr]:
    still_open, overdue, per_thousand = counts or (pl.lit(0, pl.UInt32), pl.lit(0, pl.UInt32), pl.lit(0.0))
    return {
        "unit": pl.coalesce("unit", "unit_code"),
        "unit_code": pl.col("unit_code"),
        "dossiers": pl.col("dossiers"),
        "open": still_open,
        "overdue": overdue,
        "per_thousand": per_thousand,
        "fixed": pl.col("fixed"),
        "fix_days": pl.col("fix_days"),
    }


def _typed(units: pl.DataFrame) -> pl.DataFrame:
    return units.select(pl.col(name).cast(kind) for name, kind in UNIT_TYPES.items())

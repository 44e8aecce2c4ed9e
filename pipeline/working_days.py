"""Working days of Viet Nam: the ordinary week, public holidays, and the days that a document moved."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC_HOLIDAYS = ROOT / "schemas" / "public_holidays.csv"
SATURDAY = 6  # polars counts weekdays from Monday = 1


def calendar(first: date, last: date, overrides: Mapping[str, Any]) -> pl.DataFrame:
    """Days from first to last: day, is_working, working_days (running count up to and with the day).

    `overrides` is schemas/holidays.toml: `day` entries with `on` and `kind` ("off" or "worked") win over the table.
    """
    moved = {kind: [day["on"] for day in overrides.get("day", []) if day["kind"] == kind] for kind in ("off", "worked")}
    day = pl.col("day")
    is_ordinary = (day.dt.weekday() < SATURDAY) & ~day.is_in(public_holidays().implode())
    is_working = (is_ordinary & ~day.is_in(moved["off"])) | day.is_in(moved["worked"])
    return (
        pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
        .with_columns(is_working=is_working)
        .with_columns(working_days=pl.col("is_working").cum_sum().cast(pl.Int32))
    )


def add_working_days(start: date, days: int, overrides: Mapping[str, Any]) -> date:
    """The day on which so many working days after `start` are over; `start` itself for 0."""
    if days <= 0:
        return start
    ahead = calendar(start + timedelta(days=1), start + timedelta(days=3 * days + 30), overrides)
    return ahead.filter(pl.col("is_working"))["day"][days - 1]


def unconfirmed_years(years: range, overrides: Mapping[str, Any]) -> list[int]:
    """Years whose moved days nobody has confirmed: counts of working days may be off by a day or two."""
    confirmed = {entry["year"] for entry in overrides.get("year", []) if entry.get("confirmed")}
    return [year for year in years if year not in confirmed]


@cache
def public_holidays() -> pl.Series:
    """Days off of our century, those in lieu of a Saturday or Sunday among them; the file says from where."""
    return pl.read_csv(PUBLIC_HOLIDAYS, columns=["day"], schema_overrides={"day": pl.Date})["day"]

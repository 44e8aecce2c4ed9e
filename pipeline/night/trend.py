"""Open mismatches after each run, counted from what the ledger wrote down night by night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.history import is_work

if TYPE_CHECKING:
    from pipeline.night.generations import State

DAYS_SHOWN = 120  # runs; about half a year of working days
STEPS = {"seen": 1, "reopened": 1, "resolved": -1, "withdrawn": -1}


def open_by_day(state: State) -> pl.DataFrame:
    """Open mismatches by business date: day, work (M01-M03 and M13, asserted), other; the newest 120 runs.

    A mismatch counts by its rule and doubt of today. What `purge` has removed is no longer counted in any past.
    """
    step = pl.col("event").replace_strict(STEPS, default=0, return_dtype=pl.Int64)
    kinds = state["mismatch"].select("mismatch_id", is_work=is_work)
    changed = (
        state["mismatch_event"]
        .join(kinds, "mismatch_id", "left")
        .group_by(day="happened_on")
        .agg(work=step.filter("is_work").sum(), other=step.filter(~pl.col("is_work").fill_null(value=False)).sum())
    )
    runs = state["run"].select(day="business_date").unique()
    days = runs.join(changed, "day", "full", coalesce=True).sort("day")
    counted = days.with_columns(pl.col("work", "other").fill_null(0).cum_sum())
    return counted.tail(DAYS_SHOWN)

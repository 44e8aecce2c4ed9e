"""What became of each dossier: when it was ready and handed over, and whether anybody told the software."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tests.benchmarks.words import Dice, add_working_days, procedures, words

AS_OF = date(2025, 12, 31)
COUNTER_OPENS, COUNTER_MINUTES = 450, 540  # minutes after midnight


def outcomes(dice: Dice, dossiers: pl.DataFrame) -> pl.DataFrame:
    """What became of each: when ready, when handed over, and whether anybody told the software."""
    count = dossiers.height
    received = dossiers["received_on"].to_numpy()
    allowed = procedures()["working_days"].to_numpy()[dossiers["procedure"].to_numpy()]
    used = np.ceil(allowed * dice.beta(4, 2, count)).astype(np.int64)
    used += np.where(dice.random(count) < 0.05, dice.geometric(0.3, count), 0)
    ready = add_working_days(received, used)
    lag = np.where((allowed == 0) & (dice.random(count) < 0.95), 0, dice.geometric(0.45, count) - 1)
    handed = add_working_days(ready, lag)
    clicked = add_working_days(handed, np.where(dice.random(count) < 0.03, dice.integers(1, 16, count), 0))
    years = pl.DataFrame(
        {
            "ready": ready,
            "handed": handed,
            "clicked": clicked,
            "is_collected": dice.random(count) > 0.01,
            "fate": dice.random(count),
        }
    )
    states = years.with_columns(state=_state()).hstack([pl.Series("hour", dice.integers(0, COUNTER_MINUTES, count))])
    return states.with_columns(status=_status(dice, states["state"])).select(*_told())


def _state() -> pl.Expr:
    """6 % of what was handed over is still open, a little is paused or done; what was not may be anything."""
    fate, until = pl.col("fate"), pl.lit(AS_OF)
    gone = pl.when(fate > 0.997).then(pl.lit("refused")).when(fate > 0.989).then(pl.lit("withdrawn"))
    handed = (
        pl.when(fate < 0.06)
        .then(pl.lit("open"))
        .when(fate < 0.068)
        .then(pl.lit("paused"))
        .when(fate < 0.083)
        .then(pl.lit("done"))
    )
    waiting = pl.when(fate < 0.1).then(pl.lit("open")).when(fate < 0.3).then(pl.lit("closed")).otherwise(pl.lit("done"))
    working = pl.when(fate < 0.07).then(pl.lit("paused")).otherwise(pl.lit("open"))
    is_handed = (pl.col("handed") <= until) & pl.col("is_collected")
    late_click = pl.when(pl.col("clicked") > until).then(pl.lit("open")).otherwise(pl.lit("closed"))
    decided = pl.when(is_handed).then(handed.otherwise(late_click)).otherwise(waiting)
    return pl.when(pl.col("ready") > until).then(working).otherwise(gone.otherwise(decided))


def _status(dice: Dice, states: pl.Series) -> pl.Series:
    choices = words()["statuses"]
    number = pl.Series(dice.integers(0, 1 << 16, len(states)))
    spoken = [
        pl.when(pl.col("state") == state).then(pl.lit(pl.Series(said)).gather(pl.col("number") % len(said)))
        for state, said in choices.items()
    ]
    return pl.DataFrame({"state": states, "number": number}).select(pl.coalesce(spoken)).to_series()


def _told() -> list[pl.Expr]:
    """The columns that the books know."""
    is_closed, gone = pl.col("state") == "closed", pl.col("state").is_in(["withdrawn", "refused"])
    is_late_click = is_closed & (pl.col("clicked") > pl.col("handed"))
    is_handed = (pl.col("handed") <= pl.lit(AS_OF)) & pl.col("is_collected") & (~gone | (pl.col("fate") > 0.994))
    clicked = pl.min_horizontal("clicked", pl.lit(AS_OF))
    finished_on = (
        pl.when(is_late_click).then(clicked).when(is_closed | gone | (pl.col("state") == "done")).then("ready")
    )
    return [
        pl.col("state"),
        pl.col("status"),
        (finished_on.cast(pl.Datetime("ms")) + pl.duration(minutes=COUNTER_OPENS + pl.col("hour"))).alias(
            "finished_at"
        ),
        pl.when(is_closed).then(clicked).alias("case_returned_on"),
        pl.when(is_handed).then("handed").alias("book_returned_on"),
    ]

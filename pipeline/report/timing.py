"""How old the open work is, and what the software's lateness looks like once the book has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.figures import CLOSING_RULES, WORK_RULES, is_asserted, logbook_line

if TYPE_CHECKING:
    from pipeline.report.outcome import Outcome

OLDEST = (5, 10, 20, 60)  # working days since the return on paper: 0-5, 6-10, 11-20, 21-60, more
STATES = ("early", "on_time", "late", "open_in_time", "open_late")
JUDGED_RULES = (*WORK_RULES, "M07")  # what is open, and what was closed too late
VIEWS = ("software", "book")


def ages(outcome: Outcome) -> pl.DataFrame:
    """Dossiers returned on paper and not closed by working days since then: from, until (null: no end), count."""
    edges = pl.DataFrame({"from": [0, *(day + 1 for day in OLDEST)], "until": [*OLDEST, None]})
    days = pl.col("days_open").clip(lower_bound=0)
    aged = outcome.mismatches.filter(is_asserted, pl.col("rule_id").is_in(CLOSING_RULES)).drop_nulls("days_open")
    dossiers = aged.group_by(logbook_line.alias("line")).agg(days.max().cast(pl.Int64)).sort("days_open")
    counted = dossiers.join_asof(edges.sort("from"), left_on="days_open", right_on="from").group_by("from").len("count")
    return edges.join(counted, "from", how="left", maintain_order="left").with_columns(pl.col("count").fill_null(0))


def timeliness(outcome: Outcome) -> pl.DataFrame:
    """Dossiers of M01-M03, M07 and M13 as the software counts them and as the book shows them: state, software, book.

    Each dossier with a due date counts once, by the feed that thinks worst of it.
    """
    judged = outcome.mismatches.filter(
        is_asserted, pl.col("rule_id").is_in(JUDGED_RULES), pl.col("due_on").is_not_null()
    )
    views = judged.select(line=_line(), software=_in_software(outcome), book=_in_book(outcome))
    worst = views.group_by("line").agg(pl.col(view).sort_by(_rank(view)).last() for view in VIEWS)
    states = pl.DataFrame({"state": STATES})
    for view in VIEWS:
        counted = worst.group_by(view).len(view + "_count").rename({view: "state", view + "_count": view})
        states = states.join(counted, "state", how="left", maintain_order="left")
    return states.with_columns(pl.exclude("state").fill_null(0))


def _line() -> pl.Expr:
    """The book's line; where the book has none, the software's."""
    is_in_book = pl.col("logbook_row").is_not_null()
    names = (("logbook_file", "feed_file"), ("logbook_row", "feed_row"))
    parts = (pl.when(is_in_book).then(book).otherwise(feed).alias(book) for book, feed in names)
    return pl.struct(is_in_book.alias("is_in_book"), *parts)


def _in_software(outcome: Outcome) -> pl.Expr:
    """M02 and M03 are paused or done: they collect no lateness."""
    collects = pl.col("rule_id").is_in(["M01", "M13"])
    is_late = collects & (pl.col("due_on") < outcome.as_of)
    still_open = pl.when(is_late).then(pl.lit("open_late")).otherwise(pl.lit("open_in_time"))
    return pl.when(pl.col("rule_id") == "M07").then(pl.lit("late")).otherwise(still_open)


def _in_book(outcome: Outcome) -> pl.Expr:
    returned, due = pl.col("logbook_returned_on"), pl.col("due_on")
    return (
        pl.when(returned.is_null())
        .then(_in_software(outcome))
        .when(returned < due)
        .then(pl.lit("early"))
        .when(returned == due)
        .then(pl.lit("on_time"))
        .otherwise(pl.lit("late"))
    )


def _rank(view: str) -> pl.Expr:
    order = {"early": 0, "on_time": 1, "open_in_time": 2, "open_late": 3, "late": 4}
    return pl.col(view).replace_strict(order, return_dtype=pl.UInt8)

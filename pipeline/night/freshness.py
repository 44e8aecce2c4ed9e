"""How old the word of each row is: no verdict rests on an export that cannot know about today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipeline.database import put
from pipeline.gather import line_subject
from pipeline.queries import queries, query
from pipeline.working_days import calendar

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pipeline.night.generations import State
    from pipeline.settings import Settings

HALTED = ("held", "released")  # a newer word is there, but it waits for a person or for the next run


def aged(loads: pl.DataFrame, today: date, settings: Settings) -> pl.DataFrame:
    """The loads with fresh_on (the day up to which the file knows), age (working days since), is_fresh, waits.

    A file that arrived long after the last thing it knows of is as old as that. A file that waits at the gate freezes
    its source until it is let in or a later one of the same source is. When it was written nobody says, and it may
    have lain for a day: of what happened after its last event it says nothing.
    """
    gate = settings.gate
    allowed = pl.when("is_logbook").then(gate["stale_book_after_days"]).otherwise(gate["stale_after_days"])
    days = _running_count(loads, today, settings)
    counted = loads.pipe(_with_count, days, "arrived_on").pipe(_with_count, days, "last_event_on")
    is_old_news = pl.col("arrived_on_count") - pl.col("last_event_on_count") > allowed
    count = pl.when(is_old_news).then("last_event_on_count").otherwise("arrived_on_count")
    age = (days["working_days"].max() - count).clip(lower_bound=0).cast(pl.UInt32)
    fresh_on = pl.min_horizontal("arrived_on", "last_event_on")
    dated = counted.with_columns(waiting(loads), fresh_on=fresh_on, age=age)
    is_held_up = pl.col("waits").any().over("feed", "unit_key")
    return dated.with_columns(is_fresh=(pl.col("age") <= allowed).fill_null(value=False) & ~is_held_up)


def put_freshness(con: duckdb.DuckDBPyConnection, state: State, loads: pl.DataFrame) -> None:
    """Tables case_origin, line_origin, unit_freshness, rule_evidence; `loads` as `aged` gives them."""
    fresh = loads.select("content_hash", "fresh_on", "is_fresh")
    put(con, "case_origin", _origin(state["case_row"], fresh, pl.col("code_key"), "record_id"))
    put(con, "line_origin", _origin(state["logbook_row"], fresh, line_subject(), "entry_id"))
    put(con, "held_source", loads.filter("waits").select("is_logbook", "unit_key"))
    query("50_ledger", "unit_freshness").run(con, {})
    rests_on = {rule.rule_id: sorted(rule.rests_on) for rule in queries("30_rules")}
    columns = {"rule_id": list(rests_on), "rests_on": list(rests_on.values())}
    put(con, "rule_evidence", pl.DataFrame(columns, {"rule_id": pl.String, "rests_on": pl.List(pl.String)}))


def _origin(rows: pl.DataFrame, fresh: pl.DataFrame, subject: pl.Expr, row_id: str) -> pl.DataFrame:
    origin = rows.select("feed", "content_hash", subject=subject)
    dated = origin.join(fresh, "content_hash", "left", maintain_order="left")
    return dated.drop("content_hash").with_row_index(row_id)


def waiting(loads: pl.DataFrame) -> pl.Series:
    """`waits`: whether a file waits for a person and no later one of its source was let in; a book is its own source.

    Of a refused file at most the feed is known: one of its name takes its place, or any that came on a later day.
    """
    place = pl.col("place").cast(pl.Int64)  # in the order of arrival
    book = pl.when("is_logbook").then("file")
    name = pl.col("file").str.replace(r"\.[^.]*$", "")  # put right, it may well be of another format
    is_accepted = pl.col("verdict") == "accepted"
    last_accepted = pl.when(is_accepted).then(place).max().over("feed", "unit_key", book)
    last_of_name = pl.when(is_accepted).then(place).max().over("feed", name)
    last_day = pl.when(is_accepted).then("arrived_on").max().over("feed")
    is_halted = pl.col("verdict").is_in(HALTED) & (place > last_accepted.fill_null(-1))
    is_replaced = (place < last_of_name.fill_null(-1)) | (pl.col("arrived_on") < last_day).fill_null(value=False)
    is_refused = (pl.col("verdict") == "refused") & pl.col("feed").is_not_null() & ~is_replaced
    return loads.with_row_index("place").select(waits=is_halted | is_refused).to_series()


def _running_count(loads: pl.DataFrame, today: date, settings: Settings) -> pl.DataFrame:
    first = loads.select(pl.min_horizontal("arrived_on", "last_event_on").min()).item() or today
    # a mistyped year must not make a calendar of centuries
    first = max(min(first, today), today - timedelta(days=800))
    return calendar(first - timedelta(days=1), today, settings.holidays).select("day", "working_days")


def _with_count(loads: pl.DataFrame, days: pl.DataFrame, column: str) -> pl.DataFrame:
    """Working days up to the column's day; 0 before the calendar begins, null where the day is unknown."""
    within = pl.col(column).clip(pl.lit(days["day"][0]), pl.lit(days["day"][-1])).alias("day")
    count = loads.select(within).join(days, "day", "left", maintain_order="left")
    return loads.with_columns(count["working_days"].alias(f"{column}_count"))

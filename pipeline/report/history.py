"""What changed since the last report, for whom, and what could not be checked tonight: numbers in dossiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from pipeline.report import figures
from pipeline.report.figures import CLOSING_RULES, WORK_RULES, is_asserted, logbook_line
from pipeline.working_days import calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.night import Night
    from pipeline.report.outcome import Outcome

WEEK = timedelta(days=7)

is_work = is_asserted & pl.col("rule_id").is_in(WORK_RULES)
is_to_close = is_asserted & pl.col("rule_id").is_in(CLOSING_RULES)


class Changes(NamedTuple):
    """Dossiers with work on them (M01-M03, M13), since the last report."""

    since: date | None  # None: there was no report before
    new: int
    fixed: int


def standing(night: Night) -> Outcome:
    """Tonight's outcome with every mismatch that is open in the ledger, judged by tonight's date.

    A verdict that could not be checked keeps what it said when it was seen last; only its day may have passed.
    """
    as_of = night.outcome.as_of
    has_passed = pl.col("close_by") < as_of
    brought_forward = night.open.with_columns(
        urgency=pl.when(has_passed).then(pl.lit("overdue")).otherwise("urgency"),
        close_by=pl.when(~has_passed).then("close_by"),
    )
    return replace(night.outcome, mismatches=brought_forward)


def over_week(night: Night, resolved: pl.DataFrame) -> Night:
    """The night as the weekly digest tells it; `resolved` (LEDGER_TYPES) are the ledger's, of whatever age."""
    since = night.outcome.as_of - WEEK
    columns = night.fixed.columns
    return replace(night, previous_on=since, fixed=resolved.filter(pl.col("resolved_on") > since).select(columns))


def changes(night: Night) -> Changes:
    """How many dossiers came to the work list and how many were put right since the last report."""
    counts = night.open.filter(is_work, _is_new(night)).select(logbook_line.n_unique()).item()
    fixed = night.fixed.filter(is_work).select(logbook_line.n_unique()).item()
    return Changes(night.previous_on, counts, fixed)


def to_check(night: Night) -> int:
    """Lines that rest on a doubtful link, and so are asserted by nobody."""
    return night.open.filter(~is_asserted).height


FIRST = [False, True, True, False]  # the unknown officer last, then who has most to do


def by_officer(night: Night) -> pl.DataFrame:
    """Dossiers by officer: officer, open (returned on paper), savable, overdue, near_due (M13), fixed."""
    work = standing(night).mismatches.filter(is_work)
    returned = pl.col("rule_id").is_in(CLOSING_RULES)
    is_overdue = (pl.col("rule_id") == "M01") & (pl.col("urgency") == "overdue")
    fixed = night.fixed.filter(is_work).group_by("officer").agg(fixed=logbook_line.n_unique())
    return (
        work.group_by("officer")
        .agg(
            open=logbook_line.filter(returned).n_unique(),
            savable=logbook_line.filter(returned, pl.col("close_by").is_not_null()).n_unique(),
            overdue=logbook_line.filter(is_overdue).n_unique(),
            near_due=logbook_line.filter(~returned).n_unique(),
        )
        .join(fixed, "officer", how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.exclude("officer").fill_null(0))
        .sort(pl.col("officer").is_null(), pl.col("savable") + pl.col("overdue"), "open", "officer", descending=FIRST)
    )


def by_rule(night: Night) -> pl.DataFrame:
    """Lines of the rules beside the work list: rule_id, rule, asserted, new, to_check; M01 to M13 by number."""
    return (
        night.open.filter(~pl.col("rule_id").is_in(WORK_RULES))
        .group_by("rule_id", "rule")
        .agg(
            asserted=is_asserted.sum(),
            new=(is_asserted & _is_new(night)).sum(),
            to_check=(~is_asserted).sum(),
        )
        .sort("rule_id", nulls_last=True)
    )


def frozen(night: Night) -> pl.DataFrame:
    """What could not be checked tonight: feed (null: the rule asks no single one), since, count of lines."""
    return (
        night.open.filter(pl.col("not_checkable_since").is_not_null())
        .group_by("feed")
        .agg(since=pl.col("not_checkable_since").min(), count=pl.len())
        .sort("feed", nulls_last=True)
    )


def work_count(night: Night) -> int:
    """Lines of the work list."""
    return night.open.filter(is_work).height


def other_count(night: Night) -> int:
    """Lines beside the work list that still ask for something: what can no longer be undone (info) does not."""
    return night.open.filter(~is_work, pl.col("severity").ne_missing("info")).height


def first_lines(night: Night, count: int) -> pl.DataFrame:
    """The work whose day comes first: what can still be saved by its last day, then what is overdue, newest first."""
    work = standing(night).mismatches.filter(is_work)
    days_late = pl.lit(night.outcome.as_of) - pl.col("due_on")
    is_late = pl.col("urgency") == "overdue"
    keys = ["close_by", ~is_late.fill_null(value=False), days_late, "rule_id", "dossier_code", "feed", "logbook_row"]
    return work.sort(keys, nulls_last=True, maintain_order=True).head(count)


def overdue_share(outcome: Outcome) -> tuple[int, int]:
    """Dossiers that the software counts as late, and those of them that only nobody closed."""
    late = pl.col("rule_id").is_in(["M01", "M13"]) & (pl.col("urgency") == "overdue")
    total = outcome.mismatches.filter(is_asserted, late).select(logbook_line.n_unique()).item()
    return total, figures.headline(outcome).late_only_in_software


def repeaters(night: Night) -> pl.DataFrame:
    """Officers by what came back: officer, reopened (after it was put right), new; most first, nobody with none."""
    return (
        night.open.filter(is_to_close)
        .group_by("officer")
        .agg(
            reopened=logbook_line.filter(pl.col("times_reopened") > 0).n_unique(),
            new=logbook_line.filter(_is_new(night)).n_unique(),
        )
        .filter(pl.col("reopened") + pl.col("new") > 0)
        .sort("reopened", "new", "officer", descending=[True, True, False], nulls_last=True)
    )


def speed(night: Night, holidays: Mapping[str, Any]) -> pl.DataFrame:
    """How fast it was put right: officer, fixed, working_days (median, first seen to resolved); the fastest first."""
    return speed_by(night.fixed, "officer", holidays)


def speed_by(resolved: pl.DataFrame, column: str, holidays: Mapping[str, Any]) -> pl.DataFrame:
    """The same of any resolved mismatches by any column."""
    fixed = resolved.filter(is_to_close).drop_nulls(["first_seen_on", "resolved_on"])
    if fixed.is_empty():
        return pl.DataFrame(schema={column: pl.String, "fixed": pl.UInt32, "working_days": pl.Float64})
    first = fixed.select(pl.min_horizontal(pl.col("first_seen_on", "resolved_on").min())).item()
    last = fixed.select(pl.max_horizontal(pl.col("first_seen_on", "resolved_on").max())).item()
    days = calendar(first, last, holidays)
    count = dict(days.select("day", "working_days").iter_rows())
    taken = pl.col("resolved_on").replace_strict(count) - pl.col("first_seen_on").replace_strict(count)
    return (
        fixed.group_by(column)
        .agg(fixed=logbook_line.n_unique(), working_days=taken.median())
        .sort("working_days", column, nulls_last=True)
    )


def _is_new(night: Night) -> pl.Expr:
    since = night.previous_on
    return pl.lit(value=True) if since is None else pl.col("first_seen_on") > since

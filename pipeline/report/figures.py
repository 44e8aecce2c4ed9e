"""The numbers and lists that every report shows, whatever its form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from pipeline.report.outcome import Outcome

CLOSING_RULES = ("M01", "M02", "M03")  # returned on paper: somebody has to click
WORK_RULES = (*CLOSING_RULES, "M13")
URGENCIES = ("due_today", "due_soon", "overdue", "later")  # what can still be saved comes before what is lost
SEVERITIES = ("high", "medium", "low", "work_list", "review", "config", "info")
LAST_RANK = 99
PLACES_SHOWN = 3

is_asserted = ~pl.col("needs_review").fill_null(value=False)  # a null: the rule rests on no link
logbook_line = pl.struct("logbook_file", "logbook_row")  # one dossier on paper, whichever feeds hold it


class Headline(NamedTuple):
    """The numbers that matter, in dossiers (lines of the book), asserted ones only."""

    late_only_in_software: int  # overdue there, returned on paper on or before the due date
    late_on_paper_too: int
    savable_today: int
    savable_this_week: int  # today's included, until `week_ends_on`
    week_ends_on: date


def headline(outcome: Outcome) -> Headline:
    """How many dossiers are late only because nobody closed them, and how many can still be saved."""
    week_ends_on = outcome.as_of + timedelta(days=6 - outcome.as_of.weekday())
    returned_on_time = pl.col("logbook_returned_on") <= pl.col("due_on")
    is_overdue = (pl.col("rule_id") == "M01") & (pl.col("urgency") == "overdue")  # paused and done collect no lateness
    counts = (
        outcome.mismatches.lazy()
        .filter(is_asserted, pl.col("rule_id").is_in(CLOSING_RULES))
        .select(
            late_only_in_software=logbook_line.filter(is_overdue & returned_on_time).n_unique(),
            late_on_paper_too=logbook_line.filter(is_overdue & ~returned_on_time).n_unique(),
            savable_today=logbook_line.filter(pl.col("close_by") == outcome.as_of).n_unique(),
            savable_this_week=logbook_line.filter(
                pl.col("close_by").is_between(outcome.as_of, week_ends_on)
            ).n_unique(),
        )
        .collect()
    )
    return Headline(**counts.row(0, named=True), week_ends_on=week_ends_on)


def work_lines(outcome: Outcome) -> pl.DataFrame:
    """Asserted mismatches that somebody can act on (M01-M03, M13), most urgent first."""
    order = pl.col("urgency").replace_strict(_ranks(URGENCIES), default=LAST_RANK, return_dtype=pl.Int8)
    return outcome.mismatches.filter(is_asserted, pl.col("rule_id").is_in(WORK_RULES)).sort(
        order, "close_by", "due_on", "dossier_code", "feed", "logbook_file", "logbook_row", nulls_last=True
    )


def by_rule(outcome: Outcome) -> pl.DataFrame:
    """Lines by rule and severity: rule_id, rule, severity, asserted, to_check."""
    rank = pl.col("severity").replace_strict(_ranks(SEVERITIES), default=LAST_RANK, return_dtype=pl.Int8)
    return (
        outcome.mismatches.group_by("rule_id", "rule", "severity")
        .agg(asserted=is_asserted.sum(), to_check=(~is_asserted).sum())
        .sort("rule_id", rank, nulls_last=True)
    )


def by_officer(outcome: Outcome) -> pl.DataFrame:
    """Lines to work on by officer: officer, one column per urgency, none (no date to judge by), total."""
    return by_urgency(outcome, "officer")


def by_urgency(outcome: Outcome, column: str) -> pl.DataFrame:
    """The same by any column: who or what has most to do comes first."""
    return counted_by_urgency(work_lines(outcome), column)


def counted_by_urgency(lines: pl.DataFrame, column: str) -> pl.DataFrame:
    """The same of lines that are work."""
    return (
        lines.group_by(column)
        .agg(
            *((pl.col("urgency") == urgency).sum().alias(urgency) for urgency in URGENCIES),
            none=pl.col("urgency").is_null().sum(),
            total=pl.len(),
        )
        .sort("total", column, descending=[True, False], nulls_last=True)
    )


def quarantined_by_rule(outcome: Outcome) -> pl.DataFrame:
    """Rows set aside by V rule and column: rule_id, column, reason, count, where (the first few)."""
    return (
        outcome.quarantine.group_by("rule_id", "column", maintain_order=True)
        .agg(
            pl.col("reason").drop_nulls().first(),
            count=pl.len(),
            where=place("file", "row").head(PLACES_SHOWN).str.join("\n"),
        )
        .sort("rule_id", "column", nulls_last=True)
    )


def place(file: str, row: str) -> pl.Expr:
    """A row where a person finds it, without folders: `so_2026.csv:12`; null without a file."""
    return pl.concat_str(bare_name(file), pl.lit(":"), pl.col(row).cast(pl.String))


def bare_name(file: str) -> pl.Expr:
    """A file's name without its folders."""
    return pl.col(file).str.replace(r"^.*[/\\]", "")


def _ranks(words: tuple[str, ...]) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(words)}

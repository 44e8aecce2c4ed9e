"""The contract's words in the report's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures
from pipeline.report.phrases import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.outcome import Outcome


def worded(column: str, phrases: Mapping[str, str], table: str | None = None) -> pl.Expr:
    """A column's words in the report's language, from the phrases' table of its name; unknown words stay."""
    words = words_of(phrases, table or column)
    return pl.col(column).replace_strict(words, default=pl.col(column), return_dtype=pl.String)


def feed_name(phrases: Mapping[str, str]) -> pl.Expr:
    """A source as people call it: a case system by its name, the logbook in the report's language."""
    return pl.when(pl.col("feed") == "logbook").then(pl.lit(phrases["mail.logbook"])).otherwise("feed")


def urgency(phrases: Mapping[str, str]) -> pl.Expr:
    """The urgency's word; a word of its own where there is no date to judge by."""
    return worded("urgency", phrases).fill_null(phrases["urgency.none"])


def summary(outcome: Outcome, phrases: Mapping[str, str]) -> pl.DataFrame:
    """Lines by rule and severity for people: rule_id, name, severity, asserted, to_check."""
    return figures.by_rule(outcome).select(
        "rule_id",
        name=pl.col("rule_id").replace_strict(
            words_of(phrases, "rule"), default=pl.col("rule")
        ),  # a rule of a user's own
        severity=worded("severity", phrases),
        asserted="asserted",
        to_check="to_check",
    )

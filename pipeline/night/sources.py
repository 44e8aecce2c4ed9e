"""The health of the sources: what came tonight, what waits, and how old the newest word of each feed is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import ExitCode
from pipeline.report.night import SOURCE_TYPES

if TYPE_CHECKING:
    from pipeline.night.generations import State
    from pipeline.night.intake import Intake
    from pipeline.night.tonight import Tonight

TROUBLED = ("held", "refused")
IS_QUIET = pl.col("verdict").is_in(["missing", "repeated"])  # phrases of [gate] as well


def source_health(state: State, loads: pl.DataFrame, intake: Intake, tonight: Tonight) -> pl.DataFrame:
    """SOURCE_TYPES: tonight's files, held files that still wait, and each source's newest accepted file.

    `loads` carry `age` (working days) and `waits`. A source is a feed and unit; `missing` when it brought nothing new
    for longer than the gate's warn_after_days, a book for longer than stale_book_after_days, unless other files have
    said anew all that it ever said.
    """
    has_rows = pl.concat([state[name]["content_hash"] for name in ("case_row", "logbook_row")]).unique()
    gate = tonight.settings.gate
    came_again = pl.col("content_hash").is_in([content for _, content in intake.repeated])
    allowed = pl.when("is_logbook").then(gate["stale_book_after_days"]).otherwise(gate["warn_after_days"])
    is_newest = (pl.col("verdict") == "accepted") & (
        pl.struct("age", "last_event_on", "content_hash").rank("ordinal").over("feed", "unit_key", "verdict") == 1
    )
    verdict = (
        pl.when(came_again & (pl.col("verdict") == "accepted"))
        .then(pl.lit("repeated"))
        .when(is_newest & pl.col("content_hash").is_in(has_rows.implode()) & (pl.col("age") > allowed))
        .then(pl.lit("missing"))
        .otherwise("verdict")
    )
    is_shown = (pl.col("arrived_on") == tonight.today) | pl.col("waits") | is_newest
    shown = loads.filter(is_shown | came_again).with_columns(verdict=verdict)
    return (
        shown.with_columns(why=_why(), facts=_facts())
        .sort("is_logbook", "feed", "age", "file", nulls_last=True)
        .select(pl.col(name).cast(kind) for name, kind in SOURCE_TYPES.items())
    )


def exit_code(sources: pl.DataFrame, *, came: int, left: int, refused: int, is_one_sided: bool) -> ExitCode:
    """How complete the night was; `came` files, `left` lying in the inbox, `refused` of those that came.

    `is_one_sided`: there is no book, or no export.
    """
    if came and came == refused:
        return ExitCode.REFUSED
    is_missing = sources.filter(verdict="missing").height > 0
    if not came and is_missing:
        return ExitCode.NO_INPUT
    is_troubled = sources.filter(pl.col("verdict").is_in(TROUBLED)).height > 0
    return ExitCode.DEGRADED if is_troubled or is_missing or left or is_one_sided else ExitCode.COMPLETE


def _why() -> pl.Expr:
    """The phrase of [gate] for a source that brought nothing, or nothing new; else why its file was held or refused."""
    return pl.when(IS_QUIET).then("verdict").otherwise("why")


def _facts() -> pl.Expr:
    days = pl.concat_str(pl.lit('{"days": '), "age", pl.lit("}"))
    return pl.when(IS_QUIET).then(days).otherwise("facts")

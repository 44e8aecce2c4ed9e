"""The tables of the paper's body: by field, by rule, by officer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures
from pipeline.report.paper.blocks import Grid
from pipeline.report.paper.facts import VIEWS
from pipeline.report.paper.words import numbered, signed, texts
from pipeline.report.phrases import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.paper.draft import Draft

is_closing = figures.is_asserted & pl.col("rule_id").is_in(figures.CLOSING_RULES)


def field_table(draft: Draft) -> Grid:
    """Late dossiers of each field in both views, and how many were returned but hang in the software."""
    counted = _by_field(draft)
    sums = {name: int(counted[name].sum()) for name in counted.columns[1:]}
    blanks = {"field_name": draft.say("no_field")}
    shown = counted.with_columns(difference=signed(pl.col("book") - pl.col("software"), draft.outcome.lang))
    total = shown.select(pl.col(name).sum() for name in sums).select(
        pl.lit(draft.say("total")).alias("field_name"),
        *sums,
        difference=signed(pl.col("book") - pl.col("software"), draft.outcome.lang),
    )
    columns = ("field_name", "received", "software", "book", "difference", "hanging")
    rows, (last,) = (texts(one.select(columns), blanks, draft.outcome.lang) for one in (shown, total))
    return Grid(
        draft.say("table_fields"),
        draft.column("place", "field", "to_solve", "overdue_software", "overdue_book", "difference", "hanging"),
        numbered(rows),
        widths=(1, 4.4, 1.6, 1.7, 1.7, 1.7, 1.9),
        total=("", *last),
        numbers_from=2,
    )


def _by_field(draft: Draft) -> pl.DataFrame:
    """field_name, received, software, book (late ones), hanging; in the form's order."""
    late = pl.col("late") + pl.col("pending_late")
    software, book = (draft.facts.form.filter(view=view) for view in VIEWS)
    key = pl.col("field_name").str.strip_chars().str.to_lowercase().alias("key")
    hanging = draft.outcome.mismatches.filter(is_closing).group_by(key).agg(hanging=figures.logbook_line.n_unique())
    fields = software.select("field_name", "received", key, software=late).hstack(book.select(book=late))
    both = fields.join(hanging, "key", "left", nulls_equal=True, maintain_order="left")
    return both.select("field_name", "received", "software", "book", pl.col("hanging").fill_null(0))


def rule_table(draft: Draft) -> Iterator[Grid]:
    """Mismatches by rule: found and put right in the period where there is a history, and what stands."""
    has_history = draft.facts.history_from is not None
    past = ("found", "fixed") if has_history else ()
    stands = (
        figures.by_rule(draft.outcome)
        .group_by("rule_id")
        .agg(open=pl.col("asserted").sum(), to_check=pl.col("to_check").sum())
    )
    counted = stands.join(draft.facts.changed, "rule_id", "full", coalesce=True).sort("rule_id").fill_null(0)
    if counted.is_empty():
        return
    name = pl.col("rule_id").replace_strict(words_of(draft.phrases, "rule"), default=pl.col("rule_id"))
    columns = (*past, "open", "to_check")
    yield Grid(
        draft.say("table_rules"),
        draft.column("rule", *columns),
        tuple(texts(counted.select(name.alias("rule"), *columns), {}, draft.outcome.lang)),
        widths=(5, *(1.6 for _ in columns)),
        total=(draft.say("total"), *(draft.number(int(counted[column].sum())) for column in columns)),
    )


def officer_table(draft: Draft) -> Grid | None:
    """What each officer has to click or solve, who has most first; None when nobody has anything to do."""
    is_savable = is_closing & pl.col("close_by").is_not_null()
    counted = (
        figures.work_lines(draft.outcome)
        .group_by("officer")
        .agg(
            close=is_closing.sum(),
            savable=is_savable.sum(),
            first_day=pl.col("close_by").filter(is_savable).min(),
            solve=(~is_closing).sum(),
            all=pl.len(),
        )
        .sort("all", "officer", descending=[True, False], nulls_last=True)
    )
    if counted.is_empty():
        return None
    blanks = {"officer": draft.phrases["report.unknown_officer"]}
    sums = {name: int(counted[name].sum()) for name in ("close", "savable", "solve", "all")}
    return Grid(
        draft.say("table_officers"),
        draft.column("place", *counted.columns),
        numbered(texts(counted, blanks, draft.outcome.lang)),
        widths=(1, 4, 1.8, 1.7, 2, 2.2, 1.3),
        total=(
            *("", draft.say("total"), draft.number(sums["close"]), draft.number(sums["savable"])),
            *("", draft.number(sums["solve"]), draft.number(sums["all"])),
        ),
        numbers_from=2,
    )

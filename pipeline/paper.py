"""The paper's figures from the linked books: sql/60_paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipeline.database import fetch, put
from pipeline.normalise.codes import dossier_code
from pipeline.queries import queries
from pipeline.report.paper.facts import COUNTS, VIEWS, PaperFacts
from pipeline.working_days import calendar
from schemas.state import MISMATCH, MISMATCH_EVENT

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pipeline.night.generations import State
    from pipeline.period import Period
    from pipeline.settings import Settings
    from pipeline.store import Stored


def paper_facts(
    con: duckdb.DuckDBPyConnection, stored: Stored, period: Period, settings: Settings, state: State | None = None
) -> PaperFacts:
    """The figures of a period. `con` holds the linked books; `state` has the history, where there is one."""
    put(con, "working_day", _working_days(con, period.until, settings))
    put(con, "mismatch", state["mismatch"] if state else pl.DataFrame(schema=MISMATCH))
    put(con, "mismatch_event", state["mismatch_event"] if state else pl.DataFrame(schema=MISMATCH_EVENT))
    for step in queries("60_paper"):
        step.run(con, {"begin": period.begin, "until": period.until})
    return PaperFacts(
        period=period,
        form=_form(con),
        doubts=dict(fetch(con, "from doubt", {}).rows()),
        held_elsewhere=_with_codes(fetch(con, "from held_elsewhere", {}), stored).sort(
            "days_held", "dossier_code", descending=[True, False]
        ),
        late_only=_with_lines(fetch(con, "from late_only_in_software", {}), stored).sort("due_on", "dossier_code"),
        covered=_covered(con, settings),
        changed=fetch(con, "from changed order by rule_id", {}),
        history_from=state["run"]["business_date"].min() if state else None,  # pyright: ignore[reportArgumentType] -- a date
    )


def _form(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every field in both views, the busiest first; fields nobody knows come last."""
    form = fetch(con, "from form", {})
    names = form.group_by("field_key").agg(pl.col("field_name").min(), rank=pl.col("received").max())
    both = names.join(pl.DataFrame({"view": VIEWS}), how="cross")
    filled = both.join(form.drop("field_name"), ["view", "field_key"], "left", nulls_equal=True)
    ordered = filled.sort(pl.col("field_key").is_null(), -pl.col("rank"), "field_key")
    return ordered.select("view", "field_name", pl.col(COUNTS).fill_null(0))


def _covered(con: duckdb.DuckDBPyConnection, settings: Settings) -> pl.DataFrame:
    """The sources as people call them, the books last."""
    titles = {name: profile.title for name, profile in settings.feeds.items()}
    covered = fetch(con, "from covered order by feed = 'logbook', feed", {})
    return covered.with_columns(title=pl.col("feed").replace_strict(titles, default=pl.col("feed")))


def _with_codes(rows: pl.DataFrame, stored: Stored) -> pl.DataFrame:
    cases = stored.cases.select(pl.all().gather(rows["record_id"]))
    return rows.drop("record_id").insert_column(0, cases.select(dossier_code()).to_series())


def _with_lines(rows: pl.DataFrame, stored: Stored) -> pl.DataFrame:
    lines = stored.entries.select(pl.col("book_no", "line_no").gather(rows["entry_id"]))
    return _with_codes(rows, stored).drop("entry_id").hstack(lines)


def _working_days(con: duckdb.DuckDBPyConnection, until: date, settings: Settings) -> pl.DataFrame:
    """Running count of working days from the first receipt or due date on."""
    first = con.sql("select least(min(received_on), min(code_on), min(due_on)) from case_record").fetchall()[0][0]
    start = min(first or until, until) - timedelta(days=1)
    return calendar(start, until, settings.holidays).select("day", "working_days")

"""Whatever the dossiers: the form's identities hold, and what one period leaves the next one carries over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.database import fetch, open_database, put
from pipeline.period import period_of
from pipeline.queries import query
from pipeline.report.paper.facts import VIEWS, broken_identities, totals
from schemas.tables import CASE_RECORD, LOGBOOK_ENTRY

FIRST = date(2026, 1, 1)
STATES = ("open", "paused", "done", "closed", "withdrawn", "refused", "not_received", "unclassified")
FIELDS = ("Hộ tịch", "hộ tịch", "Đất đai", None)
LINK = {"record_id": pl.UInt32, "entry_id": pl.UInt32, "needs_review": pl.Boolean}

a_day = st.integers(0, 120).map(lambda days: FIRST + timedelta(days=days))
perhaps = st.none() | a_day
a_case = st.fixed_dictionaries(
    {
        "feed": st.sampled_from(["igate", "xgate"]),
        "code_id": st.integers(0, 11),
        "state": st.sampled_from(STATES),
        "channel": st.sampled_from(["online", "direct", None]),
        "field_name": st.sampled_from(FIELDS),
        "received_on": perhaps,
        "code_on": a_day,
        "due_on": perhaps,
        "finished_on": perhaps,
        "returned_on": perhaps,
    }
)
WITHDRAWN_LATER = {  # than the report's last day, on which it was open and overdue
    "feed": "igate",
    "code_id": 1,
    "state": "withdrawn",
    "code_on": FIRST,
    "due_on": FIRST,
    "finished_on": FIRST + timedelta(days=2),
}
ENDED_ON_AN_UNKNOWN_DAY = {  # and handed over in February, by the book
    "feed": "igate",
    "code_id": 1,
    "state": "done",
    "code_on": FIRST,
    "due_on": FIRST + timedelta(days=9),
}
IN_FEBRUARY = FIRST + timedelta(days=45)
World = tuple[list[dict[str, Any]], list[date | None], list[bool]]
cases_and_lines = st.tuples(
    st.lists(a_case, max_size=15), st.lists(perhaps, max_size=15), st.lists(st.booleans(), min_size=15, max_size=15)
)


def tables_of(world: World, day: date, *names: str) -> list[pl.DataFrame]:
    """Tables of the month's paper; line n of the book is linked with record n, some of them with doubt."""
    cases, returns, doubts = world
    linked = range(min(len(cases), len(returns)))
    period = period_of("month", day)
    with open_database() as con:
        put(con, "case_record", _frame(cases, CASE_RECORD | {"code_id": pl.Int64}, "record_id"))
        put(con, "logbook_entry", _frame([{"returned_on": day} for day in returns], LOGBOOK_ENTRY, "entry_id"))
        links = [(number, number, doubts[number]) for number in linked]
        put(con, "link", pl.DataFrame(links, LINK, orient="row"))
        put(con, "mandatory_feed", pl.DataFrame({"field_name": ["đất đai"], "feed": ["xgate"]}))
        for step in ("dossier", *names):
            query("60_paper", step).run(con, {"begin": period.begin, "until": period.until})
        return [fetch(con, f"from {name}", {}) for name in names]


def form_of(world: World, day: date) -> pl.DataFrame:
    (form,) = tables_of(world, day, "form")
    return form


def _frame(rows: list[dict[str, Any]], types: dict[str, Any], row_id: str) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in types} for row in rows], schema=types).with_row_index(row_id)


@settings(max_examples=60)
@given(cases_and_lines, a_day)
def test_the_identities_of_the_form_hold(world: World, day: date) -> None:
    assert broken_identities(form_of(world, day)).rows() == []


@settings(max_examples=60)
@given(cases_and_lines)
@example(([ENDED_ON_AN_UNKNOWN_DAY], [IN_FEBRUARY], [False]))
def test_what_a_month_leaves_pending_the_next_carries_over(
    world: World,
) -> None:
    january, february = form_of(world, date(2026, 1, 31)), form_of(world, date(2026, 2, 28))
    for view in VIEWS:
        assert totals(february, view)["carried_over"] == totals(january, view)["pending"]


@settings(max_examples=60)
@given(cases_and_lines, a_day)
def test_no_dossier_counts_twice(world: World, day: date) -> None:
    form, codes = form_of(world, day), {case["code_id"] for case in world[0]}
    for view in VIEWS:
        assert totals(form, view)["received"] <= len(codes)


@settings(max_examples=150)
@given(cases_and_lines, a_day)
@example(([WITHDRAWN_LATER], [FIRST], [False]), FIRST + timedelta(days=1))
@example(([ENDED_ON_AN_UNKNOWN_DAY], [IN_FEBRUARY], [False]), date(2026, 1, 31))
@example(([ENDED_ON_AN_UNKNOWN_DAY], [IN_FEBRUARY], [False]), date(2026, 2, 28))
def test_the_lists_and_what_is_told_explain_the_whole_difference_of_late_ones(world: World, day: date) -> None:
    form, doubt, late_only = tables_of(world, day, "form", "doubt", "late_only_in_software")
    told = dict(doubt.rows())
    late = [totals(form, view)["late"] + totals(form, view)["pending_late"] for view in VIEWS]
    parted = late_only.height + told["returned_late_before"] - told["late_in_book_only"]
    assert late[0] - late[1] == parted

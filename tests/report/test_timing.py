from __future__ import annotations

from datetime import date

import pytest

from pipeline.report import timing
from tests.report.outcomes import AS_OF, make_outcome, one_mismatch

DUE = date(2026, 3, 27)


def counts(*lines: dict[str, object]) -> dict[str, tuple[int, int]]:
    """Software and book by state, those that hold something."""
    rows = timing.timeliness(make_outcome(*lines)).iter_rows()
    return {state: (software, book) for state, software, book in rows if software or book}


@pytest.mark.parametrize(("day", "state"), [(26, "early"), (27, "on_time"), (28, "late")])
def test_an_overdue_dossier_is_judged_by_the_day_in_the_book(day: int, state: str) -> None:
    line = one_mismatch(due_on=DUE, logbook_returned_on=date(2026, 3, day))
    assert counts(line) == {"open_late": (1, 0), state: (0, 1)}


def test_what_was_closed_too_late_in_the_software_is_late_there() -> None:
    line = one_mismatch(rule_id="M07", due_on=DUE, logbook_returned_on=DUE, case_finished_on=date(2026, 3, 30))
    assert counts(line) == {"late": (1, 0), "on_time": (0, 1)}


@pytest.mark.parametrize("rule", ["M02", "M03"])
def test_paused_and_done_dossiers_collect_no_lateness(rule: str) -> None:
    assert counts(one_mismatch(rule_id=rule, due_on=DUE)) == {"open_in_time": (1, 0), "early": (0, 1)}


def test_the_due_day_itself_is_in_time() -> None:
    assert counts(one_mismatch(due_on=AS_OF)) == {"open_in_time": (1, 0), "early": (0, 1)}


def test_a_dossier_open_on_both_sides_counts_the_same() -> None:
    assert counts(one_mismatch(rule_id="M13", due_on=DUE, logbook_returned_on=None)) == {"open_late": (1, 1)}


def test_a_dossier_of_two_feeds_counts_once_by_the_worse() -> None:
    lines = [one_mismatch(due_on=DUE), one_mismatch(due_on=DUE, feed="xgate", rule_id="M07")]
    assert counts(*lines) == {"late": (1, 0), "early": (0, 1)}


def test_doubtful_lines_other_rules_and_lines_without_a_due_date_are_left_out() -> None:
    lines = [one_mismatch(needs_review=True), one_mismatch(rule_id="M08"), one_mismatch(due_on=None)]
    assert counts(*lines) == {}


def test_dossiers_by_age_fall_on_both_sides_of_each_edge() -> None:
    days = [0, 5, 6, 10, 11, 20, 21, 60, 61, 400]
    ages = timing.ages(make_outcome(*(one_mismatch(days_open=day, logbook_row=day) for day in days)))
    assert ages.rows() == [(0, 5, 2), (6, 10, 2), (11, 20, 2), (21, 60, 2), (61, None, 2)]


def test_age_is_asked_of_what_somebody_has_to_close() -> None:
    lines = [one_mismatch(rule_id="M13"), one_mismatch(needs_review=True), one_mismatch(days_open=None)]
    assert timing.ages(make_outcome(*lines))["count"].sum() == 0

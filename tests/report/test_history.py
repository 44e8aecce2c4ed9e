from datetime import date

import polars as pl
import pytest

from pipeline.report import history
from pipeline.report.history import Changes
from tests.report.nights import OVERDUE, PREVIOUS, make_night, one_entry
from tests.report.outcomes import AS_OF

FRIDAY, MONDAY = date(2026, 3, 27), date(2026, 3, 30)
PENDING = {"needs_review": True}
M13 = {"rule_id": "M13", "rule": "open_near_due"}


def test_a_first_report_has_only_news() -> None:
    assert history.changes(make_night(one_entry(), previous_on=None)) == Changes(None, 1, 0)


def test_new_is_what_was_first_seen_after_the_last_report() -> None:
    night = make_night(one_entry(1, first_seen_on=PREVIOUS), one_entry(2, first_seen_on=AS_OF))
    assert history.changes(night) == Changes(PREVIOUS, 1, 0)


def test_changes_count_asserted_work_and_a_dossier_of_two_feeds_once() -> None:
    twice = [one_entry(1, first_seen_on=AS_OF, feed=feed) for feed in ("igate", "xgate")]
    others = [one_entry(2, first_seen_on=AS_OF, **PENDING), one_entry(3, first_seen_on=AS_OF, rule_id="M07")]
    night = make_night(*twice, *others, fixed=[*twice, *others])
    assert history.changes(night) == Changes(PREVIOUS, 1, 1)


def test_a_frozen_verdict_whose_day_has_passed_is_overdue_and_no_longer_savable() -> None:
    frozen = one_entry(close_by=PREVIOUS, due_on=PREVIOUS, urgency="due_today", not_checkable_since=PREVIOUS)
    standing = history.standing(make_night(frozen)).mismatches
    assert standing.select("urgency", "close_by").rows() == [("overdue", None)]


def test_what_can_be_saved_stays_as_it_is() -> None:
    lines = [one_entry(1, close_by=AS_OF, urgency="due_today"), one_entry(2, close_by=None, urgency=None)]
    assert history.standing(make_night(*lines)).mismatches["urgency"].to_list() == ["due_today", None]


def test_the_first_lines_are_the_savable_by_their_last_day_then_the_overdue_newest_first_then_those_without() -> None:
    lines = [
        one_entry(1, urgency=None, close_by=None, due_on=None),
        one_entry(2, **OVERDUE | {"due_on": date(2026, 3, 2)}),
        one_entry(3, **OVERDUE | {"due_on": date(2026, 3, 27)}),
        one_entry(4, close_by=date(2026, 4, 2)),
        one_entry(5, close_by=AS_OF),
        one_entry(6, close_by=AS_OF, needs_review=True),
        one_entry(7, close_by=AS_OF, rule_id="M05"),
        one_entry(8, close_by=AS_OF, **M13),
    ]
    assert history.first_lines(make_night(*lines), 9)["line_no"].to_list() == ["5", "8", "4", "3", "2", "1"]
    assert history.first_lines(make_night(*lines), 2).height == 2
    assert history.work_count(make_night(*lines)) == 6


def test_officers_are_told_open_savable_overdue_near_due_and_fixed() -> None:
    night = make_night(
        one_entry(1, officer="An"),
        one_entry(2, officer="An", **OVERDUE),
        one_entry(3, officer="An", **M13),
        one_entry(4, officer="An", **PENDING),
        one_entry(5, officer=None, rule_id="M03", urgency=None, close_by=None),
        fixed=[one_entry(6, officer="Bình"), one_entry(7, officer=None)],
    )
    assert history.by_officer(night).rows() == [
        ("An", 2, 1, 1, 1, 0),
        ("Bình", 0, 0, 0, 0, 1),
        (None, 1, 0, 0, 0, 1),
    ]


def test_paused_dossiers_collect_no_lateness() -> None:
    night = make_night(one_entry(**OVERDUE, rule_id="M02"))
    assert history.by_officer(night)["overdue"].to_list() == [0]
    assert history.overdue_share(history.standing(night)) == (0, 0)


def test_the_share_counts_what_the_software_calls_late_and_what_of_it_was_returned_on_time() -> None:
    lines = [
        one_entry(1, **OVERDUE),
        one_entry(2, **OVERDUE, logbook_returned_on=date(2026, 3, 28)),
        one_entry(3, **OVERDUE, **M13, logbook_returned_on=None),
        one_entry(4, **OVERDUE, **PENDING),
    ]
    assert history.overdue_share(history.standing(make_night(*lines))) == (3, 1)


def test_other_rules_have_a_line_each() -> None:
    m05 = {"rule_id": "M05", "rule": "missing_in_software"}
    lines = [one_entry(1, **m05, first_seen_on=AS_OF), one_entry(2, **m05), one_entry(3, **m05, **PENDING)]
    assert history.by_rule(make_night(one_entry(9), *lines)).rows() == [("M05", "missing_in_software", 2, 1, 1)]


def test_lines_in_doubt_are_counted_apart() -> None:
    night = make_night(one_entry(1, **PENDING), one_entry(2, rule_id="M05", **PENDING), one_entry(3, needs_review=None))
    assert history.to_check(night) == 2


def test_frozen_verdicts_are_told_by_feed_with_the_first_day() -> None:
    days = {1: MONDAY, 2: FRIDAY, 3: None}
    lines = [one_entry(number, not_checkable_since=day) for number, day in days.items()]
    without_feed = one_entry(4, rule_id="M05", feed=None, not_checkable_since=MONDAY)
    assert history.frozen(make_night(*lines, without_feed)).rows() == [("igate", FRIDAY, 2), (None, MONDAY, 1)]


def test_the_week_is_the_seven_days_that_end_tonight() -> None:
    days = [date(2026, 3, 24), date(2026, 3, 25), AS_OF]
    resolved = make_night(fixed=[one_entry(number, resolved_on=day) for number, day in enumerate(days)]).fixed
    week = history.over_week(make_night(one_entry(first_seen_on=date(2026, 3, 25))), resolved)
    assert week.fixed["line_no"].to_list() == ["1", "2"]
    assert history.changes(week) == Changes(date(2026, 3, 24), 1, 2)


def test_who_repeats_comes_first_and_who_has_nothing_new_is_left_out() -> None:
    lines = [
        one_entry(1, officer="An", first_seen_on=AS_OF),
        one_entry(2, officer="Bình", times_reopened=2),
        one_entry(3, officer="Chi"),
        one_entry(4, officer="Dung", first_seen_on=AS_OF, **PENDING),
    ]
    assert history.repeaters(make_night(*lines)).rows() == [("Bình", 1, 0), ("An", 0, 1)]


def test_speed_is_the_median_of_working_days() -> None:
    spans = [(FRIDAY, MONDAY), (FRIDAY, AS_OF), (MONDAY, MONDAY)]  # a weekend is no work
    fixed = [
        one_entry(number, officer="An", first_seen_on=first, resolved_on=last)
        for number, (first, last) in enumerate(spans)
    ]
    slow = one_entry(9, officer="Bình", first_seen_on=date(2026, 3, 20), resolved_on=AS_OF)
    night = make_night(fixed=[slow, *fixed])
    assert history.speed(night, {}).rows() == [("An", 3, 1.0), ("Bình", 1, 7.0)]
    assert history.speed(make_night(), {}).is_empty()


def test_days_that_a_document_moved_count_as_it_says() -> None:
    moved = {"day": [{"on": MONDAY, "kind": "off"}]}
    night = make_night(fixed=[one_entry(first_seen_on=FRIDAY, resolved_on=AS_OF)])
    assert history.speed(night, moved)["working_days"].to_list() == [1.0]


@pytest.mark.parametrize("frame", ["open", "fixed"])
def test_an_empty_night_has_no_numbers(frame: str) -> None:
    night = make_night()
    assert getattr(night, frame).is_empty()
    assert history.changes(night) == Changes(PREVIOUS, 0, 0)
    frames = (history.by_officer(night), history.by_rule(night), history.frozen(night), history.repeaters(night))
    assert [found.height for found in frames] == [0, 0, 0, 0]
    assert pl.DataFrame(history.first_lines(night, 5)).is_empty()

from datetime import date

from pipeline.report import figures
from tests.report.outcomes import AS_OF, make_outcome, one_mismatch

OVERDUE = {"urgency": "overdue", "due_on": date(2026, 3, 27), "close_by": None}
SUNDAY = date(2026, 4, 5)


def test_a_dossier_returned_on_its_due_day_is_late_only_in_the_software() -> None:
    numbers = figures.headline(make_outcome(one_mismatch(**OVERDUE, logbook_returned_on=date(2026, 3, 27))))
    assert (numbers.late_only_in_software, numbers.late_on_paper_too) == (1, 0)


def test_a_dossier_returned_late_is_late_on_paper_too() -> None:
    numbers = figures.headline(make_outcome(one_mismatch(**OVERDUE, logbook_returned_on=date(2026, 3, 28))))
    assert (numbers.late_only_in_software, numbers.late_on_paper_too) == (0, 1)


def test_paused_and_done_dossiers_collect_no_lateness() -> None:
    lines = [one_mismatch(**OVERDUE, rule_id=rule, logbook_row=row) for row, rule in enumerate(("M02", "M03"))]
    numbers = figures.headline(make_outcome(*lines))
    assert (numbers.late_only_in_software, numbers.late_on_paper_too) == (0, 0)


def test_this_week_ends_on_sunday_and_holds_today() -> None:
    days = [AS_OF, SUNDAY, date(2026, 4, 6), None]
    lines = [one_mismatch(close_by=day, logbook_row=row) for row, day in enumerate(days)]
    numbers = figures.headline(make_outcome(*lines))
    assert (numbers.savable_today, numbers.savable_this_week, numbers.week_ends_on) == (1, 2, SUNDAY)


def test_a_week_that_is_asked_for_on_sunday_ends_that_day() -> None:
    assert figures.headline(make_outcome(as_of=SUNDAY)).week_ends_on == SUNDAY


def test_a_dossier_open_in_two_feeds_counts_once() -> None:
    numbers = figures.headline(make_outcome(one_mismatch(close_by=AS_OF), one_mismatch(close_by=AS_OF, feed="xgate")))
    assert numbers.savable_today == 1


def test_lines_to_check_and_dossiers_that_are_only_near_due_are_in_no_headline() -> None:
    pending = one_mismatch(close_by=AS_OF, needs_review=True)
    near_due = one_mismatch(rule_id="M13", close_by=AS_OF, logbook_row=99)
    assert figures.headline(make_outcome(pending, near_due)).savable_today == 0


def test_what_can_be_saved_comes_before_what_is_lost() -> None:
    urgencies = [None, "later", "overdue", "due_soon", "due_today"]
    lines = [one_mismatch(urgency=urgency, logbook_row=row) for row, urgency in enumerate(urgencies)]
    work = figures.work_lines(make_outcome(*lines))
    assert work["urgency"].to_list() == ["due_today", "due_soon", "overdue", "later", None]


def test_within_one_urgency_the_nearest_day_comes_first() -> None:
    days = [date(2026, 4, 10), None, date(2026, 4, 9)]
    work = figures.work_lines(make_outcome(*(one_mismatch(close_by=day) for day in days)))
    assert work["close_by"].to_list() == [date(2026, 4, 9), date(2026, 4, 10), None]


def test_the_work_list_holds_asserted_lines_of_m01_m02_m03_and_m13_only() -> None:
    rules = [f"M{number:02}" for number in range(1, 14)]
    lines = [one_mismatch(rule_id=rule, needs_review=pending) for rule in rules for pending in (True, False)]
    work = figures.work_lines(make_outcome(*lines))
    assert work["rule_id"].sort().to_list() == ["M01", "M02", "M03", "M13"]


def test_a_line_that_rests_on_no_link_is_asserted() -> None:
    summary = figures.by_rule(make_outcome(one_mismatch(rule_id="M05", needs_review=None)))
    assert summary.select("asserted", "to_check").row(0) == (1, 0)


def test_the_summary_has_a_line_for_each_rule_and_severity_gravest_first() -> None:
    lines = [one_mismatch(severity="medium"), one_mismatch(severity="high"), one_mismatch(severity="high")]
    summary = figures.by_rule(make_outcome(*lines, one_mismatch(severity="high", needs_review=True)))
    assert summary.drop("rule").rows() == [("M01", "high", 2, 1), ("M01", "medium", 1, 0)]


def test_officers_are_listed_with_their_urgencies_the_unknown_one_last() -> None:
    lines = [
        one_mismatch(officer=None, urgency=None),
        one_mismatch(officer="B", urgency="overdue"),
        one_mismatch(officer="A", urgency="due_today"),
        one_mismatch(officer="A", urgency="later"),
    ]
    assert figures.by_officer(make_outcome(*lines)).rows() == [
        ("A", 1, 0, 0, 1, 0, 2),
        ("B", 0, 0, 1, 0, 0, 1),
        (None, 0, 0, 0, 0, 1, 1),
    ]


def test_a_place_is_the_files_name_without_folders_and_its_row() -> None:
    lines = [one_mismatch(), one_mismatch(feed_file="D:\\xuất\\igate.csv"), one_mismatch(feed_file=None, feed_row=None)]
    places = make_outcome(*lines).mismatches.select(figures.place("feed_file", "feed_row")).to_series()
    assert places.to_list() == ["igate.csv:12", "igate.csv:12", None]

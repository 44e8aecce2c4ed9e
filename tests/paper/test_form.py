"""What form II.06 counts: received, carried over, solved, pending, by the software's word and after the book's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.paper import paper_facts
from pipeline.period import period_of
from pipeline.report.paper.facts import COUNTS, broken_identities, difference, totals
from tests.dossiers import (
    AS_OF,
    DUE,
    RETURNED,
    built_in_settings,
    case,
    code_of,
    doubtful_line,
    line,
    open_case,
    reconciled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.paper.facts import PaperFacts
    from tests.dossiers import Row

BEFORE = date(2026, 2, 10)  # received before the period
ONE_DAY = timedelta(days=1)
LATE = DUE + ONE_DAY


def facts_of(
    lines: Sequence[Row],
    cases: Sequence[Row],
    as_of: date = AS_OF,
    kind: str = "month",
    **settings: Any,  # noqa: ANN401 -- any field of Settings
) -> PaperFacts:
    world = reconciled(lines, cases, as_of, **settings)
    return paper_facts(world.con, world.stored, period_of(kind, as_of), built_in_settings())


def seen(facts: PaperFacts, view: str) -> dict[str, int]:
    """The counts of one view that are not 0."""
    assert broken_identities(facts.form).rows() == []
    return {name: count for name, count in totals(facts.form, view).items() if count}


def software(*cases: Row) -> dict[str, int]:
    return seen(facts_of([], cases), "software")


SOLVED = {"received": 1, "direct": 1, "solved": 1}
PENDING = {"received": 1, "direct": 1, "pending": 1}


# solved


@pytest.mark.parametrize(("finished_on", "how"), [(DUE - ONE_DAY, "early"), (DUE, "on_time"), (LATE, "late")])
@pytest.mark.parametrize("state", ["closed", "done"])
def test_a_dossier_is_solved_early_on_time_or_late_by_the_day_of_its_result(
    finished_on: date, how: str, state: str
) -> None:
    assert software(case(state=state, finished_on=finished_on, returned_on=None)) == SOLVED | {how: 1}


def test_the_day_of_return_stands_in_for_a_missing_day_of_result() -> None:
    assert software(case(finished_on=None, returned_on=LATE)) == SOLVED | {"late": 1}


def test_a_late_return_of_a_result_that_was_ready_in_time_is_no_lateness() -> None:
    assert software(case(finished_on=DUE, returned_on=LATE)) == SOLVED | {"on_time": 1}


def test_a_withdrawn_dossier_is_solved_in_time() -> None:
    assert software(case(state="withdrawn", finished_on=LATE)) == SOLVED | {"on_time": 1}


def test_without_a_due_date_nothing_is_late() -> None:
    facts = facts_of([], [case(due_on=None), open_case(2, due_on=None)])
    assert seen(facts, "software") == {
        "received": 2,
        "direct": 2,
        "solved": 1,
        "on_time": 1,
        "pending": 1,
        "pending_in_time": 1,
    }
    assert facts.doubts["no_due_day"] == 2


def test_an_end_without_a_day_counts_as_on_time_and_is_told() -> None:
    facts = facts_of([], [case(finished_on=None, returned_on=None)])
    assert seen(facts, "software") == SOLVED | {"on_time": 1}
    assert facts.doubts["no_end_day"] == 1


def test_an_end_on_a_known_day_is_no_doubt() -> None:
    assert not any(facts_of([line()], [case()]).doubts.values())


def test_a_result_of_after_the_report_has_not_come_yet() -> None:
    assert software(case(finished_on=AS_OF + ONE_DAY, due_on=AS_OF)) == PENDING | {"pending_in_time": 1}


def test_a_result_from_before_its_receipt_is_a_slip_and_counts_on_the_day_of_receipt() -> None:
    came_on = date(2026, 3, 1)
    slip = case(received_on=came_on, finished_on=came_on - ONE_DAY, returned_on=None)
    assert software(slip) == SOLVED | {"early": 1}


# pending


@pytest.mark.parametrize(
    ("due_on", "how"),
    [(AS_OF - ONE_DAY, "pending_late"), (AS_OF, "pending_in_time"), (AS_OF + ONE_DAY, "pending_in_time")],
)
def test_an_open_dossier_is_late_the_day_after_it_was_due(due_on: date, how: str) -> None:
    assert software(open_case(due_on=due_on)) == PENDING | {how: 1}


def test_the_clock_of_a_paused_dossier_stands_still() -> None:
    assert software(open_case(state="paused", due_on=AS_OF - ONE_DAY)) == PENDING | {"pending_in_time": 1}


# received, carried over, outside


@pytest.mark.parametrize(
    ("channel", "column"), [("online", "online"), ("direct", "direct"), ("post", "direct"), (None, "direct")]
)
def test_what_came_in_the_period_came_online_or_otherwise(channel: str | None, column: str) -> None:
    facts = facts_of([], [case(channel=channel)])
    assert totals(facts.form, "software")[column] == 1
    assert facts.doubts["no_channel"] == (channel is None)


def test_what_came_before_and_was_not_solved_before_is_carried_over() -> None:
    carried = {"received": 1, "carried_over": 1}
    still_open = open_case(received_on=BEFORE, due_on=AS_OF)
    assert software(still_open) == carried | {"pending": 1, "pending_in_time": 1}
    solved_since = case(received_on=BEFORE, due_on=AS_OF, finished_on=date(2026, 3, 1))
    assert software(solved_since) == carried | {"solved": 1, "early": 1}


def test_what_came_online_before_counts_as_carried_over_alone() -> None:
    counted = software(open_case(received_on=BEFORE, due_on=AS_OF, channel="online"))
    assert counted == {"received": 1, "carried_over": 1, "pending": 1, "pending_in_time": 1}


def test_what_was_solved_before_the_period_is_not_in_it() -> None:
    assert software(case(received_on=BEFORE, finished_on=date(2026, 2, 28))) == {}


def test_what_comes_after_the_report_is_not_in_it() -> None:
    assert software(open_case(received_on=AS_OF + ONE_DAY)) == {}


@pytest.mark.parametrize("state", ["unclassified", "not_received", "refused"])
def test_a_word_that_says_nothing_or_no_receipt_is_not_in_the_form_and_told(state: str) -> None:
    facts = facts_of([], [open_case(state=state)])
    assert seen(facts, "software") == {}
    assert facts.doubts[state] == 1


def test_a_word_that_says_nothing_is_no_doubt_when_another_feed_knows_better() -> None:
    facts = facts_of([line()], [case(), open_case(feed="xgate", state="unclassified")])
    assert seen(facts, "software") == SOLVED | {"early": 1}
    assert facts.doubts.get("unclassified", 0) == 0


def test_without_a_day_of_receipt_the_day_in_the_code_counts() -> None:
    assert software(case() | {"received_on": None}) == SOLVED | {"early": 1}


# after a look at the book


def both(lines: Sequence[Row], cases: Sequence[Row]) -> tuple[dict[str, int], dict[str, int]]:
    facts = facts_of(lines, cases)
    return seen(facts, "software"), seen(facts, "book")


def test_a_return_in_the_book_solves_an_open_dossier_on_that_day() -> None:
    assert both([line()], [open_case()]) == (PENDING | {"pending_late": 1}, SOLVED | {"early": 1})


def test_a_paused_dossier_that_was_returned_is_solved_too() -> None:
    assert both([line()], [open_case(state="paused")])[1] == SOLVED | {"early": 1}


def test_a_paused_dossier_that_was_returned_late_becomes_late_and_is_told() -> None:
    facts = facts_of([line(returned_on=LATE)], [open_case(state="paused")])
    assert seen(facts, "software") == PENDING | {"pending_in_time": 1}
    assert seen(facts, "book") == SOLVED | {"late": 1}
    assert facts.doubts["late_in_book_only"] == 1


def test_a_late_return_of_before_the_period_leaves_it_and_is_told() -> None:
    old = {"received_on": BEFORE, "due_on": BEFORE + ONE_DAY}
    facts = facts_of([line(**old, returned_on=BEFORE + 2 * ONE_DAY)], [open_case(**old)])
    assert seen(facts, "book") == {}
    assert facts.doubts["returned_late_before"] == 1
    assert facts.late_only.is_empty()


def test_a_late_return_in_the_book_stays_late() -> None:
    assert both([line(returned_on=LATE)], [open_case()])[1] == SOLVED | {"late": 1}


def test_a_click_after_the_due_date_gives_way_to_the_book() -> None:
    clicked = case(finished_on=LATE, returned_on=LATE)
    assert both([line()], [clicked]) == (SOLVED | {"late": 1}, SOLVED | {"early": 1})


def test_a_result_that_waited_for_the_citizen_was_ready_all_the_same() -> None:
    facts = facts_of([line(returned_on=LATE)], [case(finished_on=DUE, returned_on=None)])
    assert seen(facts, "book") == SOLVED | {"on_time": 1}
    assert facts.doubts["returned_after_due"] == 1


def test_returned_before_the_period_it_is_not_carried_over() -> None:
    old = {"received_on": BEFORE, "due_on": BEFORE + 5 * ONE_DAY}
    facts = facts_of([line(**old, returned_on=BEFORE + ONE_DAY)], [open_case(**old)])
    assert seen(facts, "software") == {"received": 1, "carried_over": 1, "pending": 1, "pending_late": 1}
    assert seen(facts, "book") == {}
    assert facts.late_only["dossier_code"].to_list() == [code_of(1, BEFORE)]


def test_without_a_return_in_the_book_nothing_changes() -> None:
    one, other = both([line(returned_on=None)], [open_case()])
    assert one == other == PENDING | {"pending_late": 1}


def test_a_return_after_the_report_has_not_happened_yet() -> None:
    one, other = both([line(returned_on=AS_OF + ONE_DAY)], [open_case()])
    assert one == other


def test_a_doubtful_match_changes_nothing_and_is_told() -> None:
    facts = facts_of([doubtful_line(10), *(line(n) for n in range(1, 6))], [open_case(10), *map(case, range(1, 6))])
    assert difference(facts.form).select(COUNTS).sum().row(0) == (0,) * len(COUNTS)
    assert facts.doubts["doubtful_link"] == 1
    assert facts.late_only.is_empty()


def test_a_line_that_the_software_lacks_is_told_and_not_counted() -> None:
    facts = facts_of([line(1), line(2)], [case(1)])
    assert totals(facts.form, "book")["received"] == 1
    assert facts.doubts["only_in_book"] == 1


def test_an_end_without_a_day_takes_the_books() -> None:
    facts = facts_of([line(returned_on=LATE)], [case(finished_on=None, returned_on=None)])
    assert seen(facts, "book") == SOLVED | {"late": 1}
    assert facts.doubts["no_end_day"] == 0


# several feeds, fields


def test_a_dossier_of_two_feeds_counts_once_by_the_worse_word() -> None:
    facts = facts_of([line()], [case(), open_case(feed="xgate")])
    assert seen(facts, "software") == PENDING | {"pending_late": 1}
    assert seen(facts, "book") == SOLVED | {"early": 1}


def test_the_feed_that_must_hold_the_field_speaks_first() -> None:
    facts = facts_of([], [case(), open_case(feed="xgate")], mandatory_feeds={"Hộ tịch": "igate"})
    assert seen(facts, "software") == SOLVED | {"early": 1}


def test_a_field_is_one_whatever_its_letters_and_unknown_ones_come_last() -> None:
    fields = ("Đất đai", "đất đai", None, " ")
    form = facts_of([], [case(n, field_name=name) for n, name in enumerate(fields)]).form
    shown = form.filter(view="software").select("field_name", "received").rows()
    assert shown == [("Đất đai", 2), (None, 2)]


def test_each_view_has_the_fields_of_both() -> None:
    old = {"received_on": BEFORE, "field_name": "Đất đai"}
    form = facts_of([line(**old, returned_on=BEFORE)], [open_case(**old)]).form
    assert form.select("view", "field_name", "received").rows() == [("software", "Đất đai", 1), ("book", "Đất đai", 0)]


# lists


def test_interlinked_dossiers_are_listed_with_the_working_days_since_receipt() -> None:
    sent = open_case(is_interlinked=True, agency="Chi nhánh", received_on=date(2026, 3, 27), due_on=date(2026, 3, 30))
    held = facts_of([], [sent, open_case(2), case(3, is_interlinked=True)]).held_elsewhere
    assert held.select("dossier_code", "agency", "days_held", "days_overdue").rows() == [
        (code_of(1, date(2026, 3, 27)), "Chi nhánh", 2, 1)  # a week-end lies between
    ]


def test_an_interlinked_dossier_that_the_book_shows_returned_is_held_by_nobody() -> None:
    assert facts_of([line()], [open_case(is_interlinked=True)]).held_elsewhere.is_empty()


def test_what_only_the_software_calls_late_is_listed_with_its_line() -> None:
    listed = facts_of([line(7), line(8)], [open_case(7), case(8)]).late_only
    assert listed.select("book_no", "line_no", "due_on", "book_returned_on", "software_solved_on").rows() == [
        ("1", "7", DUE, RETURNED, None)
    ]


def test_what_the_book_too_calls_late_is_not_listed() -> None:
    assert facts_of([line(returned_on=LATE)], [open_case()]).late_only.is_empty()

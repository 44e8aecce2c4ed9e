from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.dossiers import DUE, case, doubtful_line, line, reconciled

LATE = date(2026, 3, 17)


def test_returned_in_time_on_paper_and_finished_late_in_the_software_is_told() -> None:
    assert reconciled([line()], [case(finished_on=LATE, returned_on=LATE)]).verdicts("M07") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": "info",
            "urgency": None,
            "needs_review": False,
            "close_by": None,
            "days_open": None,
            "detail": "Sổ trả ngày 10/03/2026, đúng hẹn; phần mềm ghi kết thúc ngày 17/03/2026, trễ hẹn",
        }
    ]


def test_the_hand_over_serves_where_the_software_has_no_day_of_the_result() -> None:
    assert "M07" in reconciled([line()], [case(finished_on=None, returned_on=LATE)]).rules()


def test_a_return_on_the_due_day_is_in_time() -> None:
    assert "M07" in reconciled([line(returned_on=DUE)], [case(finished_on=LATE)]).rules()


def test_done_but_not_handed_over_counts_too() -> None:
    assert "M07" in reconciled([line()], [case(state="done", finished_on=LATE, returned_on=None)]).rules()


def test_a_doubtful_link_is_for_review() -> None:
    world = reconciled([doubtful_line()], [case(finished_on=LATE)])
    assert [found["needs_review"] for found in world.verdicts("M07")] == [True]


def test_finished_on_the_due_day_is_in_time() -> None:
    assert "M07" not in reconciled([line()], [case(finished_on=DUE, returned_on=LATE)]).rules()


@pytest.mark.parametrize("returned_on", [LATE, None])
def test_late_on_paper_too_or_not_returned_is_silent(returned_on: date | None) -> None:
    assert "M07" not in reconciled([line(returned_on=returned_on)], [case(finished_on=LATE)]).rules()


def test_without_a_due_date_nothing_is_late() -> None:
    assert "M07" not in reconciled([line(due_on=None)], [case(due_on=None, finished_on=LATE)]).rules()


def test_without_a_day_in_the_software_nothing_is_late() -> None:
    assert "M07" not in reconciled([line()], [case(finished_on=None, returned_on=None)]).rules()


@pytest.mark.parametrize("state", ["open", "paused", "withdrawn", "refused", "not_received", "unclassified"])
def test_any_other_state_is_silent(state: str) -> None:
    assert "M07" not in reconciled([line()], [case(state=state, finished_on=LATE)]).rules()


def test_a_return_after_the_business_date_has_not_happened_yet() -> None:
    lines, cases = [line(returned_on=date(2026, 3, 12))], [case(finished_on=LATE)]
    assert "M07" not in reconciled(lines, cases, date(2026, 3, 11)).rules()


def test_an_end_after_the_business_date_has_not_happened_yet() -> None:
    late = case(finished_on=DUE + timedelta(days=2), returned_on=None)
    assert "M07" in reconciled([line()], [late], DUE + timedelta(days=2)).rules()
    assert "M07" not in reconciled([line()], [late], DUE + timedelta(days=1)).rules()

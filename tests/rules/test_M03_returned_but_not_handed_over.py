from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from tests.dossiers import AS_OF, case, doubtful_line, line, reconciled

done_case = partial(case, status="Đã xử lý xong", state="done", returned_on=None)


def test_returned_on_paper_while_the_software_waits_for_the_hand_over_is_told() -> None:
    assert reconciled([line()], [done_case()]).verdicts("M03") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": "low",
            "urgency": None,
            "needs_review": False,
            "close_by": None,
            "days_open": 15,
            "detail": "Sổ trả ngày 10/03/2026; phần mềm còn chờ trả kết quả",
        }
    ]


def test_a_due_date_ahead_puts_no_pressure_on_it_for_the_clock_has_stopped() -> None:
    (found,) = reconciled([line(due_on=AS_OF)], [done_case(due_on=AS_OF)]).verdicts("M03")
    assert (found["urgency"], found["close_by"]) == (None, None)


def test_a_doubtful_link_is_for_review() -> None:
    world = reconciled([doubtful_line()], [done_case()])
    assert [found["needs_review"] for found in world.verdicts("M03")] == [True]


@pytest.mark.parametrize("state", ["open", "closed", "paused", "withdrawn", "refused", "not_received", "unclassified"])
def test_any_other_state_is_silent(state: str) -> None:
    assert "M03" not in reconciled([line()], [done_case(state=state)]).rules()


@pytest.mark.parametrize("returned_on", [None, date(2026, 4, 1)])
def test_what_the_book_has_not_returned_by_the_business_date_is_silent(returned_on: date | None) -> None:
    assert "M03" not in reconciled([line(returned_on=returned_on)], [done_case()]).rules()

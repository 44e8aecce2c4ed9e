from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from tests.dossiers import AS_OF, case, doubtful_line, line, reconciled

paused_case = partial(case, status="Dừng xử lý", state="paused", finished_on=None, returned_on=None)
FOUND = {
    "feed": "igate",
    "logbook_row": 2,
    "feed_row": 2,
    "severity": "medium",
    "urgency": None,
    "needs_review": False,
    "close_by": None,
    "days_open": 15,
    "detail": "Sổ trả ngày 10/03/2026; phần mềm còn tạm dừng",
}


def test_returned_on_paper_and_paused_in_the_software_is_told() -> None:
    assert reconciled([line()], [paused_case()]).verdicts("M02") == [FOUND]


@pytest.mark.parametrize(
    ("due_on", "close_by"), [(date(2026, 3, 30), None), (AS_OF, AS_OF), (date(2026, 5, 5), date(2026, 5, 5))]
)
def test_it_can_be_closed_in_time_up_to_and_on_the_due_day(due_on: date, close_by: date | None) -> None:
    assert reconciled([line(due_on=due_on)], [paused_case(due_on=due_on)]).verdicts("M02") == [
        FOUND | {"close_by": close_by}
    ]


def test_a_doubtful_link_is_for_review() -> None:
    world = reconciled([doubtful_line()], [paused_case()])
    assert [found["needs_review"] for found in world.verdicts("M02")] == [True]


@pytest.mark.parametrize("state", ["open", "closed", "done", "withdrawn", "refused", "not_received", "unclassified"])
def test_any_other_state_is_silent(state: str) -> None:
    assert "M02" not in reconciled([line()], [paused_case(state=state)]).rules()


@pytest.mark.parametrize("returned_on", [None, date(2026, 4, 1)])
def test_what_the_book_has_not_returned_by_the_business_date_is_silent(returned_on: date | None) -> None:
    assert "M02" not in reconciled([line(returned_on=returned_on)], [paused_case()]).rules()

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.dossiers import DUE, RECEIVED, RETURNED, case, code_of, doubtful_line, line, reconciled

DAYS = {"received_on": RECEIVED, "due_on": DUE, "returned_on": RETURNED}
NAMES = {"received_on": "Ngày nhận", "due_on": "Ngày hẹn", "returned_on": "Ngày trả"}


def moved(column: str, by: int) -> dict[str, Any]:
    return {column: DAYS[column] + timedelta(days=by), "code": code_of(1)}


@pytest.mark.parametrize("column", DAYS)
@pytest.mark.parametrize("by", [2, -2])
def test_a_day_that_differs_by_more_than_the_tolerance_is_told_with_both_days(column: str, by: int) -> None:
    world = reconciled([line()], [case(**(DAYS | moved(column, by)))])
    logbook, software = (f"{day:%d/%m/%Y}" for day in (DAYS[column], DAYS[column] + timedelta(days=by)))
    assert world.verdicts("M08") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": "info",
            "urgency": None,
            "needs_review": False,
            "close_by": None,
            "days_open": None,
            "detail": f"{NAMES[column]}: sổ {logbook}, phần mềm {software}",
        }
    ]


def test_all_days_that_differ_stand_in_one_row() -> None:
    days = {name: day + timedelta(days=4) for name, day in DAYS.items()}
    (found,) = reconciled([line()], [case(**days, code=code_of(1))]).verdicts("M08")
    assert found["detail"] == (
        "Ngày nhận: sổ 02/03/2026, phần mềm 06/03/2026; Ngày hẹn: sổ 16/03/2026, phần mềm 20/03/2026; "
        "Ngày trả: sổ 10/03/2026, phần mềm 14/03/2026"
    )


def test_each_feed_is_compared() -> None:
    late = DUE + timedelta(days=9)
    world = reconciled([line()], [case(due_on=late), case(feed="xgate", due_on=late)])
    assert [found["feed"] for found in world.verdicts("M08")] == ["igate", "xgate"]


def test_a_doubtful_link_is_for_review() -> None:
    world = reconciled([doubtful_line()], [case(returned_on=date(2026, 3, 20))])
    assert [found["needs_review"] for found in world.verdicts("M08")] == [True]


@pytest.mark.parametrize(("tolerance_days", "is_told"), [(0, True), (1, False), (2, False)])
def test_the_tolerance_is_a_setting(tolerance_days: int, *, is_told: bool) -> None:
    world = reconciled([line()], [case(due_on=DUE + timedelta(days=1))], tolerance_days=tolerance_days)
    assert ("M08" in world.rules()) == is_told


@pytest.mark.parametrize("column", DAYS)
@pytest.mark.parametrize("by", [0, 1, -1])
def test_a_day_within_the_tolerance_is_silent(column: str, by: int) -> None:
    assert "M08" not in reconciled([line()], [case(**(DAYS | moved(column, by)))]).rules()


@pytest.mark.parametrize("column", DAYS)
def test_a_day_that_one_side_lacks_is_silent(column: str) -> None:
    nothing = {column: None, "code": code_of(1)}
    assert "M08" not in reconciled([line(**nothing)], [case()]).rules()
    assert "M08" not in reconciled([line()], [case(**nothing)]).rules()


def test_a_return_after_the_business_date_has_not_happened_yet() -> None:
    assert "M08" not in reconciled([line(returned_on=date(2026, 4, 9))], [case()]).rules()

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.dossiers import AS_OF, Row, World, doubtful_line, line, open_case, reconciled


def waiting(due_on: date | None = AS_OF, **of_case: Any) -> tuple[list[Row], list[Row]]:  # noqa: ANN401 -- any column
    return [line(due_on=due_on, returned_on=None)], [open_case(due_on=due_on, **of_case)]


def details(world: World) -> list[str]:
    return [found["detail"] for found in world.verdicts("M13")]


@pytest.mark.parametrize(
    ("due_on", "urgency", "close_by"),
    [
        (date(2026, 3, 30), "overdue", None),
        (AS_OF, "due_today", AS_OF),
        (date(2026, 4, 1), "due_soon", date(2026, 4, 1)),
        (date(2026, 4, 3), "due_soon", date(2026, 4, 3)),  # three working days ahead
    ],
)
def test_open_in_both_and_due_within_the_next_working_days_is_on_the_work_list(
    due_on: date, urgency: str, close_by: date | None
) -> None:
    assert reconciled(*waiting(due_on)).verdicts("M13") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": "work_list",
            "urgency": urgency,
            "needs_review": False,
            "close_by": close_by,
            "days_open": None,
            "detail": f"Chưa trả, chưa kết thúc; hẹn ngày {due_on:%d/%m/%Y}",
        }
    ]


def test_an_interlinked_dossier_is_told_with_the_agency_that_holds_it() -> None:
    world = reconciled(*waiting(is_interlinked=True, agency="Chi nhánh VPĐKĐĐ"))
    assert details(world) == ["Liên thông, đang ở Chi nhánh VPĐKĐĐ; hẹn ngày 31/03/2026"]


def test_an_interlinked_dossier_is_told_as_such_where_nobody_says_who_holds_it() -> None:
    assert details(reconciled(*waiting(is_interlinked=True))) == [
        "Liên thông, không rõ đang ở cơ quan nào; hẹn ngày 31/03/2026"
    ]


def test_an_agency_alone_makes_no_dossier_interlinked() -> None:
    world = reconciled(*waiting(is_interlinked=False, agency="Bộ phận Một cửa"))
    assert details(world) == ["Chưa trả, chưa kết thúc; hẹn ngày 31/03/2026"]


def test_a_return_after_the_business_date_has_not_happened_yet() -> None:
    world = reconciled([line(returned_on=date(2026, 4, 1))], [open_case()])
    assert world.rules() == {"M13"}


def test_a_doubtful_link_is_for_review() -> None:
    world = reconciled([doubtful_line(returned_on=None)], [open_case()])
    assert [found["needs_review"] for found in world.verdicts("M13")] == [True]


@pytest.mark.parametrize(
    ("near_due_days", "due_on", "is_told"),
    [
        (0, AS_OF, True),
        (0, date(2026, 4, 1), False),
        (1, date(2026, 4, 1), True),
        (4, date(2026, 4, 6), True),  # over a weekend
        (4, date(2026, 4, 7), False),
    ],
)
def test_how_many_working_days_ahead_is_a_setting(near_due_days: int, due_on: date, *, is_told: bool) -> None:
    assert bool(details(reconciled(*waiting(due_on), near_due_days=near_due_days))) == is_told


def test_holidays_stretch_the_days_ahead() -> None:
    """From Wednesday 29/4 the next working days are 4/5, 5/5 and 6/5."""
    as_of = date(2026, 4, 29)
    assert details(reconciled(*waiting(date(2026, 5, 6)), as_of)) != []
    assert details(reconciled(*waiting(date(2026, 5, 7)), as_of)) == []


# silent


@pytest.mark.parametrize("due_on", [date(2026, 4, 4), None])
def test_due_later_or_on_no_day_is_silent(due_on: date | None) -> None:
    assert details(reconciled(*waiting(due_on))) == []


@pytest.mark.parametrize("state", ["closed", "done", "paused", "withdrawn", "refused", "not_received", "unclassified"])
def test_any_other_state_is_silent(state: str) -> None:
    assert details(reconciled(*waiting(state=state))) == []


def test_what_the_book_has_returned_is_silent() -> None:
    assert details(reconciled([line(due_on=AS_OF)], [open_case(due_on=AS_OF)])) == []


def test_what_no_line_belongs_to_is_silent() -> None:
    assert details(reconciled([], [open_case(due_on=AS_OF)])) == []

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.dossiers import DUE, RECEIVED, RETURNED, case, code_of, doubtful_line, line, open_case, reconciled

xgate_case = partial(case, feed="xgate")
FOUND = {
    "feed": "igate",
    "logbook_row": None,
    "feed_row": 2,
    "severity": "medium",
    "urgency": None,
    "needs_review": False,
    "close_by": None,
    "days_open": None,
}
DAYS = {"received_on": RECEIVED, "due_on": DUE, "finished_on": RETURNED}
NAMES = {"received_on": "Ngày nhận", "due_on": "Ngày hẹn", "finished_on": "Ngày có kết quả"}


def moved(column: str, by: int) -> dict[str, Any]:
    return DAYS | {column: DAYS[column] + timedelta(days=by), "code": code_of(1)}


def test_one_dossier_with_two_states_is_told_with_both_words() -> None:
    world = reconciled([], [open_case(), xgate_case()])
    assert world.verdicts("M11") == [
        FOUND | {"detail": "Trạng thái: igate: Đang xử lý; xgate: Đã trả kết quả"},
    ]


@pytest.mark.parametrize("column", DAYS)
@pytest.mark.parametrize("by", [2, -2])
def test_a_day_that_differs_by_more_than_the_tolerance_is_told_with_both_days(column: str, by: int) -> None:
    one, other = (f"{day:%d/%m/%Y}" for day in (DAYS[column], DAYS[column] + timedelta(days=by)))
    assert reconciled([], [case(), xgate_case(**moved(column, by))]).verdicts("M11") == [
        FOUND | {"detail": f"{NAMES[column]}: igate: {one}; xgate: {other}"}
    ]


def test_all_differences_stand_in_one_row() -> None:
    (found,) = reconciled([], [open_case(), xgate_case(**moved("due_on", 9))]).verdicts("M11")
    assert found["detail"] == (
        "Trạng thái: igate: Đang xử lý; xgate: Đã trả kết quả; Ngày hẹn: igate: 16/03/2026; xgate: 25/03/2026"
    )


def test_a_line_that_is_in_both_feeds_tells_that_two_codes_are_one_dossier() -> None:
    other = xgate_case(1, code=code_of(735), state="paused", status="Dừng xử lý")
    world = reconciled([line(1, code=None)], [open_case(1), other])
    assert [found["needs_review"] for found in world.verdicts("M11")] == [False]


def test_two_codes_held_together_by_a_doubtful_link_are_for_review() -> None:
    other = xgate_case(1, code=code_of(735), phone=None, state="paused", status="Dừng xử lý")
    world = reconciled([doubtful_line(1)], [open_case(1), other])
    assert [found["needs_review"] for found in world.verdicts("M11")] == [True]


def test_one_code_is_one_dossier_whatever_the_book_says() -> None:
    world = reconciled([doubtful_line(1)], [open_case(1), xgate_case(1)])
    assert [found["needs_review"] for found in world.verdicts("M11")] == [False]


def test_a_dossier_that_one_feed_holds_twice_alike_is_told_once() -> None:
    world = reconciled([], [open_case(), xgate_case(), xgate_case()])
    assert len(world.verdicts("M11")) == 1


# silent


def test_feeds_that_agree_are_silent() -> None:
    assert "M11" not in reconciled([line()], [case(), xgate_case()]).rules()


@pytest.mark.parametrize("column", DAYS)
@pytest.mark.parametrize("by", [1, -1])
def test_a_day_within_the_tolerance_is_silent(column: str, by: int) -> None:
    assert "M11" not in reconciled([], [case(), xgate_case(**moved(column, by))]).rules()


def test_the_tolerance_is_a_setting() -> None:
    known = [case(), xgate_case(**moved("due_on", 1))]
    assert "M11" in reconciled([], known, tolerance_days=0).rules()


@pytest.mark.parametrize("column", DAYS)
def test_a_day_that_one_feed_lacks_is_silent(column: str) -> None:
    assert "M11" not in reconciled([], [case(), xgate_case(**{column: None, "code": code_of(1)})]).rules()


def test_a_word_that_nobody_explained_says_nothing_about_a_state() -> None:
    unknown = xgate_case(status="Trả kết quả", state="unclassified")
    assert reconciled([], [open_case(), unknown]).rules() == {"M12"}


def test_a_word_that_nobody_explained_does_not_hide_days_that_differ() -> None:
    unknown = xgate_case(status="Trả kết quả", state="unclassified", **moved("due_on", 9))
    (found,) = reconciled([], [case(), unknown]).verdicts("M11")
    assert found["detail"] == "Ngày hẹn: igate: 16/03/2026; xgate: 25/03/2026"


def test_two_dossiers_are_not_compared() -> None:
    assert "M11" not in reconciled([line(1), line(2)], [open_case(1), xgate_case(2)]).rules()


def test_two_exports_of_one_feed_are_not_compared() -> None:
    assert "M11" not in reconciled([], [open_case(file="igate-1.csv"), case(file="igate-2.csv")]).rules()


def test_days_of_return_that_differ_are_told() -> None:
    other = case(1, feed="xgate", returned_on=RETURNED + timedelta(days=5))
    (found,) = reconciled([line(1)], [case(1), other]).verdicts("M11")
    assert found["detail"] == "Ngày trả: igate: 10/03/2026; xgate: 15/03/2026"

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.dossiers import AS_OF, RECEIVED, case, doubtful_line, line, reconciled


def test_closed_in_the_software_without_a_return_in_the_book_is_told() -> None:
    assert reconciled([line(returned_on=None)], [case()]).verdicts("M04") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": "medium",
            "urgency": None,
            "needs_review": False,
            "close_by": None,
            "days_open": None,
            "detail": "Phần mềm kết thúc ngày 10/03/2026; sổ chưa ghi ngày trả",
        }
    ]


def test_the_day_of_the_result_serves_where_the_software_has_no_hand_over() -> None:
    world = reconciled([line(returned_on=None)], [case(returned_on=None, finished_on=date(2026, 3, 9))])
    assert world.verdicts("M04")[0]["detail"] == "Phần mềm kết thúc ngày 09/03/2026; sổ chưa ghi ngày trả"


def test_closed_is_closed_without_any_day_in_the_software() -> None:
    world = reconciled([line(returned_on=None)], [case(returned_on=None, finished_on=None)])
    assert [found["detail"] for found in world.verdicts("M04")] == [
        "Phần mềm đã kết thúc, không rõ ngày; sổ chưa ghi ngày trả"
    ]


def test_a_doubtful_link_is_for_review() -> None:
    world = reconciled([doubtful_line(returned_on=None)], [case()])
    assert [found["needs_review"] for found in world.verdicts("M04")] == [True]


@pytest.mark.parametrize("state", ["open", "done", "paused", "withdrawn", "refused", "not_received", "unclassified"])
def test_any_other_state_is_silent(state: str) -> None:
    assert "M04" not in reconciled([line(returned_on=None)], [case(state=state)]).rules()


def test_a_dossier_that_the_book_has_returned_is_silent() -> None:
    assert reconciled([line()], [case()]).rules() == set()


def test_a_closing_on_the_business_date_has_happened_and_one_after_it_has_not() -> None:
    world = [line(returned_on=None)], [case(finished_on=AS_OF, returned_on=AS_OF)]
    assert "M04" in reconciled(*world, AS_OF).rules()
    assert "M04" not in reconciled(*world, date(2026, 3, 30)).rules()


def test_a_dossier_that_came_after_the_business_date_has_not_come_yet() -> None:
    undated = case(finished_on=None, returned_on=None)
    assert "M04" in reconciled([line(returned_on=None)], [undated], RECEIVED).rules()
    assert "M04" not in reconciled([line(returned_on=None)], [undated], RECEIVED - timedelta(days=1)).rules()

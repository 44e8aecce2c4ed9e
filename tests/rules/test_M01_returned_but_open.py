from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.dossiers import AS_OF, DUE, RETURNED, case, code_of, doubtful_line, line, open_case, reconciled

SAVED = "Sổ trả ngày 10/03/2026; kết thúc trên phần mềm chậm nhất ngày {due} thì còn đúng hẹn"
OVERDUE = "Sổ trả ngày 10/03/2026, đúng hẹn; phần mềm chưa kết thúc, đã bị tính quá hạn từ sau ngày {due}"


def both_due(due_on: date | None, **of_line: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:  # noqa: ANN401
    return [line(due_on=due_on, **of_line)], [open_case(due_on=due_on)]


def test_a_row_says_all_that_a_reader_needs() -> None:
    found = reconciled([line()], [open_case(officer="Trần Văn Mẫu")]).mismatches
    assert found.with_columns(pl.col("link_score").round(3)).to_dicts() == [
        {
            "rule_id": "M01",
            "rule": "returned_but_open",
            "severity": "high",
            "urgency": "overdue",
            "needs_review": False,
            "unit_code": "000.17.22.H56",
            "dossier_code": code_of(1),
            "feed": "igate",
            "feed_file": "igate.csv",
            "feed_row": 2,
            "feed_status": "Đang xử lý",
            "feed_state": "open",
            "logbook_file": "book.csv",
            "logbook_row": 2,
            "book_no": "1",
            "line_no": "1",
            "procedure_name": "Chứng thực chữ ký",
            "field_name": "Hộ tịch",
            "applicant_name": "Lò Văn Páo",
            "officer": "Trần Văn Mẫu",
            "received_on": date(2026, 3, 2),
            "due_on": DUE,
            "logbook_returned_on": RETURNED,
            "case_finished_on": None,
            "case_returned_on": None,
            "days_open": 15,
            "close_by": None,
            "link_method": "exact",
            "link_score": 1.0,
            "detail": OVERDUE.format(due="16/03/2026"),
        }
    ]


@pytest.mark.parametrize(
    ("due_on", "severity", "urgency", "close_by", "detail"),
    [
        (date(2026, 3, 30), "high", "overdue", None, OVERDUE),  # the day after the due date
        (AS_OF, "medium", "due_today", AS_OF, SAVED),
        (date(2026, 4, 1), "medium", "due_soon", date(2026, 4, 1), SAVED),  # the day before
        (date(2026, 4, 3), "medium", "due_soon", date(2026, 4, 3), SAVED),  # three working days ahead
        (date(2026, 4, 4), "medium", "later", date(2026, 4, 4), SAVED),
    ],
)
def test_closing_saves_it_up_to_and_on_the_due_day(
    due_on: date, severity: str, urgency: str, close_by: date | None, detail: str
) -> None:
    assert reconciled(*both_due(due_on)).verdicts("M01") == [
        {
            "feed": "igate",
            "logbook_row": 2,
            "feed_row": 2,
            "severity": severity,
            "urgency": urgency,
            "needs_review": False,
            "close_by": close_by,
            "days_open": 15,
            "detail": detail.format(due=f"{due_on:%d/%m/%Y}"),
        }
    ]


def test_without_a_due_date_nothing_is_late_and_nothing_can_be_saved() -> None:
    (found,) = reconciled(*both_due(None)).verdicts("M01")
    assert (found["severity"], found["urgency"], found["close_by"]) == ("medium", None, None)
    assert found["detail"] == "Sổ trả ngày 10/03/2026; phần mềm chưa kết thúc, không có ngày hẹn"


def test_the_books_due_date_serves_where_the_software_has_none() -> None:
    (found,) = reconciled([line(due_on=AS_OF)], [open_case(due_on=None)]).verdicts("M01")
    assert (found["urgency"], found["close_by"]) == ("due_today", AS_OF)


def test_the_softwares_due_date_decides_where_the_two_differ() -> None:
    (found,) = reconciled([line()], [open_case(due_on=date(2026, 4, 20))]).verdicts("M01")
    assert (found["severity"], found["close_by"]) == ("medium", date(2026, 4, 20))


def test_a_return_after_the_due_date_is_late_on_paper_too() -> None:
    (found,) = reconciled(*both_due(DUE, returned_on=date(2026, 3, 17))).verdicts("M01")
    assert found["detail"] == "Sổ trả ngày 17/03/2026, sau ngày hẹn 16/03/2026; phần mềm chưa kết thúc"


def test_a_return_on_the_due_day_is_in_time() -> None:
    (found,) = reconciled(*both_due(DUE, returned_on=DUE)).verdicts("M01")
    assert found["detail"].startswith("Sổ trả ngày 16/03/2026, đúng hẹn")


@pytest.mark.parametrize(
    ("returned_on", "as_of", "days_open"),
    [
        (date(2026, 3, 31), date(2026, 3, 31), 0),
        (date(2026, 3, 27), date(2026, 3, 30), 1),  # over a weekend
        (date(2026, 3, 28), date(2026, 3, 30), 1),  # handed over on a Saturday
        (date(2026, 4, 24), date(2026, 5, 4), 3),  # Hùng Kings' day in lieu on 27/4, holidays on 30/4 and 1/5
        (date(2026, 8, 21), date(2026, 8, 24), 2),  # Saturday 22/8 was worked
        (date(2026, 8, 28), date(2026, 9, 3), 1),  # 31/8 was swapped for it; 1/9 and 2/9 are holidays
        (date(2026, 11, 23), date(2026, 11, 25), 1),  # Vietnam Culture Day
    ],
)
def test_days_open_count_working_days_with_holidays_and_worked_saturdays(
    returned_on: date, as_of: date, days_open: int
) -> None:
    world = reconciled([line(returned_on=returned_on)], [open_case()], as_of)
    assert [found["days_open"] for found in world.verdicts("M01")] == [days_open]


def test_each_feed_that_is_still_open_is_told() -> None:
    world = reconciled([line()], [open_case(feed="igate"), open_case(feed="xgate")])
    assert [found["feed"] for found in world.verdicts("M01")] == ["igate", "xgate"]


def test_a_feed_that_is_closed_is_not_told_beside_one_that_is_open() -> None:
    world = reconciled([line()], [case(feed="igate"), open_case(feed="xgate")])
    assert [found["feed"] for found in world.verdicts("M01")] == ["xgate"]


def test_a_doubtful_link_is_for_review_and_never_asserted() -> None:
    world = reconciled([doubtful_line()], [open_case()])
    assert [link[3:] for link in world.linked()] == [("identity", True)]
    assert [found["needs_review"] for found in world.verdicts("M01")] == [True]


@pytest.mark.parametrize("state", ["closed", "done", "paused", "withdrawn", "refused", "not_received", "unclassified"])
def test_any_other_state_is_silent(state: str) -> None:
    assert "M01" not in reconciled([line()], [open_case(state=state)]).rules()


def test_a_line_without_a_return_date_is_silent() -> None:
    assert "M01" not in reconciled([line(returned_on=None)], [open_case()]).rules()


def test_a_return_on_the_business_date_has_happened_and_one_after_it_has_not() -> None:
    lines, cases = [line(returned_on=AS_OF)], [open_case()]
    assert "M01" in reconciled(lines, cases, AS_OF).rules()
    assert "M01" not in reconciled(lines, cases, date(2026, 3, 30)).rules()


def test_an_open_record_that_no_line_belongs_to_is_silent() -> None:
    assert "M01" not in reconciled([line(2)], [open_case(1), case(2)]).rules()


def test_two_books_of_one_number_are_two_books() -> None:
    """One for each field, each begun with number 1: their lines have other codes and other people."""
    book = {"book_no": "1"}
    first = [line(n, **book, line_no=str(n), file="ho_tich.csv") for n in (1, 2)]
    second = [line(n, **book, line_no=str(n - 2), file="dat_dai.csv") for n in (3, 4)]
    world = reconciled([*first, *second], [open_case(n) for n in (1, 2, 3, 4)])
    assert {found["feed_row"] for found in world.verdicts("M01")} == {2, 3, 4, 5}


@pytest.mark.parametrize("corrected", [{"code": code_of(8)}, {"applicant_name": "Âu Thị Lan Hương"}])
def test_a_line_put_right_in_a_newer_file_of_its_book_takes_the_place_of_the_older(corrected: dict[str, Any]) -> None:
    book = {"book_no": "1", "line_no": "1"}
    later = line(1, **(book | corrected), file="so_2.csv", returned_on=RETURNED + timedelta(days=1))
    world = reconciled([line(1, **book, file="so_1.csv"), later], [case(1), case(2)])
    assert set(world.links["logbook_file"]) <= {"so_2.csv"}

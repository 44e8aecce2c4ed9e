from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.dossiers import AS_OF, NEIGHBOUR, RECEIVED, RETURNED, World, case, code_of, doubtful_line, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row

MISSING = {
    "feed": None,
    "logbook_row": 2,
    "feed_row": None,
    "severity": "high",
    "urgency": None,
    "needs_review": False,
    "close_by": None,
    "days_open": None,
    "detail": "Mã trong sổ không có trên phần mềm nào",
}

BESIDE_ANOTHER = "Không có trên phần mềm, nhưng người này có hồ sơ khác cùng thủ tục, cùng ngày; có thể là dòng ghi lặp"


def told(world: World) -> list[tuple[int, bool, str]]:
    return [(found["logbook_row"], found["needs_review"], found["detail"]) for found in world.verdicts("M05")]


def rows_of(*numbers: int, feed: str = "igate") -> list[Row]:
    return [case(number, feed=feed) for number in numbers]


def test_a_line_whose_code_no_feed_has_is_told() -> None:
    world = reconciled([line(1), line(2)], rows_of(2, 3))
    assert world.verdicts("M05") == [MISSING]
    assert "M01" not in world.rules()


@pytest.mark.parametrize(
    "known", [rows_of(1, 2), [*rows_of(2), *rows_of(1, 2, feed="xgate")], [*rows_of(1, 2), *rows_of(2, feed="xgate")]]
)
def test_a_line_that_any_feed_has_is_silent(known: list[Row]) -> None:
    assert "M05" not in reconciled([line(1), line(2)], known).rules()


def test_a_line_that_two_feeds_lack_is_told_once() -> None:
    assert reconciled([line(1), line(2)], [*rows_of(2), *rows_of(2, feed="xgate")]).verdicts("M05") == [MISSING]


def test_a_line_linked_in_doubt_is_not_missing() -> None:
    world = reconciled([doubtful_line(1), line(2)], rows_of(1, 2))
    assert "M05" not in world.rules()


def test_a_line_without_a_code_may_be_there_under_another_name() -> None:
    world = reconciled([line(1, code=None), line(2)], rows_of(2))
    assert told(world) == [
        (2, True, "Dòng sổ không có mã đọc được; không tìm thấy hồ sơ cùng người, cùng ngày trên phần mềm")
    ]


def test_a_line_that_carries_another_dossiers_code_is_for_review() -> None:
    strange = line(1, code=code_of(2), procedure_name="Chứng thực di chúc", due_on=date(2026, 3, 3))
    world = reconciled([strange, line(2)], rows_of(2, 3))
    assert told(world) == [
        (2, True, "Mã trong sổ là mã của hồ sơ khác trên phần mềm; có thể chép nhầm mã"),
    ]


# what the feeds can speak of


@pytest.mark.parametrize(
    ("received_on", "is_told"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 3, 20), True),
        (date(2026, 3, 25), True),
        (date(2026, 3, 26), False),
    ],
)
def test_only_days_between_the_feeds_first_and_last_dossier_are_judged(received_on: date, *, is_told: bool) -> None:
    known = [case(2), case(3, received_on=date(2026, 3, 25))]
    assert bool(told(reconciled([line(1, received_on=received_on)], known))) == is_told


@pytest.mark.parametrize(("day", "is_told"), [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (AS_OF, True)])
def test_the_days_that_the_exports_title_names_are_judged(day: date, *, is_told: bool) -> None:
    covers = {"igate.csv": (date(2026, 2, 1), AS_OF)}
    world = reconciled([line(1, received_on=day, returned_on=None)], rows_of(2), covers=covers)
    assert bool(told(world)) == is_told


@pytest.mark.parametrize(("last", "is_told"), [(date(2026, 2, 1), True), (date(2026, 2, 2), False)])
def test_a_hole_of_more_than_a_month_in_the_export_is_not_judged(last: date, *, is_told: bool) -> None:
    """The line lies on the tenth day of 31 or 32 days between two dossiers."""
    first = [case(number, received_on=date(2026, 1, 1)) for number in (2, 3, 4)]
    known = [*first, *(case(number, received_on=last) for number in (5, 6, 7))]
    assert bool(told(reconciled([line(1, received_on=date(2026, 1, 10))], known))) == is_told


def test_a_lone_dossier_far_from_all_others_does_not_stretch_what_a_feed_covers() -> None:
    lone = case(20, received_on=date(2025, 6, 2))
    world = reconciled([line(1, received_on=date(2025, 6, 2)), line(2)], [lone, *(case(n) for n in range(2, 14))])
    assert told(world) == []


def test_a_feed_that_does_not_reach_the_day_may_have_the_line() -> None:
    known = [*rows_of(2), case(5, feed="xgate", received_on=date(2026, 3, 9))]
    assert told(reconciled([line(1), line(2)], known)) == [
        (2, True, "Không thấy trên phần mềm, nhưng có phần mềm chưa xuất dữ liệu của ngày này")
    ]


def test_a_feed_that_knows_nothing_of_the_unit_is_not_asked() -> None:
    elsewhere = case(5, feed="xgate", code=code_of(5, unit=NEIGHBOUR))
    assert reconciled([line(1), line(2)], [*rows_of(2), elsewhere]).verdicts("M05") == [MISSING]


def test_no_feed_knows_the_books_unit_so_nothing_is_said() -> None:
    elsewhere = [case(number, code=code_of(number, unit=NEIGHBOUR)) for number in (2, 3)]
    assert told(reconciled([line(1), line(4)], elsewhere)) == []


def test_a_line_of_another_unit_in_a_mixed_book_is_not_judged_by_this_units_export() -> None:
    other = line(1, code=code_of(1, unit=NEIGHBOUR))
    assert told(reconciled([other, line(2)], rows_of(2, 3))) == []


def test_a_lone_code_of_another_unit_in_this_units_book_is_for_review() -> None:
    other = line(1, code=code_of(1, unit=NEIGHBOUR))
    world = reconciled([other, *(line(number) for number in range(2, 8))], rows_of(*range(2, 8)))
    assert told(world) == [(2, True, "Mã trong sổ là mã của đơn vị khác; không có trên phần mềm của đơn vị này")]


def test_a_line_of_the_day_after_the_business_date_has_not_come_yet() -> None:
    lines = [line(1, received_on=AS_OF, returned_on=None)]
    known = [case(2, received_on=AS_OF, returned_on=None, finished_on=None)]
    assert told(reconciled(lines, known, AS_OF)) != []
    assert told(reconciled(lines, known, date(2026, 3, 30))) == []


def test_without_any_export_nothing_is_missing() -> None:
    assert reconciled([line(1)], []).rules() == set()


# lines that have a record in another way


def test_a_line_written_twice_is_not_missing() -> None:
    world = reconciled([line(1), line(1, line_no="9")], rows_of(1, 2))
    assert "M05" not in world.rules()
    assert len(world.verdicts("M10")) == 1


def test_a_line_written_twice_without_its_code_is_not_missing() -> None:
    world = reconciled([line(1), line(1, line_no="9", code=None)], rows_of(1, 2))
    assert "M05" not in world.rules()
    assert len(world.verdicts("M10")) == 1


def test_a_dossier_written_twice_and_in_no_feed_is_missing_once() -> None:
    world = reconciled([line(1), line(1, line_no="9"), line(2)], rows_of(2))
    assert world.verdicts("M05") == [MISSING]
    assert len(world.verdicts("M10")) == 1


def test_two_people_under_one_code_that_no_feed_has_are_both_missing() -> None:
    world = reconciled([line(1), line(3, code=code_of(1)), line(2)], rows_of(2))
    assert [row for row, _, _ in told(world)] == [2, 3]


def test_a_record_that_lies_in_quarantine_is_not_missing() -> None:
    world = reconciled([line(1), line(2)], rows_of(2), quarantined=rows_of(1))
    assert "M05" not in world.rules()


def test_a_quarantined_line_of_the_book_excuses_nothing() -> None:
    world = reconciled([line(1), line(2)], rows_of(2), quarantined=[line(1)])
    assert world.verdicts("M05") == [MISSING]


# a field that one feed must have

MANDATORY = {"Hộ tịch": "igate"}


def test_a_line_that_is_only_in_another_feed_than_its_fields_is_told() -> None:
    world = reconciled([line(1), line(2)], [*rows_of(2), *rows_of(1, 2, feed="xgate")], mandatory_feeds=MANDATORY)
    assert world.verdicts("M05") == [
        MISSING | {"feed": "igate", "detail": "Không có trên phần mềm bắt buộc của lĩnh vực này"}
    ]


@pytest.mark.parametrize("field_name", ["HỘ TỊCH", "hộ tịch"])
def test_a_field_is_known_in_any_case(field_name: str) -> None:
    lines = [line(1, field_name=field_name), line(2)]
    world = reconciled(lines, [*rows_of(2), *rows_of(1, 2, feed="xgate")], mandatory_feeds=MANDATORY)
    assert [found["feed"] for found in world.verdicts("M05")] == ["igate"]


def test_a_line_of_another_field_may_be_in_any_feed() -> None:
    lines = [line(1, field_name="Đất đai"), line(2)]
    world = reconciled(lines, [*rows_of(2), *rows_of(1, 2, feed="xgate")], mandatory_feeds=MANDATORY)
    assert "M05" not in world.rules()


@pytest.mark.parametrize(("field_name", "feeds"), [("Hộ tịch", ["igate"]), ("Đất đai", []), (None, [])])
def test_a_line_that_names_no_field_is_of_its_records(field_name: str | None, feeds: list[str]) -> None:
    known = [case(1, feed="xgate", field_name=field_name), *rows_of(2), *rows_of(2, feed="xgate")]
    world = reconciled([line(1, field_name=None), line(2)], known, mandatory_feeds=MANDATORY)
    assert [found["feed"] for found in world.verdicts("M05")] == feeds


def test_a_line_in_its_fields_feed_is_silent() -> None:
    assert "M05" not in reconciled([line(1)], rows_of(1), mandatory_feeds=MANDATORY).rules()


@pytest.mark.parametrize("igate", [[], [case(5, received_on=date(2026, 3, 9))]])
def test_a_mandatory_feed_without_an_export_of_the_day_is_no_evidence(igate: list[Row]) -> None:
    world = reconciled([line(1), line(2)], [*igate, *rows_of(1, 2, feed="xgate")], mandatory_feeds=MANDATORY)
    assert "M05" not in world.rules()


def test_a_line_without_a_day_of_receipt_is_judged_by_the_day_of_its_code() -> None:
    undated = line(1, received_on=None, due_on=None, code=code_of(1, RECEIVED))
    assert reconciled([undated, line(2)], rows_of(2)).verdicts("M05") == [MISSING]


# one person with two dossiers

SAME_PERSON = {name: line(1)[name] for name in ("applicant_name", "phone", "address_key")}


def test_another_dossier_of_a_person_is_missing_when_it_has_a_code_of_its_own() -> None:
    own = line(35, **SAME_PERSON, procedure_name=line(1)["procedure_name"])
    world = reconciled([line(1), own], rows_of(1, 2))
    assert world.verdicts("M05") == [MISSING | {"logbook_row": 3}]
    assert "M10" not in world.rules()


@pytest.mark.parametrize("code", [code_of(2), None])
def test_another_procedure_of_a_person_on_one_day_is_no_repeated_line(code: str | None) -> None:
    world = reconciled([line(1), line(2, **SAME_PERSON, code=code)], rows_of(1, 3))
    assert [(row, needs_review) for row, needs_review, _ in told(world)] == [(3, code is None)]
    assert "M10" not in world.rules()


SAME_PROCEDURE = SAME_PERSON | {"procedure_name": line(1)["procedure_name"]}


def beside_another(**difference: object) -> World:
    """A line that would be the linked line 1 written once more, were it not for the difference."""
    return reconciled([line(1), line(1, **{"line_no": "9", **SAME_PROCEDURE, **difference})], rows_of(1, 4))


@pytest.mark.parametrize("number", [2, 3])
def test_a_serial_that_the_software_skips_is_a_dossier_beside_the_persons_other_one(number: int) -> None:
    world = beside_another(code=code_of(number))
    assert told(world) == [(3, True, BESIDE_ANOTHER)]
    assert "M10" not in world.rules()


def test_a_return_on_another_day_is_a_dossier_beside_the_persons_other_one() -> None:
    world = beside_another(code=None, returned_on=RETURNED + timedelta(days=4))
    assert told(world) == [(3, True, BESIDE_ANOTHER)]
    assert "M10" not in world.rules()


@pytest.mark.parametrize(
    "difference",
    [
        {"code": code_of(7)},  # beyond the day's last serial: a slip
        {"code": code_of(0)},  # serials begin with 1
        {"code": code_of(4)},  # another dossier's
        {"code": None},
        {"code": None, "returned_on": RETURNED + timedelta(days=3)},  # a slip of a working day, over a weekend
        {"code": None, "returned_on": None},
    ],
)
def test_a_line_written_twice_is_not_missing_whatever_slip_it_has(difference: dict[str, object]) -> None:
    world = beside_another(**difference)
    assert "M05" not in world.rules()
    assert [found["logbook_row"] for found in world.verdicts("M10")] == [3]

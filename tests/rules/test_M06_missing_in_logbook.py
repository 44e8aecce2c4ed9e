from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.dossiers import AS_OF, NEIGHBOUR, World, case, code_of, doubtful_line, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row

MISSING = {
    "feed": "igate",
    "logbook_row": None,
    "feed_row": 2,
    "severity": "low",
    "urgency": None,
    "needs_review": False,
    "close_by": None,
    "days_open": None,
    "detail": "Không có dòng nào trong sổ của những ngày này",
}


def rows_told(world: World) -> list[int]:
    return [found["feed_row"] for found in world.verdicts("M06")]


def test_a_record_that_no_line_belongs_to_is_told() -> None:
    assert reconciled([line(2)], [case(1), case(2)]).verdicts("M06") == [MISSING]


def test_a_record_handed_in_online_is_told_apart() -> None:
    world = reconciled([line(2)], [case(1, channel="online"), case(2)])
    assert world.verdicts("M06") == [MISSING | {"severity": "info", "detail": "Nộp trực tuyến, không có trong sổ"}]


@pytest.mark.parametrize("channel", ["direct", "post", None])
def test_every_other_way_of_handing_in_belongs_into_the_book(channel: str | None) -> None:
    assert reconciled([line(2)], [case(1, channel=channel), case(2)]).verdicts("M06") == [MISSING]


def test_each_feed_is_judged_for_itself() -> None:
    world = reconciled([line(2)], [case(1), case(2), case(1, feed="xgate"), case(2, feed="xgate")])
    assert [(found["feed"], found["feed_row"]) for found in world.verdicts("M06")] == [("igate", 2), ("xgate", 2)]


@pytest.mark.parametrize("state", ["open", "paused", "done", "closed", "withdrawn", "unclassified"])
def test_a_dossier_that_came_in_belongs_into_the_book(state: str) -> None:
    assert rows_told(reconciled([line(2)], [case(1, state=state), case(2)])) == [2]


@pytest.mark.parametrize("state", ["not_received", "refused"])
def test_a_dossier_that_was_never_received_is_silent(state: str) -> None:
    assert "M06" not in reconciled([line(2)], [case(1, state=state), case(2)]).rules()


def test_a_record_linked_in_doubt_is_not_missing() -> None:
    assert "M06" not in reconciled([doubtful_line(1), line(2)], [case(1), case(2)]).rules()


@pytest.mark.parametrize(
    ("received_on", "is_told"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 3, 25), True),
        (date(2026, 3, 26), False),
        (None, False),
    ],
)
def test_only_days_between_the_books_first_and_last_line_are_judged(received_on: date | None, *, is_told: bool) -> None:
    lines = [line(2), line(3, received_on=date(2026, 3, 25), returned_on=None)]
    assert bool(rows_told(reconciled(lines, [case(1, received_on=received_on)]))) == is_told


@pytest.mark.parametrize(("day", "is_told"), [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (AS_OF, True)])
def test_the_days_that_the_books_title_names_are_judged(day: date, *, is_told: bool) -> None:
    covers = {"book.csv": (date(2026, 2, 1), AS_OF)}
    world = reconciled([line(2)], [case(1, received_on=day)], covers=covers)
    assert bool(rows_told(world)) == is_told


@pytest.mark.parametrize(("last", "is_told"), [(date(2026, 2, 1), True), (date(2026, 2, 2), False)])
def test_a_hole_of_more_than_a_month_in_the_book_is_not_judged(last: date, *, is_told: bool) -> None:
    lines = [line(number, received_on=date(2026, 1, 1)) for number in (2, 3, 4)]
    lines += [line(number, received_on=last) for number in (5, 6, 7)]
    assert bool(rows_told(reconciled(lines, [case(1, received_on=date(2026, 1, 10))]))) == is_told


def test_a_mistyped_day_far_from_all_others_does_not_stretch_what_a_book_covers() -> None:
    mistyped = line(20, received_on=date(2025, 6, 2))
    world = reconciled([mistyped, *(line(number) for number in range(2, 14))], [case(1, received_on=date(2025, 6, 2))])
    assert rows_told(world) == []


def test_a_record_of_another_unit_is_not_asked_of_this_book() -> None:
    other = case(1, code=code_of(1, unit=NEIGHBOUR))
    assert rows_told(reconciled([line(2)], [other, case(2)])) == []


def test_another_units_book_speaks_for_its_own_records() -> None:
    lines = [line(2), line(3, file="neighbour.csv", code=code_of(3, unit=NEIGHBOUR))]
    known = [case(1, code=code_of(1, unit=NEIGHBOUR)), case(2), case(3, code=code_of(3, unit=NEIGHBOUR))]
    assert rows_told(reconciled(lines, known)) == [2]


def test_a_record_received_after_the_business_date_has_not_come_yet() -> None:
    world: tuple[list[Row], list[Row]] = (
        [line(2, received_on=AS_OF, returned_on=None)],
        [case(1, received_on=AS_OF, returned_on=None, finished_on=None)],
    )
    assert rows_told(reconciled(*world, AS_OF)) == [2]
    assert rows_told(reconciled(*world, date(2026, 3, 30))) == []


def test_without_any_book_nothing_is_missing() -> None:
    assert reconciled([], [case(1)]).rules() == set()


def test_a_line_that_lies_in_quarantine_is_not_missing() -> None:
    assert rows_told(reconciled([line(2)], [case(1), case(2)], quarantined=[line(1)])) == []


def test_a_quarantined_record_excuses_nothing() -> None:
    assert rows_told(reconciled([line(2)], [case(1), case(2)], quarantined=[case(1)])) == [2]


def test_a_record_that_the_feed_holds_twice_is_not_missing_when_one_of_them_is_linked() -> None:
    world = reconciled([line(1), line(2)], [case(1), case(1), case(2)])
    assert "M06" not in world.rules()
    assert "M10" in world.rules()


def test_a_record_that_the_feed_holds_twice_is_missing_once() -> None:
    world = reconciled([line(2)], [case(1), case(1), case(2)])
    assert rows_told(world) == [2]
    assert "M10" in world.rules()


def test_a_record_whose_code_stands_at_another_persons_line_is_for_review() -> None:
    world = reconciled([line(1, code=code_of(3)), line(2)], [case(1), case(2), case(3)])
    told = {found["feed_row"]: found["needs_review"] for found in world.verdicts("M06")}
    assert told == {4: True}


def test_a_record_that_a_doubtful_line_may_as_well_belong_to_is_for_review() -> None:
    same = {name: case(1)[name] for name in ("applicant_name", "phone", "address_key", "procedure_name")}
    world = reconciled([line(1, code=None), line(2)], [case(1), case(2), case(20, **same)])
    assert [found["needs_review"] for found in world.verdicts("M06")] == [True]


def test_a_record_that_stands_in_the_book_under_another_systems_code_is_not_missing() -> None:
    other = case(1, feed="xgate", code=code_of(77), applicant_name="Âu Thị Xa", phone=None, address_key=None)
    beside = {"alias_key": "0.17.22.H56-260302-77"}
    assert rows_told(reconciled([line(1), line(2)], [case(1, **beside), case(2), other])) == []
    assert rows_told(reconciled([line(1), line(2)], [case(1), case(2), other])) == [2]

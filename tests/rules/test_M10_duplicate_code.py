from __future__ import annotations

import pytest

from tests.dossiers import NEIGHBOUR, World, case, code_of, line, reconciled

FOUND = {
    "feed": None,
    "logbook_row": 3,
    "feed_row": None,
    "severity": "review",
    "urgency": None,
    "needs_review": True,
    "close_by": None,
    "days_open": None,
}


def details(world: World) -> list[str]:
    return [found["detail"] for found in world.verdicts("M10")]


def test_a_code_that_stands_twice_in_the_book_is_told_once_with_its_rows() -> None:
    world = reconciled([line(1), line(1, line_no="2")], [case(1)])
    assert world.verdicts("M10") == [FOUND | {"detail": "Mã ghi nhiều lần trong sổ: dòng 2, 3"}]


def test_a_code_that_stands_three_times_is_told_once_with_its_rows() -> None:
    lines = [line(1), line(2), line(1, line_no="3"), line(1, line_no="4")]
    assert details(reconciled(lines, [case(1), case(2)])) == ["Mã ghi nhiều lần trong sổ: dòng 2, 4, 5"]


def test_a_code_for_two_people_in_the_book_is_told_as_such() -> None:
    world = reconciled([line(1), line(2, code=code_of(1))], [case(1), case(2)])
    assert world.verdicts("M10") == [FOUND | {"detail": "Một mã cho nhiều người trong sổ: dòng 2, 3"}]


def test_a_code_that_stands_twice_in_a_feed_is_told_once_with_its_rows() -> None:
    world = reconciled([line(1)], [case(1), case(1)])
    assert world.verdicts("M10") == [
        FOUND
        | {"feed": "igate", "logbook_row": None, "feed_row": 3, "detail": "Mã có nhiều lần trên phần mềm: dòng 2, 3"}
    ]


def test_a_code_for_two_people_in_a_feed_is_told_as_such() -> None:
    world = reconciled([line(1)], [case(1), case(2, code=code_of(1))])
    assert details(world) == ["Một mã cho nhiều người trên phần mềm: dòng 2, 3"]


def test_each_feed_is_told_for_itself() -> None:
    known = [case(1, feed=feed) for feed in ("igate", "igate", "xgate", "xgate")]
    assert [found["feed"] for found in reconciled([], known).verdicts("M10")] == ["igate", "xgate"]


def test_a_line_written_twice_the_second_time_without_its_code_is_told_with_both_rows() -> None:
    world = reconciled([line(1), line(1, line_no="2", code=None)], [case(1)])
    assert world.verdicts("M10") == [FOUND | {"detail": "Có vẻ là một hồ sơ ghi hai lần trong sổ: dòng 2, 3"}]


def test_a_line_written_twice_with_a_slip_in_the_code_is_told_with_both_rows() -> None:
    world = reconciled([line(1), line(1, line_no="2", code=code_of(7))], [case(1)])
    assert details(world) == ["Có vẻ là một hồ sơ ghi hai lần trong sổ: dòng 2, 3"]


def test_a_serial_completed_from_book_and_day_counts_as_the_code() -> None:
    bare = line(1, line_no="2", unit_code=None, unit_key=None, code_on=None)
    assert details(reconciled([line(1), bare], [case(1)])) == ["Mã ghi nhiều lần trong sổ: dòng 2, 3"]


# silent


def test_one_code_in_book_and_feeds_is_as_it_should_be() -> None:
    assert "M10" not in reconciled([line(1)], [case(1), case(1, feed="xgate")]).rules()


def test_two_lines_without_any_code_have_none_in_common() -> None:
    lines = [line(1, code=None), line(2, code=None)]
    assert "M10" not in reconciled(lines, [case(1), case(2)]).rules()


def test_one_serial_on_two_days_or_in_two_units_is_two_codes() -> None:
    days = [line(1), line(1, received_on=line()["returned_on"], returned_on=None)]
    assert "M10" not in reconciled(days, []).rules()
    assert "M10" not in reconciled([], [case(1), case(1, code=code_of(1, unit=NEIGHBOUR))]).rules()


def test_a_dossier_that_a_newer_export_brings_again_is_one_record() -> None:
    world = reconciled([line(1)], [case(1, file="igate-1.csv"), case(1, file="igate-2.csv")])
    assert "M10" not in world.rules()


def test_a_line_of_the_same_book_in_a_later_file_is_one_line() -> None:
    world = reconciled([line(1, file="book-1.csv"), line(1, file="book-2.csv")], [case(1)])
    assert "M10" not in world.rules()


@pytest.mark.parametrize("missing", [{"applicant_name": None}, {}])
def test_one_person_under_one_code_is_not_two_people(missing: dict[str, None]) -> None:
    world = reconciled([line(1), line(1, line_no="2", **missing)], [case(1)])
    assert details(world) == ["Mã ghi nhiều lần trong sổ: dòng 2, 3"]


def test_a_line_told_for_its_code_is_not_told_again_as_written_twice() -> None:
    """The third line carries the first one's code and says all that the second says."""
    world = reconciled([line(1), line(2), line(2, line_no="3", code=code_of(1))], [case(1), case(2)])
    rows = [found["logbook_row"] for found in world.verdicts("M10")]
    assert rows == [4]


def test_lines_of_different_books_are_told_with_their_files() -> None:
    world = reconciled([line(1, file="a/so_1.csv"), line(1, line_no="2", file="a/so_2.csv")], [case(1)])
    assert details(world) == ["Mã ghi nhiều lần trong sổ: dòng so_1.csv:2, so_2.csv:2"]


def test_a_line_written_twice_without_any_code_is_told_with_both_rows() -> None:
    world = reconciled([line(1, code=None), line(1, line_no="2", code=None), line(2)], [case(1), case(2)])
    assert details(world) == ["Có vẻ là một hồ sơ ghi hai lần trong sổ: dòng 2, 3"]

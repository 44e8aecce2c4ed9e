"""Which line is found to be which record, and how sure that is: one line of a crowd is changed at a time."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.dossiers import NEIGHBOUR, PEOPLE, RECEIVED, case, code_of, crowd, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row, World

LINES, CASES = crowd(40)
ME, MY_ROW = 12, 14  # one dossier of the crowd, and its row in both files
MY_DAY = RECEIVED + timedelta(days=ME // 5)
ASSERTED, IN_REVIEW = False, True
BARE = {"unit_code": None, "unit_key": None}  # a tail: day and serial
NOTHING_ELSE = {"code": None, "phone": None, "address_key": None}
STRANGER = "Tạ Duy Anh"
LEAST_SURE = 0.99


def mine(**difference: Any) -> Row:  # noqa: ANN401 -- any column
    return line(ME, **({"received_on": MY_DAY} | difference))


def with_line(changed: Row, number: int = ME) -> list[Row]:
    return [*LINES[:number], changed, *LINES[number + 1 :]]


def with_case(changed: Row, number: int) -> list[Row]:
    return [*CASES[:number], changed, *CASES[number + 1 :]]


def links_of(world: World, row: int = MY_ROW) -> list[tuple[Any, ...]]:
    """Feed's row, method, needs_review of a line's links."""
    return [link[2:] for link in world.linked() if link[0] == row]


# exact and repaired


def test_the_same_code_and_person_are_linked_exactly_with_the_evidence_in_words() -> None:
    world = reconciled(LINES, CASES)
    assert world.linked() == [(row, "igate", row, "exact", ASSERTED) for row in range(2, 42)]
    (evidence,) = set(world.links["evidence"])
    assert evidence == (
        "trùng mã; trùng tên; trùng ngày nhận; trùng ngày hẹn; trùng thủ tục; trùng số điện thoại; trùng địa chỉ; "
        "ngày trả trùng ngày có kết quả"
    )


def test_a_code_that_was_mended_without_loss_is_told_as_repaired() -> None:
    repaired = mine(code_repair="bỏ dấu cách")
    assert links_of(reconciled(with_line(repaired), CASES)) == [(MY_ROW, "repaired", ASSERTED)]


@pytest.mark.parametrize("without", [{}, {"code_on": None}])
def test_a_tail_or_a_bare_serial_is_completed_from_the_books_unit_and_the_day(without: dict[str, None]) -> None:
    assert links_of(reconciled(with_line(mine(**BARE, **without)), CASES)) == [(MY_ROW, "repaired", ASSERTED)]


def test_a_bare_serial_without_a_day_is_completed_with_nothing() -> None:
    lost = mine(**BARE, code_on=None, received_on=None, due_on=None)
    assert [method for _, method, _ in links_of(reconciled(with_line(lost), CASES))] != ["repaired"]


def test_a_code_without_the_zeros_of_its_unit_and_serial_is_the_same_code() -> None:
    short = mine(code="0.17.22.H56-260304-12")
    assert links_of(reconciled(with_line(short), CASES)) == [(MY_ROW, "exact", ASSERTED)]


# near


@pytest.mark.parametrize(
    "code",
    [
        code_of(17, MY_DAY),  # a digit wrong
        code_of(21, MY_DAY),  # two digits swapped
        code_of(112, MY_DAY),  # a digit too many
        code_of(ME, MY_DAY + timedelta(days=1)),  # a digit of the day wrong
        code_of(ME, MY_DAY, unit=NEIGHBOUR),  # a digit of the unit wrong
    ],
)
def test_a_slip_in_the_code_is_forgiven_where_person_and_day_agree(code: str) -> None:
    assert links_of(reconciled(with_line(mine(code=code)), CASES)) == [(MY_ROW, "near", ASSERTED)]


def test_a_line_without_a_day_of_receipt_is_found_by_its_code() -> None:
    undated = mine(received_on=None, code=code_of(ME, MY_DAY), applicant_name=PEOPLE[ME % len(PEOPLE)] + "x")
    assert links_of(reconciled(with_line(undated), CASES)) == [(MY_ROW, "exact", ASSERTED)]


def test_a_records_second_code_is_its_code_too() -> None:
    second = code_of(88, MY_DAY)
    record = case(ME, received_on=MY_DAY, alias_key=f"0.17.22.H56-{MY_DAY:%y%m%d}-88")
    assert links_of(reconciled(with_line(mine(code=second)), with_case(record, ME))) == [(MY_ROW, "exact", ASSERTED)]


def test_a_slip_in_the_code_of_somebody_else_links_nobody() -> None:
    other = {"applicant_name": STRANGER, "procedure_name": "Chứng thực di chúc", "address_key": None}
    stranger = mine(code=code_of(17, MY_DAY), phone="0387654321", due_on=date(2026, 3, 5), **other)
    assert links_of(reconciled(with_line(stranger), CASES)) == []


# identity


@pytest.mark.parametrize(
    "difference",
    [
        {},
        {"applicant_name": "QUACH CONG LUONG"},
        {"procedure_name": None},
        {"phone": None},
        {"address_key": None},
        {"due_on": None},
        {"received_on": MY_DAY + timedelta(days=1)},
    ],
)
def test_a_line_without_a_code_is_found_by_who_came_when_for_what(difference: Row) -> None:
    lines = with_line(mine(code=None, **difference))
    assert links_of(reconciled(lines, CASES)) == [(MY_ROW, "identity", ASSERTED)]


COMMON = mine(**NOTHING_ELSE, procedure_name=None, due_on=None, returned_on=None)  # four of the crowd have that name


def test_a_line_with_a_common_name_and_nothing_else_is_for_review_out_of_its_place() -> None:
    lines = [*LINES[:ME], *LINES[ME + 1 :], COMMON]
    assert links_of(reconciled(lines, CASES), 41) == [(MY_ROW, "identity", IN_REVIEW)]


def test_a_line_with_a_common_name_is_found_by_its_place_among_its_neighbours() -> None:
    world = reconciled(with_line(COMMON | {name: LINES[ME][name] for name in ("due_on", "returned_on")}), CASES)
    assert links_of(world) == [(MY_ROW, "identity", ASSERTED)]
    assert "đúng thứ tự giữa các dòng liền kề" in world.links["evidence"][ME]


def test_the_place_says_little_in_a_book_without_order() -> None:
    """The same lines, dealt: neighbours tell nothing about the one between."""
    dealt = Random(5).sample(with_line(COMMON), len(LINES))  # noqa: S311 -- a repeatable shuffle
    row = 2 + dealt.index(COMMON)
    assert links_of(reconciled(dealt, CASES), row) == [(MY_ROW, "identity", IN_REVIEW)]


def test_a_rare_name_says_more_than_a_common_one() -> None:
    alone = {"applicant_name": "Khổng Vũ Minh Châu"}
    rare = reconciled(
        with_line(mine(**NOTHING_ELSE, procedure_name=None, **alone)),
        with_case(case(ME, received_on=MY_DAY, **alone), ME),
    )
    common = reconciled(with_line(mine(**NOTHING_ELSE, procedure_name=None)), CASES)
    of_rare, of_common = (
        world.links.filter(pl.col("logbook_row") == MY_ROW)["score"].item() for world in (rare, common)
    )
    assert of_rare > of_common


def test_a_line_without_code_of_somebody_unknown_links_nobody() -> None:
    lines = with_line(mine(**NOTHING_ELSE, applicant_name=STRANGER))
    assert links_of(reconciled(lines, [*CASES[:ME], *CASES[ME + 1 :]])) == []


# the neighbour's code

NEIGHBOURS = code_of(ME - 1, MY_DAY)


def test_a_line_that_copied_its_neighbours_code_ends_at_its_own_record() -> None:
    world = reconciled(with_line(mine(code=NEIGHBOURS)), CASES)
    assert links_of(world) == [(MY_ROW, "near", ASSERTED)]
    assert links_of(world, MY_ROW - 1) == [(MY_ROW - 1, "exact", ASSERTED)]
    assert world.links.filter(logbook_row=MY_ROW)["evidence"][0].startswith("mã ghi trùng với dòng khác; trùng tên")


def test_a_line_that_copied_its_neighbours_code_is_not_asserted_on_the_code_alone() -> None:
    """Its own record is not there; the neighbour's line is not in the book."""
    lines = [mine(code=NEIGHBOURS), *LINES[:11], *LINES[13:]]
    cases = [*CASES[:ME], *CASES[ME + 1 :]]
    assert [needs_review for *_, needs_review in links_of(reconciled(lines, cases), 2)] in ([], [IN_REVIEW])


def test_a_copied_code_does_not_take_the_record_from_a_line_without_one() -> None:
    lines = with_line(mine(code=NEIGHBOURS))
    lines[11] = line(11, received_on=MY_DAY, code=None)
    world = reconciled(lines, CASES)
    assert links_of(world) == [(MY_ROW, "near", ASSERTED)]
    assert links_of(world, MY_ROW - 1) == [(MY_ROW - 1, "identity", ASSERTED)]


@pytest.mark.parametrize("silent", [{}, {"phone": None}, {"phone": None, "address_key": None}])
def test_a_copied_code_is_never_asserted_at_the_neighbours_record(silent: Row) -> None:
    world = reconciled(with_line(mine(code=NEIGHBOURS, **silent)), CASES)
    assert all(link[0] == MY_ROW or link[2] == IN_REVIEW for link in links_of(world))


# people who are hard to tell apart

NAMESAKE = {name: LINES[ME][name] for name in ("applicant_name", "procedure_name")}


def test_two_people_of_one_name_on_one_day_without_codes_are_for_review() -> None:
    twin = line(13, received_on=MY_DAY, **NOTHING_ELSE, **NAMESAKE)
    lines = with_line(twin, 13)
    lines[ME] = mine(**NOTHING_ELSE)
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **NAMESAKE), 13))
    assert {link[0] for row in (14, 15) for link in links_of(world, row)} == {14, 15}
    assert {link[1:] for row in (14, 15) for link in links_of(world, row)} == {("identity", IN_REVIEW)}


def test_who_is_left_over_after_a_doubtful_link_is_in_doubt_as_well() -> None:
    """The first line fits one of two namesakes better, the second fits both alike and is left with the other."""
    due_on = MY_DAY + timedelta(days=30)
    lines = with_line(line(13, received_on=MY_DAY, **NOTHING_ELSE, **NAMESAKE), 13)
    lines[13]["due_on"] = None
    lines[ME] = mine(**NOTHING_ELSE, due_on=due_on)
    cases = with_case(case(13, received_on=MY_DAY, **NAMESAKE), 13)
    cases[ME] = case(ME, received_on=MY_DAY, due_on=due_on)
    world = reconciled(lines, cases)
    assert [links_of(world, row) for row in (14, 15)] == [
        [(14, "identity", IN_REVIEW)],
        [(15, "identity", IN_REVIEW)],
    ]
    assert world.links.filter(pl.col("logbook_row") == 15)["score"].item() < LEAST_SURE


def test_two_lines_without_codes_that_fit_one_record_alike_are_for_review() -> None:
    twin = line(13, received_on=MY_DAY, **NOTHING_ELSE, **NAMESAKE)
    lines = with_line(twin, 13)
    lines[ME] = mine(**NOTHING_ELSE)
    world = reconciled(lines, [*CASES[:13], *CASES[14:]])
    assert links_of(world) == [(14, "identity", IN_REVIEW)]
    assert links_of(world, 15) == []


def test_two_people_of_one_name_on_one_day_are_told_apart_by_their_phones() -> None:
    lines = with_line(line(13, received_on=MY_DAY, code=None, **NAMESAKE), 13)
    lines[ME] = mine(code=None)
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **NAMESAKE), 13))
    assert [links_of(world, row) for row in (14, 15)] == [
        [(14, "identity", ASSERTED)],
        [(15, "identity", ASSERTED)],
    ]


def test_one_of_two_people_of_one_name_does_not_take_the_others_record() -> None:
    """The other's line has its code, so only one record is left for the line without."""
    lines = with_line(line(13, received_on=MY_DAY, **NAMESAKE), 13)
    lines[ME] = mine(**NOTHING_ELSE)
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **NAMESAKE), 13))
    assert [links_of(world, row)[0][0] for row in (14, 15)] == [14, 15]
    assert links_of(world, 15) == [(15, "exact", ASSERTED)]


SAME_PERSON = {name: LINES[ME][name] for name in ("applicant_name", "phone", "address_key")}


def test_one_person_with_two_dossiers_on_one_day_is_linked_by_the_codes() -> None:
    world = reconciled(
        with_line(line(13, received_on=MY_DAY, **SAME_PERSON), 13),
        with_case(case(13, received_on=MY_DAY, **SAME_PERSON), 13),
    )
    assert [links_of(world, row) for row in (14, 15)] == [[(14, "exact", ASSERTED)], [(15, "exact", ASSERTED)]]


def test_a_persons_only_line_is_found_by_its_procedure_though_it_carries_the_other_dossiers_code() -> None:
    """The code stands nowhere else in the book; of both records the line names the procedure of its own."""
    lines = [*with_line(mine(code=code_of(13, MY_DAY)))[:13], *LINES[14:]]
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **SAME_PERSON), 13))
    assert [record for record, *_ in links_of(world)] == [MY_ROW]


def test_one_person_with_two_dossiers_on_one_day_without_codes_is_linked_by_the_procedures() -> None:
    lines = with_line(line(13, received_on=MY_DAY, code=None, **SAME_PERSON), 13)
    lines[ME] = mine(code=None)
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **SAME_PERSON), 13))
    assert [links_of(world, row)[0][0] for row in (14, 15)] == [14, 15]


def test_one_person_with_two_dossiers_of_one_procedure_without_codes_is_for_review() -> None:
    same = SAME_PERSON | NAMESAKE
    lines = with_line(line(13, received_on=MY_DAY, code=None, **same), 13)
    lines[ME] = mine(code=None)
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **same), 13))
    assert {link[1:] for row in (14, 15) for link in links_of(world, row)} == {("identity", IN_REVIEW)}


def test_what_a_neighbour_would_lose_by_an_exchange_speaks_for_a_link() -> None:
    """Alone, the line without a code fits both dossiers of the person alike; its sibling's code leaves it the other."""
    same = SAME_PERSON | NAMESAKE
    lines = with_line(line(13, received_on=MY_DAY, **same), 13)
    lines[ME] = mine(code=None)
    world = reconciled(lines, with_case(case(13, received_on=MY_DAY, **same), 13))
    assert [links_of(world, row) for row in (14, 15)] == [[(14, "identity", ASSERTED)], [(15, "exact", ASSERTED)]]


def test_of_two_dossiers_that_nothing_tells_apart_the_first_line_waits_with_the_first_serial() -> None:
    same = SAME_PERSON | NAMESAKE
    lines = with_line(line(13, received_on=MY_DAY, code=None, **same), 13)
    lines[ME] = mine(code=None)
    known = with_case(case(13, received_on=MY_DAY, **same), 13)
    turned = [*reversed(known)]
    for cases in (known, turned):
        world = reconciled(lines, cases)
        serials = [cases[links_of(world, row)[0][0] - 2]["serial"] for row in (14, 15)]
        assert serials == sorted(serials)


# a line written twice


@pytest.mark.parametrize("difference", [{}, {"code": None}, {"phone": None}])
def test_of_a_line_written_twice_one_is_linked_and_the_other_repeats_it(difference: Row) -> None:
    world = reconciled([*LINES, mine(line_no="99", **difference)], CASES)
    assert links_of(world) == [(MY_ROW, "exact", ASSERTED)]
    assert links_of(world, 42) == []
    repeated = world.con.sql("select entry_id, first_entry_id from repeated_line").fetchall()
    assert len(repeated) == 1


def test_a_stranger_under_a_code_that_stands_twice_does_not_repeat_the_codes_line() -> None:
    day = RECEIVED + timedelta(days=39 // 5)
    stranger = line(39, received_on=day, applicant_name=STRANGER, phone=None, address_key=None)
    world = reconciled([*LINES, stranger], CASES)
    assert [(missing["logbook_row"], missing["needs_review"]) for missing in world.verdicts("M05")] == [(42, IN_REVIEW)]


def test_of_a_line_written_twice_the_one_that_was_returned_holds_the_record() -> None:
    world = reconciled([mine(returned_on=None), mine(line_no="99")], CASES)
    assert [link[0] for link in world.linked()] == [3]


# two feeds


def test_a_dossier_in_two_feeds_is_linked_in_both() -> None:
    known = [*CASES, case(ME, feed="xgate", received_on=MY_DAY)]
    assert links_of(reconciled(LINES, known)) == [(MY_ROW, "exact", ASSERTED), (2, "exact", ASSERTED)]


def test_a_line_without_a_code_is_found_in_both_feeds() -> None:
    known = [*CASES, case(ME, feed="xgate", received_on=MY_DAY)]
    lines = with_line(mine(code=None))
    assert links_of(reconciled(lines, known)) == [(MY_ROW, "identity", ASSERTED), (2, "identity", ASSERTED)]


def test_a_line_of_one_feed_is_not_taken_for_a_namesakes_in_the_other() -> None:
    namesake = case(19, feed="xgate", received_on=MY_DAY, **NAMESAKE)
    assert links_of(reconciled(LINES, [*CASES, namesake])) == [(MY_ROW, "exact", ASSERTED)]


def test_a_dossier_under_another_name_and_procedure_in_the_other_feed_is_found_there_by_its_code() -> None:
    otherwise = {"applicant_name": PEOPLE[ME % len(PEOPLE)] + "x", "procedure_name": "Thủ tục khác"}
    moved = case(ME, received_on=MY_DAY, feed="xgate", **otherwise)
    linked = reconciled(LINES, [*CASES, moved]).linked()
    assert [link[1:] for link in linked if link[0] == MY_ROW] == [
        ("igate", MY_ROW, "exact", ASSERTED),
        ("xgate", 2, "exact", ASSERTED),
    ]


def test_the_same_name_in_another_unit_is_another_person() -> None:
    elsewhere = case(ME, code=code_of(ME + 60, MY_DAY, unit="000.45.11.H56"), received_on=MY_DAY, phone=None)
    lines = with_line(mine(code=None, phone=None))
    world = reconciled(lines, [*CASES[:ME], *CASES[ME + 1 :], elsewhere])
    assert all(link[2] == IN_REVIEW for link in links_of(world))


def test_everybody_of_the_crowd_has_a_namesake() -> None:
    """What the tests above rest on: names alone tell nobody apart."""
    assert len({entry["applicant_name"] for entry in LINES}) == len(PEOPLE) < len(LINES)


def test_a_second_code_leads_to_a_record_of_another_system_too() -> None:
    own = case(1, feed="xgate", code=code_of(77), alias_key="0.17.22.H56-260302-1")
    world = reconciled([line(1), line(2)], [case(1), case(2), own])
    assert {(found["feed"], found["feed_row"]) for found in world.links.to_dicts() if found["logbook_row"] == 2} == {
        ("igate", 2),
        ("xgate", 2),
    }


@pytest.mark.parametrize("count", [2, 3, 4])
def test_one_persons_dossiers_that_nothing_tells_apart_are_all_for_review(count: int) -> None:
    """Which is which may be open; that each is one of them is not."""
    said = {name: line(1)[name] for name in ("applicant_name", "phone", "address_key", "procedure_name")}
    numbers = range(1, count + 1)
    lines = [line(number, **said, code=None, line_no=str(90 - number)) for number in numbers]
    world = reconciled([*lines, line(30), line(31)], [*(case(n, **said) for n in numbers), case(30), case(31)])
    doubtful = world.links.filter(pl.col("needs_review"))
    assert (doubtful.height, doubtful["feed_row"].n_unique()) == (count, count)
    assert not {"M05", "M06"} & world.rules()

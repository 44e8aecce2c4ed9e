from __future__ import annotations

from typing import TYPE_CHECKING

from tests.dossiers import NEIGHBOUR, UNIT, case, code_of, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row, World

OWN, OTHER = "0.17.22.H56", "0.17.23.H56"
TAIL = {"unit_code": None, "unit_key": None}


def units(world: World) -> dict[tuple[str, str | None], str | None]:
    return {
        (file, book_no): unit
        for file, book_no, unit in world.con.sql(
            "select file, book_no, unit_key from book_unit inner join source_file using (file_id)"
        ).fetchall()
    }


def coded(*numbers: int, unit: str = UNIT, **difference: str | None) -> list[Row]:
    return [line(number, code=code_of(number, unit=unit), **difference) for number in numbers]


def test_a_books_unit_is_that_of_its_codes() -> None:
    assert units(reconciled(coded(1, 2, 3), [])) == {("book.csv", "1"): OWN}


def test_lines_without_a_code_do_not_weigh() -> None:
    world = reconciled([*coded(1), line(2, code=None), line(3, **TAIL)], [])
    assert units(world) == {("book.csv", "1"): OWN}


def test_a_mistyped_unit_now_and_then_changes_nothing() -> None:
    assert units(reconciled([*coded(1, 2, 3, 4), *coded(5, unit=NEIGHBOUR)], [])) == {("book.csv", "1"): OWN}


def test_a_mixed_book_has_no_unit() -> None:
    assert units(reconciled([*coded(1, 2, 3), *coded(5, unit=NEIGHBOUR)], [case(9)])) == {("book.csv", "1"): None}


def test_the_tail_of_a_mixed_book_is_completed_with_no_unit() -> None:
    lines = [*coded(1, 2), *coded(5, 6, unit=NEIGHBOUR), line(3, **TAIL)]
    world = reconciled(lines, [case(3)])
    assert world.con.sql("select code_id from entry where entry_id = 4").fetchall() == [(None,)]
    assert [method for *_, method, _ in world.linked()] == ["identity"]


def test_the_lines_of_a_mixed_book_keep_the_units_of_their_own_codes() -> None:
    world = reconciled([*coded(1), *coded(5, unit=NEIGHBOUR)], [case(9)])
    assert world.con.sql("select unit_key from entry order by entry_id").fetchall() == [(OWN,), (OTHER,)]


def test_each_book_of_a_file_and_each_file_has_its_own_unit() -> None:
    lines = [*coded(1, 2), *coded(3, 4, unit=NEIGHBOUR, book_no="2"), *coded(5, unit=NEIGHBOUR, file="other.csv")]
    assert units(reconciled(lines, [])) == {
        ("book.csv", "1"): OWN,
        ("book.csv", "2"): OTHER,
        ("other.csv", "1"): OTHER,
    }


def test_a_book_without_a_number_has_a_unit_too() -> None:
    lines = [*coded(1, 2, book_no=None), line(3, book_no=None, **TAIL)]
    world = reconciled(lines, [case(3)])
    assert units(world) == {("book.csv", None): OWN}
    assert [method for *_, method, _ in world.linked()] == ["repaired"]


def test_a_book_without_any_code_belongs_to_the_only_unit_of_the_software() -> None:
    assert units(reconciled([line(1, code=None)], [case(1), case(2)])) == {("book.csv", "1"): OWN}


def test_a_book_without_any_code_belongs_to_nobody_where_the_software_has_two_units() -> None:
    known = [case(1), case(2, code=code_of(2, unit=NEIGHBOUR))]
    assert units(reconciled([line(1, code=None)], known)) == {("book.csv", "1"): None}


def test_the_unit_of_the_configuration_decides() -> None:
    world = reconciled(coded(1, 2, unit=NEIGHBOUR), [], unit_code=UNIT)
    assert units(world) == {("book.csv", "1"): OWN}

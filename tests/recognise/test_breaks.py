"""A sheet is one table of one book: another one further down is refused; nothing is read under wrong names."""

from __future__ import annotations

import pytest

from pipeline.errors import FileRefused
from tests.recognise.grids import BOOK_HEADER, IGATE_HEADER, Row, book_row, data_rows, igate_row, kinds, read, row

DUE, RETURNED = BOOK_HEADER.index("Hẹn trả kết quả"), BOOK_HEADER.index("Trả kết quả")
TITLE = row("Quyển số: 01/2026")


def exchanged(cells: Row) -> Row:
    moved = list(cells)
    moved[DUE], moved[RETURNED] = moved[RETURNED], moved[DUE]
    return moved


def refused(*rows: Row) -> str:
    with pytest.raises(FileRefused) as fault:
        read(*rows)
    return fault.value.message


def test_the_same_headings_in_another_order_begin_another_table() -> None:
    message = refused(BOOK_HEADER, book_row(1), exchanged(BOOK_HEADER), exchanged(book_row(2)))
    assert "row 3: another row of headings, with its columns in another order than in row 1" in message


def test_so_do_fewer_headings_that_stand_elsewhere() -> None:
    assert "row 3: another row of headings" in refused(BOOK_HEADER, book_row(1), [*BOOK_HEADER[1:], None], book_row(2))


def test_a_page_that_leaves_a_heading_out_goes_on_with_the_table() -> None:
    table = read(BOOK_HEADER, book_row(1), [*BOOK_HEADER[:-1], None], book_row(2))
    assert {2, 4} <= set(data_rows(table))


def test_two_words_in_a_line_that_are_headings_too_make_no_table() -> None:
    named = list(book_row(2))
    named[3], named[8] = "Ghi chú", "Ký nhận"
    assert data_rows(read(BOOK_HEADER, book_row(1), named)) == [2, 3]


@pytest.mark.parametrize("title", [[TITLE], []], ids=["numbered", "without a number"])
def test_another_book_between_the_lines_is_refused(title: list[Row]) -> None:
    rows = [*title, BOOK_HEADER, book_row(1), row("Quyển số: 02/2026"), book_row(2)]
    assert f"row {len(title) + 3}: another book begins (no. 02/2026)" in refused(*rows)


@pytest.mark.parametrize("again", ["Quyển số: 01/2026", "QUYỂN SỐ 1/2026"])
def test_the_same_book_printed_on_each_page_is_one(again: str) -> None:
    table = read(TITLE, BOOK_HEADER, book_row(1), row(again), BOOK_HEADER, book_row(2))
    assert (data_rows(table), kinds(table)[4]) == ([3, 6], "group")


def test_a_column_with_the_books_number_keeps_books_apart() -> None:
    header = [*BOOK_HEADER, "Quyển số"]
    width = len(header)
    lines = [[*book_row(n), number] for n, number in ((1, "1"), (2, "2"))]
    table = read(header, lines[0], row("Quyển số 2", width=width), lines[1])
    assert data_rows(table) == [2, 4]


def test_an_export_tells_no_book() -> None:
    table = read(IGATE_HEADER, igate_row(1), row("Quyển số 2", width=len(IGATE_HEADER)), igate_row(2))
    assert data_rows(table) == [2, 4]

from __future__ import annotations

import polars as pl
import pytest

from pipeline.errors import InputRefused
from pipeline.recognise import recognise
from tests.recognise.grids import (
    BOOK_HEADER,
    IGATE_HEADER,
    PROFILES,
    Row,
    at,
    book_row,
    data_rows,
    grid,
    igate_row,
    kinds,
    read,
    row,
)

UPPER = [*BOOK_HEADER[:5], "Ngày, tháng, năm", None, None, "Ký nhận"]
LOWER = [None] * 5 + ["Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", None]
NUMBERS = [f"({n})" for n in range(1, 10)]


def between(*rows: Row) -> list[str]:
    """The kinds that rows between two data rows get; data rows are absent."""
    table = read(BOOK_HEADER, book_row(1), *rows, book_row(2))
    assert {2, len(rows) + 3} <= set(data_rows(table))
    return [kinds(table).get(number, "data") for number in range(3, len(rows) + 3)]


def below(*rows: Row) -> list[str]:
    """The kinds that rows under the last data row get."""
    table = read(BOOK_HEADER, book_row(1), *rows)
    return [kinds(table).get(number, "data") for number in range(3, len(rows) + 3)]


def test_every_row_is_data_or_told_as_what_else_it_is() -> None:
    table = read(
        row("SỔ"), BOOK_HEADER, NUMBERS, book_row(), row(), row("Tháng 3/2026"), book_row(2), row("Tổng cộng: 2")
    )
    assert table.counts == {
        "data": 2, "title": 1, "header": 1, "numbering": 1, "group": 1, "total": 1, "blank": 1,
    }  # fmt: skip
    assert data_rows(table) == [4, 7]
    assert table.not_data["row"].to_list() == [1, 2, 3, 5, 6, 8]
    assert table.not_data.schema == {"row": pl.UInt32, "kind": pl.String}


def test_blank_rows_are_blank_wherever_they_stand() -> None:
    assert between(row(), row()) == ["blank", "blank"]
    assert below(row()) == ["blank"]


@pytest.mark.parametrize(
    "numbers",
    [
        NUMBERS,
        [str(n) for n in range(1, 10)],
        ["A", "B", *map(str, range(1, 8))],
        ["(1)", "(2)", "(3)", "(4)=(5)+(6)", "(5)", "(6)", "(7) = (8)-(9)", "(8)", "(9)"],
        [f"-{n}" for n in range(1, 10)],
        ["1", "2", "3", None, None, None, None, None, None],
    ],
)
def test_numbers_of_columns_directly_below_the_header_are_a_numbering_row(numbers: Row) -> None:
    assert kinds(read(BOOK_HEADER, numbers, book_row())) == {1: "header", 2: "numbering"}


def test_numbers_of_columns_anywhere_else_are_data() -> None:
    assert between(NUMBERS) == ["data"]


@pytest.mark.parametrize("line", [["1", "1", "1"], ["3", "2", "1"], ["1", "0012", "2"], ["1", "2"], ["1", None, "a b"]])
def test_a_first_line_with_short_cells_is_data(line: Row) -> None:
    assert data_rows(read(BOOK_HEADER, row(*line), book_row())) == [2, 3]


def test_a_long_number_below_the_header_is_read_as_data() -> None:
    first = [None, "9001", *([None] * 2), "09876010234", *([None] * 4)]
    assert 2 not in kinds(read(BOOK_HEADER, first, book_row()))


def test_a_header_printed_on_each_page_is_a_header_again_and_so_is_its_numbering() -> None:
    assert between(BOOK_HEADER, NUMBERS) == ["header", "numbering"]
    assert between([text.upper() + ":" for text in BOOK_HEADER]) == ["header"]


def test_a_header_of_two_rows_is_recognised_on_each_page() -> None:
    table = read(UPPER, LOWER, NUMBERS, book_row(1), UPPER, LOWER, NUMBERS, book_row(2))
    assert list(kinds(table).values()) == ["header", "header", "numbering"] * 2
    assert data_rows(table) == [4, 8]


def test_a_row_that_repeats_the_header_but_for_one_cell_is_data() -> None:
    assert between([*BOOK_HEADER[:-1], "Mẫu"]) == ["data"]


@pytest.mark.parametrize(
    "group",
    [
        row("I. Lĩnh vực Hộ tịch"),
        row("Tháng 3/2026"),
        row(None, "Thôn Đông"),
        row("Ngày 05/03/2026"),
        at(4, "Lĩnh vực Đất đai"),
        row("II", "Lĩnh vực Đất đai"),
    ],
)
def test_one_text_that_is_no_code_and_no_date_is_a_group(group: Row) -> None:
    assert between(group) == ["group"]


@pytest.mark.parametrize(
    "line",
    [
        row("000.17.22.H56-260305-0001"),
        row(None, "H56.1-260305-0001"),
        row(None, "0001"),
        row(None, "HS 12"),
        row(None, "OOO17"),
        row(None, "MHS: 260305-0001"),
        row("05/03/2026"),
        row("7"),
        at(5, "05/03/2026"),
        at(7, "46021"),
        at(7, "5/3"),
        at(7, "08 giờ 30 phút, ngày 05 tháng 03 năm 2026"),
        at(3, "Trần Thị Mẫu"),
    ],
    ids=lambda line: next(text for text in line if text),
)
def test_one_cell_that_may_be_a_dossier_is_data(line: Row) -> None:
    assert between(line) == ["data"]
    assert below(line) == ["data"]


def test_two_cells_between_data_rows_are_data_whatever_they_say() -> None:
    assert between(row(None, None, "Người lập biểu", "Chủ tịch")) == ["data"]
    assert between(row("Thôn Đông", "0900000000")) == ["data"]


@pytest.mark.parametrize(
    "total",
    [
        row("Tổng cộng: 57"),
        row("Cộng trang"),
        row("Tổng cộng", "120"),
        row(None, None, "Tổng số hồ sơ tiếp nhận: 120 hồ sơ"),
        row("TONG CONG", "1", "2", "3", "4", "5", "6", "7", "8"),
        row("Cộng tháng 3", "12"),
        row("Tổng: 57 hồ sơ", None, None, None, None, "57"),
    ],
    ids=lambda line: next(text for text in line if text),
)
def test_a_first_cell_that_names_a_total_makes_a_total_row(total: Row) -> None:
    assert between(total) == ["total"]
    assert below(total) == ["total"]


def test_a_name_that_sounds_like_a_total_is_data() -> None:
    header = ["Họ và tên", "Mã hồ sơ", "Nhận hồ sơ", "Trả kết quả", "Ký nhận", "Ghi chú"]
    line = ["Tống Văn Mẫu", None, None, None, "x", None]
    assert data_rows(read(header, line, line)) == [2, 3]


def test_so_is_one_without_accents_that_goes_on_like_a_total() -> None:
    header = ["Họ và tên", "Mã hồ sơ", "Tên TTHC", "Nhận hồ sơ", "Trả kết quả", "Ghi chú"]
    line = ["TONG QUY MAU", None, "Chứng thực bản sao", "nt", "nt", None]
    assert data_rows(read(header, line, line)) == [2, 3]


def test_a_total_row_that_carries_a_code_or_a_date_is_data() -> None:
    assert between(row("Tổng cộng", "000.17.22.H56-260305-0001")) == ["data"]
    assert between(row("Cộng", None, None, None, None, "05/03/2026")) == ["data"]


def test_the_signatures_under_the_table_are_told_with_the_names_below_them() -> None:
    block = [
        row(),
        at(6, "Xã Mẫu, ngày 31 tháng 3 năm 2026"),
        row(None, "NGƯỜI LẬP BIỂU", None, None, None, None, "CHỦ TỊCH"),
        row(None, "(Ký, ghi rõ họ tên)", None, None, None, None, "(Ký tên, đóng dấu)"),
        row(),
        row(None, "Vũ Ví", None, None, None, None, "Lý Tá"),
    ]
    assert below(*block) == ["blank", "signature", "signature", "signature", "blank", "signature"]
    assert below(row("Tổng cộng", "1"), *block)[0] == "total"


def test_an_unfilled_place_and_date_begins_the_signatures_too() -> None:
    assert below(at(6, "Xã Mẫu, ngày ... tháng ... năm 2026"), row(None, "Lê Văn Thử", "Phạm Thị Ví"))[0] == "signature"


def test_a_table_without_data_still_tells_its_signatures() -> None:
    table = read(BOOK_HEADER, row(None, "Người lập", "Chủ tịch"))
    assert kinds(table) == {1: "header", 2: "signature"}


def test_a_last_line_that_somebody_began_to_write_is_data() -> None:
    assert below(row("2", None, "Chứng thực")) == ["data"]
    assert below(row(None, None, "Chứng thực", "Trần Thị Mẫu")) == ["data"]


def test_a_line_under_the_signatures_that_carries_a_code_is_data_and_so_are_the_signatures_above_it() -> None:
    signatures = row(None, "Người lập", None, "Chủ tịch")
    assert below(signatures, row(None, "000.17.22.H56-260305-0009")) == ["data", "data"]


def test_a_dense_line_with_a_signing_word_is_data() -> None:
    line = book_row(2)
    line[3] = "Chủ tịch"
    assert below(line) == ["data"]


def test_empty_marks_alone_are_data() -> None:
    assert between(row("-", "-")) == ["data"]


def test_a_narrow_table_keeps_its_lines() -> None:
    header = ["Mã hồ sơ", "Nhận hồ sơ", "Trả kết quả"]
    table = read(header, ["mất phiếu", "nt", None], [None, "nt", "x"], ["Tháng 3", None, None])
    assert kinds(table) == {1: "header", 4: "group"}


def test_a_row_with_another_number_of_cells_is_ragged_and_kept() -> None:
    table = read(BOOK_HEADER, book_row(1), book_row(2), book_row(3)[:8], book_row(4), counts=[9, 9, 9, 8, 9])
    assert table.rows.filter("is_ragged")["row"].to_list() == [4]


def test_rows_that_are_no_data_may_have_any_number_of_cells() -> None:
    table = read(row("SỔ"), BOOK_HEADER, book_row(), row("Tổng cộng: 1"), row(), counts=[1, 9, 9, 1, 0])
    assert not table.rows["is_ragged"].any()


def test_a_header_that_most_rows_do_not_fit_is_refused_with_both_counts() -> None:
    lines = [[*book_row(n), "dư"] for n in (1, 2, 3)]
    with pytest.raises(InputRefused) as refused:
        read(BOOK_HEADER, *lines, book_row(4), counts=[9, 10, 10, 10, 9])
    assert refused.value.message == "tep.csv: row 1: the header has 9 cells, 3 of 4 data rows have 10"


def test_a_workbook_has_no_ragged_rows() -> None:
    one = grid(IGATE_HEADER, igate_row(), name="igate.xlsx", file_format="xlsx", counts=[8, 12])
    assert not recognise((one,), PROFILES, None).rows["is_ragged"].any()


def test_many_pages_between_the_data_change_nothing() -> None:
    pages = [line for n in range(1, 201) for line in (book_row(n), BOOK_HEADER, NUMBERS)]
    table = read(BOOK_HEADER, *pages)
    assert table.counts == {"data": 200, "header": 201, "numbering": 200}
    assert table.rows["line_no"].to_list() == [str(n) for n in range(1, 201)]

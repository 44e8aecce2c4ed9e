from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputRefused
from tests.recognise.grids import BOOK_HEADER, IGATE_HEADER, book_row, data_rows, grid, igate_row, kinds, read, row

if TYPE_CHECKING:
    from collections.abc import Callable

UPPER = [*BOOK_HEADER[:5], "Ngày, tháng, năm", None, None, "Ký nhận"]
LOWER = [None] * 5 + ["Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", None]


def test_each_heading_gets_its_canonical_column() -> None:
    table = read(BOOK_HEADER, book_row())
    assert table.headings == {
        "TT": "line_no",
        "Mã hồ sơ": "dossier_code",
        "Tên TTHC": "procedure_name",
        "Tên cá nhân, tổ chức": "applicant_name",
        "Địa chỉ, số điện thoại": "address_phone",
        "Nhận hồ sơ": "received",
        "Hẹn trả kết quả": "due",
        "Trả kết quả": "returned",
        "Ký nhận": "signature",
    }


def test_only_canonical_columns_that_the_file_has_come_back() -> None:
    table = read(BOOK_HEADER, book_row())
    assert set(table.rows.columns) == {"row", "is_ragged", *table.headings.values()}
    assert table.rows.select("row", "is_ragged", "line_no", "returned").row(0) == (2, False, "1", "09/03/2026")


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text + ":",
        lambda text: text + " (*)",
        lambda text: text.replace(" ", " \n "),
        lambda text: "  " + text.replace(" ", "  "),
    ],
    ids=["capitals", "NFD", "colon", "star", "newline", "blanks"],
)
def test_dress_of_a_heading_does_not_matter(change: Callable[[str], str]) -> None:
    dressed = [change(text) for text in BOOK_HEADER]
    assert list(read(dressed, book_row()).headings.values()) == list(read(BOOK_HEADER, book_row()).headings.values())


def test_title_rows_stand_above_the_header_and_blank_ones_stay_blank() -> None:
    table = read(row("ỦY BAN NHÂN DÂN XÃ MẪU"), row(), row("SỔ THEO DÕI HỒ SƠ"), BOOK_HEADER, book_row())
    assert kinds(table) == {1: "title", 2: "blank", 3: "title", 4: "header"}
    assert table.title == "ỦY BAN NHÂN DÂN XÃ MẪU\nSỔ THEO DÕI HỒ SƠ"


def test_the_separator_line_of_excel_is_a_title_row_without_text() -> None:
    table = read(row("sep=;"), BOOK_HEADER, book_row())
    assert kinds(table) == {1: "title", 2: "header"}
    assert table.title == ""


def test_two_header_rows_give_the_lower_names_under_a_group_and_the_upper_ones_elsewhere() -> None:
    table = read(UPPER, LOWER, book_row())
    assert table.header_rows == (1, 2)
    assert table.headings == read(BOOK_HEADER, book_row()).headings
    assert data_rows(table) == [3]


def test_a_group_heading_repeated_over_its_columns_is_still_a_group() -> None:
    repeated = [*BOOK_HEADER[:5], *["Ngày, tháng, năm"] * 3, "Ký nhận"]
    assert read(repeated, LOWER, book_row()).headings == read(BOOK_HEADER, book_row()).headings


def test_an_upper_heading_that_is_merged_down_counts_once() -> None:
    both = [*BOOK_HEADER[:5], *LOWER[5:8], "Ký nhận"]
    table = read(UPPER, both, book_row())
    assert table.headings == read(BOOK_HEADER, book_row()).headings


def test_a_data_row_is_never_taken_for_the_lower_header_row() -> None:
    first = ["1", None, None, None, None, "05/03/2026", None, "Trả kết quả", None]
    table = read(BOOK_HEADER, first, book_row(2))
    assert table.header_rows == (1,)
    assert data_rows(table) == [2, 3]


def test_data_that_reads_like_a_heading_below_an_unknown_one_makes_no_second_header_row() -> None:
    table = read([*BOOK_HEADER, "Kết luận", "Lưu ở"], ["1", *[None] * 8, "Ghi chú", "Lĩnh vực"], book_row(2))
    assert table.header_rows == (1,)
    assert data_rows(table) == [2, 3]


def test_an_unknown_column_is_told_and_not_read() -> None:
    table = read([*BOOK_HEADER, "Màu bìa"], [*book_row(), "xanh"])
    assert table.unknown_headings == ("Màu bìa",)
    assert "xanh" not in table.rows.row(0)


def test_an_empty_heading_over_filled_cells_is_told_by_its_place() -> None:
    header = [*BOOK_HEADER[:6], None, *BOOK_HEADER[6:]]
    line = book_row()
    assert read(header, [*line[:6], "gì đó", *line[6:]]).unknown_headings == ("cột 7",)


def test_an_empty_heading_over_empty_cells_is_silent() -> None:
    assert read([*BOOK_HEADER, None], [*book_row(), None]).unknown_headings == ()


def test_cells_that_only_a_ragged_row_has_are_no_unknown_column() -> None:
    table = read(BOOK_HEADER, book_row(1), book_row(2), [*book_row(3), "dư"], counts=[9, 9, 9, 10])
    assert table.unknown_headings == ()


def test_all_missing_columns_are_told_at_once_with_the_accepted_headings() -> None:
    header = ["TT", "Tên TTHC", "Hẹn trả kết quả", "Địa chỉ", "Địa chỉ"]
    with pytest.raises(InputRefused) as refused:
        read(["tiêu đề", *[None] * 4], header, header, feed="logbook")
    message = refused.value.message
    assert message.startswith("tep.csv: row 2: ")
    assert 'no column "Nhận hồ sơ" (received); accepted headings: Nhận hồ sơ, Ngày nhận, ' in message
    assert 'no column "Trả kết quả" (returned)' in message
    assert 'the heading "Địa chỉ" stands over columns 4, 5' in message
    assert "doichieu.toml" in refused.value.tip


def test_a_heading_over_two_columns_is_refused_whatever_its_dress() -> None:
    with pytest.raises(InputRefused, match='the heading "Trả kết quả" stands over columns 8, 10'):
        read([*BOOK_HEADER, "TRẢ KẾT QUẢ:"], [*book_row(), "x"], feed="logbook")


def test_no_header_at_all_is_said_with_what_was_looked_for() -> None:
    with pytest.raises(InputRefused, match=r"tep.csv: no header in the first 2 rows: no column") as refused:
        read(book_row(1), book_row(2), feed="logbook")
    assert "Trần" not in refused.value.message


def test_a_header_below_row_40_is_not_found() -> None:
    table = read(*[row("dòng")] * 39, BOOK_HEADER, book_row())
    assert table.header_rows == (40,)
    with pytest.raises(InputRefused, match="no header in the first 40 rows"):
        read(*[row("dòng")] * 40, BOOK_HEADER, book_row(), feed="logbook")


def test_columns_that_are_expected_but_absent_are_told() -> None:
    table = read(["TT", "Nhận hồ sơ", "Trả kết quả"], ["1", "05/03/2026", "06/03/2026"])
    assert table.missing_expected == ("dossier_code", "applicant_name", "procedure_name", "due")
    assert read(BOOK_HEADER, book_row()).missing_expected == ()


def test_the_distinctive_heading_wins_and_the_other_code_becomes_the_alias() -> None:
    header = [*IGATE_HEADER, "Mã hồ sơ"]
    table = read(header, [*igate_row(), "987654"], name="igate.csv")
    assert table.headings["Số hồ sơ"] == "dossier_code"
    assert table.headings["Mã hồ sơ"] == "alias_code"
    assert table.outranked_headings == {"Mã hồ sơ": "Số hồ sơ"}
    assert table.rows.select("dossier_code", "alias_code").row(0) == ("000.17.22.H56-260305-0001", "987654")


def test_a_second_code_beside_a_real_alias_is_told_as_unknown() -> None:
    header = [*IGATE_HEADER, "Mã hồ sơ", "Số phiếu"]
    table = read(header, [*igate_row(), "987654", "P1"], name="igate.csv")
    assert table.headings["Số phiếu"] == "alias_code"
    assert table.unknown_headings == ("Mã hồ sơ",)


def test_of_two_headings_with_one_meaning_the_profiles_first_wins_and_the_other_is_told() -> None:
    table = read([*BOOK_HEADER, "Chủ hồ sơ"], [*book_row(), "người khác"])
    assert table.headings["Tên cá nhân, tổ chức"] == "applicant_name"
    assert table.unknown_headings == ("Chủ hồ sơ",)
    assert table.outranked_headings == {"Chủ hồ sơ": "Tên cá nhân, tổ chức"}


def test_an_empty_column_gives_way_to_a_filled_one_of_the_same_meaning() -> None:
    header, name = [*BOOK_HEADER, "Ngày trả"], BOOK_HEADER.index("Trả kết quả")
    lines = [[*[None if n == name else cell for n, cell in enumerate(book_row(k))], "07/03/2026"] for k in (1, 2)]
    table = read(header, *lines)
    assert (table.headings["Ngày trả"], table.outranked_headings) == ("returned", {"Trả kết quả": "Ngày trả"})
    assert table.rows["returned"].to_list() == ["07/03/2026"] * 2
    one_filled = read(header, lines[0], [*book_row(2), None])
    assert one_filled.headings["Trả kết quả"] == "returned"


def test_an_empty_code_column_becomes_the_alias_of_a_filled_one() -> None:
    line = [None if n == 1 else cell for n, cell in enumerate(igate_row())]
    table = read([*IGATE_HEADER, "Mã hồ sơ"], [*line, "000.17.22.H56-260305-0001"], name="igate.csv")
    assert (table.headings["Mã hồ sơ"], table.headings["Số hồ sơ"]) == ("dossier_code", "alias_code")


def test_a_header_alone_is_a_table_without_rows() -> None:
    table = read(row("SỔ THEO DÕI"), BOOK_HEADER)
    assert table.rows.height == 0
    assert table.counts == {"data": 0, "title": 1, "header": 1}


def test_the_facts_of_the_file_come_along() -> None:
    table = read(BOOK_HEADER, book_row())
    assert (table.format, table.encoding, table.delimiter, table.sheet) == ("csv", "utf-8", ",", None)
    assert table.path == grid(BOOK_HEADER).path

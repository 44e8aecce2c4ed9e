from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputRefused, UsageFault
from pipeline.recognise import recognise
from tests.recognise.grids import (
    BOOK_HEADER,
    IGATE_HEADER,
    PROFILES,
    XGATE_HEADER,
    Row,
    book_row,
    grid,
    igate_row,
    read,
)

if TYPE_CHECKING:
    from pipeline.read.grid import Grid

PLAIN_HEADER = ["STT", "Số biên nhận", "Tên thủ tục", "Họ và tên", "Ngày nhận", "Ngày hẹn", "Tình trạng", "Cán bộ"]


def feed_of(header: Row, line: Row, name: str = "tep.csv", feed: str | None = None) -> str:
    return read(header, line, name=name, feed=feed).profile.name


def test_headings_alone_settle_the_feed() -> None:
    assert feed_of(BOOK_HEADER, book_row()) == "logbook"
    assert feed_of(IGATE_HEADER, igate_row()) == "igate"
    assert feed_of(XGATE_HEADER, igate_row()) == "xgate"


@pytest.mark.parametrize("name", ["Xuat iGate 03.csv", "IGATE.CSV"])
def test_the_files_name_settles_what_headings_leave_open(name: str) -> None:
    assert feed_of(PLAIN_HEADER, igate_row(), name) == "igate"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_with_accents_matches_in_either_unicode_form(form: str) -> None:
    header = ["TT", "Nhận hồ sơ", "Trả kết quả", "Tình trạng"]
    assert (
        feed_of(header, ["1", "05/03", "06/03", ""], unicodedata.normalize(form, "Sổ Theo Dõi 2026.csv")) == "logbook"
    )


def test_a_name_that_speaks_against_the_headings_does_not_win() -> None:
    assert feed_of(BOOK_HEADER, book_row(), "igate.csv") == "logbook"


def test_a_name_that_two_feeds_claim_leaves_it_to_the_headings() -> None:
    assert feed_of(XGATE_HEADER, igate_row(), "igate_xgate.csv") == "xgate"


def test_the_feed_that_the_user_names_wins_over_name_and_headings() -> None:
    assert feed_of(XGATE_HEADER, igate_row(), "xgate.csv", feed="igate") == "igate"


def test_an_unknown_feed_is_a_usage_fault_that_lists_the_known_ones() -> None:
    with pytest.raises(UsageFault, match="egate: no such feed") as fault:
        read(IGATE_HEADER, igate_row(), feed="egate")
    assert fault.value.tip == "Known feeds: igate, logbook, xgate."


def test_a_tie_is_refused_with_both_guesses_and_what_each_lacks() -> None:
    with pytest.raises(InputRefused) as refused:
        read(PLAIN_HEADER, igate_row())
    assert refused.value.message == (
        "tep.csv: row 1: the headings fit more than one feed. Best guesses: "
        "igate (headings of its own that are not there: Số hồ sơ, Công dân/ Tổ chức, Người thụ lý); "
        "xgate (headings of its own that are not there: Mã hồ sơ, Chủ hồ sơ, Cán bộ xử lý, Trạng thái hồ sơ)"
    )
    assert refused.value.tip == "Name the feed: igate=tep.csv"


def test_distinctive_headings_of_both_products_are_a_tie() -> None:
    header = ["Số hồ sơ", "Mã hồ sơ", "Chủ hồ sơ", "Ngày nhận", "Trạng thái"]
    with pytest.raises(InputRefused, match="fit more than one feed"):
        read(header, ["1", "2", "3", "4", "5"])


def test_one_internal_code_beside_clear_headings_is_no_tie() -> None:
    assert feed_of([*IGATE_HEADER, "Mã hồ sơ"], [*igate_row(), "1"]) == "igate"


def test_headings_of_no_feed_are_refused_with_the_required_columns() -> None:
    with pytest.raises(InputRefused) as refused:
        read(["STT", "Họ và tên", "Ghi chú"], ["1", "A", "B"])
    assert "the headings fit no known feed. Best guesses: " in refused.value.message
    assert 'no column "Mã hồ sơ" (dossier_code)' in refused.value.message
    assert refused.value.tip.startswith("Name the feed: ")


def test_a_refused_file_names_the_feed_of_its_name_first() -> None:
    with pytest.raises(InputRefused, match=r"Best guesses: igate \(no column .*status"):
        read(["STT", "Mã hồ sơ", "Họ và tên"], ["1", "A", "B"], name="igate.csv")


def test_a_refused_file_tells_its_doubled_headings_too() -> None:
    with pytest.raises(InputRefused, match='"Ghi chú" stands over columns 3, 4'):
        read(["STT", "Họ và tên", "Ghi chú", "Ghi chú"], ["1", "A", "B", "C"])


def test_a_case_system_has_a_status_and_a_book_has_none() -> None:
    header = ["STT", "Mã hồ sơ", "Chủ hồ sơ", "Nhận hồ sơ", "Trả kết quả"]
    assert feed_of(header, ["1", "2", "3", "4", "5"]) == "logbook"
    assert feed_of([*header, "Trạng thái"], ["1", "2", "3", "4", "5", "6"]) == "xgate"


def test_a_book_with_a_status_column_is_read_when_the_user_says_so() -> None:
    table = read([*BOOK_HEADER, "Trạng thái"], [*book_row(), "xong"], feed="logbook")
    assert table.unknown_headings == ("Trạng thái",)


def test_a_feed_that_a_user_adds_wins_by_its_own_columns() -> None:
    own = replace(
        PROFILES["xgate"], name="tinh", file_patterns=(), columns={**PROFILES["xgate"].columns, "x": ("Mã lõi",)}
    )
    one = grid([*XGATE_HEADER, "Mã lõi"], [*igate_row(), "1"])
    assert recognise((one,), {**PROFILES, "tinh": own}, None).profile.name == "tinh"


def workbook(*sheets: tuple[str, list[Row]]) -> tuple[Grid, ...]:
    return tuple(
        grid(*rows, name="so.xlsx", sheet=sheet, file_format="xlsx") for sheet, rows in sheets
    )  # fmt: skip


BOOK = [BOOK_HEADER, book_row()]
NOTES = [["Hướng dẫn", None], ["Lĩnh vực", "Tên thủ tục"]]


def test_the_one_sheet_with_a_table_is_taken_and_the_others_are_told() -> None:
    table = recognise(workbook(("Hướng dẫn", NOTES), ("Sổ", BOOK)), PROFILES, None)
    assert (table.sheet, table.ignored_sheets) == ("Sổ", ("Hướng dẫn",))
    assert (table.encoding, table.delimiter) == (None, None)


@pytest.mark.parametrize("feed", [None, "logbook"])
def test_several_sheets_with_a_table_are_refused_with_their_names(feed: str | None) -> None:
    with pytest.raises(InputRefused) as refused:
        recognise(workbook(("Tháng 1", BOOK), ("Tháng 2", BOOK)), PROFILES, feed)
    assert refused.value.message == 'so.xlsx: 2 sheets hold a table of a known feed: "Tháng 1", "Tháng 2"'
    assert refused.value.tip == "Save the right sheet as a file of its own."


def test_a_named_feed_picks_its_sheet_out_of_two_feeds() -> None:
    sheets = workbook(("Sổ", BOOK), ("Phần mềm", [IGATE_HEADER, igate_row()]))
    assert recognise(sheets, PROFILES, "igate").sheet == "Phần mềm"
    with pytest.raises(InputRefused, match='2 sheets hold a table of a known feed: "Sổ", "Phần mềm"'):
        recognise(sheets, PROFILES, None)


def test_when_no_sheet_holds_a_table_the_nearest_one_is_told() -> None:
    almost = [["TT", "Mã hồ sơ", "Tên TTHC", "Nhận hồ sơ"], ["1", "2", "3", "4"]]
    with pytest.raises(InputRefused, match=r'so.xlsx: sheet "Sổ", row 1: no column "Trả kết quả"'):
        recognise(workbook(("Hướng dẫn", NOTES), ("Sổ", almost)), PROFILES, "logbook")

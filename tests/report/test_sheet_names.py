from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from pipeline.report.sheet_names import sheet_names


@pytest.mark.parametrize(
    ("wanted", "legal"),
    [
        ("Trần Văn Mẫu", "Trần Văn Mẫu"),
        ("Tư pháp/Hộ tịch: [1] *?\\", "Tư pháp Hộ tịch 1"),
        ("'An'", "An"),
        ("x" * 40, "x" * 31),
        ("", "-"),
        (":*?", "-"),
        ("History", "History (2)"),
        ("a\u200b\nb", "a b"),
    ],
)
def test_a_name_keeps_what_a_spreadsheet_takes(wanted: str, legal: str) -> None:
    assert sheet_names([wanted], []) == [legal]


def test_names_that_excel_takes_for_one_are_told_apart() -> None:
    long = "Nguyễn Thị Minh Khai ở phòng một cửa"
    wanted = ["An", "AN", "Tổng hợp", long, long.upper(), "Tổ\u0323ng"]
    names = sheet_names(wanted, ["tổng HỢP"])
    assert names[:3] == ["An", "AN (2)", "Tổng hợp (2)"]
    assert (names[4][-4:], len(names[4])) == (" (2)", 31)
    assert len({name.casefold() for name in names}) == len(names)


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_names_make_sheets_that_the_writer_takes(wanted: list[str]) -> None:
    book = Workbook()
    for name in sheet_names(wanted, []):
        book.add_worksheet(name)
    book.fileclosed = True  # nothing is written

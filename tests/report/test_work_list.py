from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from pipeline.report import work_list as module
from pipeline.report.work_list import work_list
from tests.report.mails import workbook_of
from tests.report.nights import OVERDUE, make_letter, make_night, one_entry, sample_night
from tests.report.outcomes import AS_OF

if TYPE_CHECKING:
    import pytest


def lines_of(sheet: str, *entries: dict[str, object], **change: object) -> list[tuple[object, ...]]:
    return list(workbook_of(make_night(*entries), **change)[sheet].iter_rows(values_only=True))


def test_the_work_list_names_what_a_clerk_needs() -> None:
    header, line = lines_of("Việc cần làm", one_entry(3, close_by=AS_OF, urgency="due_today"))
    assert dict(zip(header, line, strict=True)) == {
        "Gấp": "Hôm nay",
        "Đóng trước hết ngày": datetime(2026, 3, 31),  # noqa: DTZ001 -- a workbook has no zones
        "Việc": "kết thúc",
        "Mã hồ sơ": "H56.17.22-260320-0003",
        "Ghi chú": None,
        "Thủ tục": "Đăng ký khai sinh",
        "Lĩnh vực": "Hộ tịch",
        "Chủ hồ sơ": "N. T. T.",
        "Cán bộ": "Trần Văn Mẫu",
        "Phần mềm": "igate",
        "Trạng thái trên phần mềm": "Đang xử lý",
        "Tiếp nhận": datetime(2026, 3, 20),  # noqa: DTZ001 -- the same
        "Hẹn trả": datetime(2026, 4, 10),  # noqa: DTZ001 -- the same
        "Đã trả (sổ)": datetime(2026, 3, 25),  # noqa: DTZ001 -- the same
        "Số ngày làm việc còn treo": 4,
        "Quyển số": "1",
        "Số thứ tự": "3",
        "Dòng trong sổ": "so_theo_doi.xlsx:13",
        "Dòng trên phần mềm": "igate.csv:13",
        "Chi tiết": None,
    }


def test_codes_to_close_stand_in_one_column_savable_first_each_once() -> None:
    entries = [
        one_entry(1, **OVERDUE),
        one_entry(2),
        one_entry(2, feed="xgate"),
        one_entry(3, rule_id="M13", rule="open_near_due"),
        one_entry(4, needs_review=True),
        one_entry(5, dossier_code=None),
    ]
    codes = [code for (code,) in lines_of("Mã cần kết thúc", *entries)]
    assert codes == ["Mã hồ sơ", "H56.17.22-260320-0002", "H56.17.22-260320-0001"]


def test_the_workbook_holds_only_its_readers_lines_in_its_readers_language() -> None:
    entries = [one_entry(1, officer="An"), one_entry(2, officer="Bình")]
    book = workbook_of(make_night(*entries), audience="officer", officer="An", lang="en")
    assert book.sheetnames == ["Work list", "Totals by officer", "Codes to close"]
    assert [line[3] for line in book["Work list"].iter_rows(min_row=2, values_only=True)] == ["H56.17.22-260320-0001"]


def test_text_from_data_is_never_a_formula() -> None:
    hostile = "=HYPERLINK(1)"
    book = workbook_of(make_night(one_entry(dossier_code=hostile, officer=hostile, book_no="+1", feed_status="@a")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_a_night_without_work_gives_headers_only() -> None:
    book = workbook_of(make_night())
    assert [sheet.max_row for sheet in book.worksheets] == [1, 1, 1]


def test_the_same_night_gives_the_same_bytes() -> None:
    assert work_list(sample_night(), make_letter()) == work_list(sample_night(), make_letter())


def test_a_long_list_is_cut_to_what_a_relay_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 2)
    content, count = work_list(make_night(*(one_entry(number) for number in range(1, 6))), make_letter())
    assert (count, load_workbook(BytesIO(content)).worksheets[0].max_row) == (2, 3)

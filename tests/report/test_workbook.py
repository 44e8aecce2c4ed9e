from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from pipeline.errors import UsageFault
from pipeline.report import workbook
from pipeline.report.workbook import write_workbook
from schemas.contract import MISMATCH_COLUMNS
from tests.report.outcomes import make_outcome, one_mismatch, sample

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from pipeline.report.outcome import Outcome

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://x.example")',
    "http://x.example",
    "{=1}",
    "+1",
    "@a",
    "0012",
    "1e5",
)


OFFICERS = ("Trần Văn Mẫu", "Lê Thị Ví Dụ")  # who has most to do first
LAST = {"vi": ("Tổng hợp", "Tệp", "Cách ly", "Lưu ý"), "en": ("Summary", "Files", "Quarantine", "Notices")}


def opened(outcome: Outcome, folder: Path) -> Workbook:
    write_workbook(outcome, folder / "out.xlsx")
    return load_workbook(folder / "out.xlsx")


def lines_of(sheet: Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_the_first_sheet_is_the_contract(tmp_path: Path) -> None:
    for lang in ("vi", "en"):
        sheet = opened(sample(lang), tmp_path).worksheets[0]
        assert (sheet.title, lines_of(sheet)[0]) == ("mismatches", MISMATCH_COLUMNS)
        assert sheet.max_row == sample(lang).mismatches.height + 1


def test_the_first_sheet_keeps_values_and_types(tmp_path: Path) -> None:
    line = one_mismatch(link_score=0.1234567)
    cells = dict(zip(MISMATCH_COLUMNS, lines_of(opened(make_outcome(line), tmp_path).worksheets[0])[1], strict=True))
    on = {name: datetime.combine(day, datetime.min.time()) for name, day in line.items() if isinstance(day, date)}
    assert cells == line | on | {"link_score": 0.123457}


def test_dates_are_shown_day_first(tmp_path: Path) -> None:
    sheet = opened(make_outcome(one_mismatch()), tmp_path).worksheets[0]
    shown = {sheet.cell(2, MISMATCH_COLUMNS.index(name) + 1).number_format for name in ("received_on", "close_by")}
    assert shown == {"dd/mm/yyyy"}


def test_text_from_data_is_never_a_formula_a_link_or_a_number(tmp_path: Path) -> None:
    lines = [one_mismatch(applicant_name=text, detail=text, line_no=text) for text in HOSTILE]
    book = opened(make_outcome(*lines), tmp_path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert [cell for cell in cells if cell.hyperlink] == []
    written = [line[MISMATCH_COLUMNS.index("line_no")] for line in lines_of(book.worksheets[0])[1:]]
    assert written == list(HOSTILE)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(tag in sheet for sheet in sheets for tag in (b"<f>", b"<hyperlink"))


def test_headers_are_frozen_and_filtered_on_every_sheet(tmp_path: Path) -> None:
    for sheet in opened(sample("vi"), tmp_path).worksheets:
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes == ("E2" if sheet["D1"].value == "Mã hồ sơ" else "A2")  # the code stays in view


def test_officers_get_their_work_in_their_language_most_urgent_first(tmp_path: Path) -> None:
    sheet = opened(sample("vi"), tmp_path)["Việc cần làm"]
    header, *lines = lines_of(sheet)
    assert header[:6] == ("Gấp", "Đóng trước hết ngày", "Việc", "Mã hồ sơ", "Ghi chú", "Thủ tục")
    assert [line[0] for line in lines] == ["Hôm nay", "Sắp hạn", "Sắp hạn", "Quá hạn", "Quá hạn", "Còn hạn"]
    assert lines[0][-3:-1] == ("so_theo_doi.xlsx:11", "igate.csv:15")


@pytest.mark.parametrize(
    ("lang", "titles"),
    [
        ("vi", ["Việc cần làm", *OFFICERS, "(chưa rõ cán bộ)", "Cộng theo cán bộ", "Mã cần kết thúc", *LAST["vi"]]),
        ("en", ["Work list", *OFFICERS, "(officer unknown)", "Totals by officer", "Codes to close", *LAST["en"]]),
    ],
)
def test_the_sheets_are_named_in_the_reports_language(lang: str, titles: list[str], tmp_path: Path) -> None:
    assert opened(sample(lang), tmp_path).sheetnames == ["mismatches", *titles]


def test_summary_files_and_quarantine_stand_on_their_sheets(tmp_path: Path) -> None:
    book = opened(sample("en"), tmp_path)
    assert lines_of(book["Summary"])[1] == ("M01", "Returned on paper, open in the software", "high", 2, 0)
    assert lines_of(book["Files"])[2] == ("exports/igate.csv", "igate", 19, 17, 1, 1, "header 1")
    assert lines_of(book["Quarantine"])[2] == ("exports/igate.csv", 19, "V01", "dossier code", "not a dossier code")


def test_urgency_is_coloured_by_the_words_of_the_sheet(tmp_path: Path) -> None:
    book = opened(sample("vi"), tmp_path)
    formulas = {
        sheet.title: {rule.formula[0] for rules in sheet.conditional_formatting for rule in rules.rules}
        for sheet in book.worksheets
    }
    assert {'"overdue"', '"high"'} <= formulas["mismatches"]
    assert '"Quá hạn"' in formulas["Việc cần làm"]
    assert '"cao"' in formulas["Tổng hợp"]
    assert formulas["Tệp"] == set()


def test_an_outcome_without_findings_is_a_workbook_with_headers(tmp_path: Path) -> None:
    book = opened(make_outcome(), tmp_path)
    assert {len(lines_of(sheet)) for sheet in book.worksheets} == {1}


def test_a_text_longer_than_a_cell_is_cut_and_not_dropped(tmp_path: Path) -> None:
    book = opened(make_outcome(one_mismatch(detail="x" * 40_000)), tmp_path)
    assert len(str(lines_of(book.worksheets[0])[1][-1])) == 32_767


def test_the_same_outcome_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(sample("vi"), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert load_workbook(BytesIO((tmp_path / "a.xlsx").read_bytes())).properties.created == datetime(2026, 3, 31)  # noqa: DTZ001 -- a workbook has no zones


def test_more_mismatches_than_a_sheet_has_rows_are_refused_with_another_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "LAST_ROW", 1)
    with pytest.raises(UsageFault, match="2 mismatches") as refusal:
        write_workbook(make_outcome(one_mismatch(), one_mismatch()), tmp_path / "out.xlsx")
    assert "csv" in refusal.value.tip
    assert list(tmp_path.iterdir()) == []

"""The workbooks as another program understands them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from pipeline.report.work_list import work_list
from pipeline.report.workbook import write_workbook
from tests.report.nights import make_letter, make_night, one_entry
from tests.report.office import converted, needs_office
from tests.report.outcomes import make_outcome, one_mismatch

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

pytestmark = [needs_office, pytest.mark.slow]
HOSTILE = ('=HYPERLINK("http://x.example";"a")', "+1", "@x", "-2", "0012", "1e5", " a ", "<b>&", "=cmd|'/c calc'!A1")


TRUTHS = {"=FALSE()": False, "=TRUE()": True}  # LibreOffice writes them so


def values(book: Workbook) -> dict[str, list[list[object]]]:
    return {
        sheet.title: [[TRUTHS.get(str(value), value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def both(path: Path, folder: Path) -> tuple[Workbook, Workbook]:
    (folder / "out").mkdir()
    return load_workbook(path), load_workbook(converted(path, "xlsx", folder / "out"))


def test_the_workbook_says_the_same_when_libreoffice_saves_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "doichieu.xlsx"
    write_workbook(make_outcome(*(one_mismatch(applicant_name=text, officer=text) for text in HOSTILE)), path)
    ours, theirs = both(path, tmp_path)
    assert values(theirs) == values(ours)
    cells = [cell for sheet in theirs.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.value for cell in cells if cell.data_type == "f"} <= TRUTHS.keys()
    assert not any(cell.hyperlink for cell in cells)


def test_the_work_list_keeps_its_questions_filters_and_colours(tmp_path: Path) -> None:
    night = make_night(
        *(one_entry(number, pair_id=f"{number:010}", officer=f"Cán bộ {number % 2}") for number in (1, 2, 3))
    )
    path = tmp_path / "viec.xlsx"
    path.write_bytes(work_list(night, make_letter())[0])
    ours, theirs = both(path, tmp_path)
    assert values(theirs) == values(ours)
    for name in ("Việc cần làm", "Cán bộ 0", "Cán bộ 1"):
        sheet = theirs[name]
        lists = [one for one in sheet.data_validations.dataValidation if one.type == "list"]
        assert '"đúng,không phải,để sau"' in {one.formula1 for one in lists}
        assert sheet.auto_filter.ref
        assert any('"Quá hạn"' in str(rule.formula) for rules in sheet.conditional_formatting for rule in rules.rules)


def test_a_sheet_saved_as_csv_is_still_read_back(tmp_path: Path) -> None:
    from pipeline.night.answers import read_answers

    path = tmp_path / "viec.xlsx"
    path.write_bytes(work_list(make_night(one_entry(pair_id="12e4567890")), make_letter())[0])
    book = load_workbook(path)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, places["Quyết định"], "đúng")
    book.save(path)
    assert read_answers(converted(path, "csv:Text - txt - csv (StarCalc):44,34,76,1", tmp_path)).rows() == [
        ("12e4567890", "same", None)
    ]

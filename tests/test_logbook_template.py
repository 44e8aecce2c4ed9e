"""The logbook template with a catalogue, typed into, calculated by LibreOffice, and read by doichieu."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.catalogue import Procedure
from pipeline.collect import collect
from pipeline.errors import UsageFault
from pipeline.init import write_template
from pipeline.logbook_template import LOGBOOK_WIDTHS, logbook_template
from pipeline.normalise.codes import dossier_code
from pipeline.reading import prepare_all
from pipeline.settings import load_settings
from tests.report.office import converted, needs_office

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = (
    Procedure("1", "Đăng ký khai sinh", "Hộ tịch", 1, None),
    Procedure("2", "=HYPERLINK(1)", "Đất đai", None, None),
    Procedure("3", "Đăng ký kết hôn", "Hộ tịch", None, None),
)
LINE = (  # columns B to J
    *("H56.17.22-260303-0001", "Đăng ký khai sinh", 1, "Kỳ Thị Hoàng Yến", "Thôn 2, 0987601234", "UBND xã"),
    *(datetime(2026, 3, 3), datetime(2026, 3, 9), datetime(2026, 3, 6)),  # noqa: DTZ001 -- a workbook has no zones
)


def made(folder: Path, *known: Procedure, unit: str | None = None) -> Path:
    path = folder / "so_theo_doi_quyen_1.xlsx"
    path.write_bytes(logbook_template(known, unit))
    return path


def filled(path: Path, *lines: tuple[Any, ...]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["A2"] = "Quyển số: 01. Năm: 2026"
    for row, line in enumerate(lines, start=5):
        for column, value in enumerate(line, start=2):
            sheet.cell(row, column, value)
    book.save(path)
    return path


def test_the_catalogues_procedures_and_fields_are_offered_from_a_hidden_sheet(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made(tmp_path, *KNOWN))
    sheet, lists = book.worksheets
    assert lists.sheet_state == "hidden"
    assert next(lists.iter_rows(max_col=2, values_only=True)) == ("Đăng ký khai sinh", "Hộ tịch")
    assert {cell.data_type for row in lists.iter_rows() for cell in row} <= {"s", "n"}
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation if "_danh" in one.formula1}
    assert offered == {"C5:C2004": "_danh_muc!$A$1:$A$3", "N5:N2004": "_danh_muc!$C$1:$C$2"}
    assert [cell.value for cell in sheet[4]] == [*LOGBOOK_WIDTHS, "Lĩnh vực"]


def test_without_a_catalogue_the_form_is_all_there_is(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made(tmp_path))
    assert len(book.sheetnames) == 1
    assert [cell.value for cell in book.worksheets[0][4]] == [*LOGBOOK_WIDTHS]


def test_a_template_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = made(tmp_path)
    with pytest.raises(UsageFault, match="already there"):
        write_template(path, load_settings())


@needs_office
@pytest.mark.slow
def test_what_was_typed_is_read_without_a_warning(tmp_path: Path) -> None:
    second = ("H56.17.22-260304-0002", "Đăng ký kết hôn", 2, "Lò Văn Páo", None, None, *LINE[6:8])
    path = filled(made(tmp_path, *KNOWN), LINE, second)
    (tmp_path / "out").mkdir()
    typed = converted(path, "xlsx", tmp_path / "out")
    settings = load_settings()
    reading = prepare_all(collect((str(typed),), frozenset(settings.feeds)), settings, lambda _: None)
    (source,) = reading.sources
    assert source.feed == "logbook"
    table, rows = source.table, source.split.accepted
    assert (table.unknown_headings, table.missing_expected, table.ignored_sheets) == ((), (), ())
    assert source.split.quarantined.is_empty()
    shown = rows.select("line_no", "book_no", dossier_code(), "procedure_name", "field_name")
    assert shown.rows() == [
        ("1", "01", "H56.17.22-260303-0001", "Đăng ký khai sinh", "Hộ tịch"),
        ("2", "01", "H56.17.22-260304-0002", "Đăng ký kết hôn", "Hộ tịch"),
    ]


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "code", "is_fine"),
    [
        (None, "H56.17.22-260303-0001", True),
        (None, "000.17.22.H56-260303-000123", True),
        (None, "H56.17.22-260303-001", False),
        (None, "H56.17.22/260303/0001", False),
        (None, "0001", False),
        ("H56.17.22", "H56.17.22-260303-0001", True),
        ("H56.17.22", "H56.17.99-260303-0001", False),
    ],
)
def test_the_check_of_codes_knows_their_shape(tmp_path: Path, unit: str | None, code: str, *, is_fine: bool) -> None:
    """A drop-down's formula cannot be asked what it says: here it stands in a cell."""
    path = made(tmp_path, unit=unit)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (check,) = (one.formula1 for one in sheet.data_validations.dataValidation if str(one.sqref).startswith("B5"))
    sheet["B5"], sheet["N5"] = code, f"=IF(IFERROR({check},FALSE),1,0)"
    book.save(path)
    (tmp_path / "out").mkdir()
    calculated = openpyxl.load_workbook(converted(path, "xlsx", tmp_path / "out"), data_only=True)
    assert calculated.worksheets[0]["N5"].value == int(is_fine)

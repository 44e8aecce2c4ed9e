from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt

from pipeline.errors import InputRefused
from pipeline.read import read_file
from pipeline.read import source as source_module
from tests.wrong_files import zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Refusal = Callable[..., str]

MOMENT = dt.datetime(2021, 5, 31, 8, 5)  # noqa: DTZ001 - workbooks know no zones
CELLS = {
    (2, 1): "SỔ THEO DÕI",
    (4, 0): 1,
    (4, 1): "0001",
    (4, 2): 45000.0,
    (4, 3): 20210531,
    (4, 4): MOMENT,
    (4, 5): 4.677,
    (4, 6): 20210531080500,
    (4, 7): "1.0",
    (4, 8): "  a\nb\u00a0",
    (7, 0): "cuối",
}
EXPECTED = {
    3: [None, "SỔ THEO DÕI", *[None] * 7],
    5: ["1", "0001", "45000", "20210531", "2021-05-31 08:05:00", "4.677", "20210531080500", "1.0", "a b"],
    8: ["cuối", *[None] * 8],
}


def write_xlsx(path: Path, sheets: Mapping[str, Mapping[tuple[int, int], object]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            if name.startswith("ẩn"):
                sheet.hide()
            for (row, column), value in cells.items():
                sheet.write(row, column, value, *([day] if isinstance(value, dt.datetime) else []))


def write_xls(path: Path, sheets: Mapping[str, Mapping[tuple[int, int], object]]) -> None:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for name, cells in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name.startswith("ẩn"))
        for (row, column), value in cells.items():
            sheet.write(row, column, value, *([day] if isinstance(value, dt.datetime) else []))
    book.save(str(path))


WRITERS = {"xlsx": write_xlsx, "xls": write_xls}


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_rows_numbers_and_dates_are_those_of_the_sheet(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.bin"  # the bytes decide, not the name
    WRITERS[kind](path, {"Sổ": CELLS})
    (grid,) = read_file(path)
    assert grid.cells["row"].to_list() == list(range(1, 9))
    assert set(grid.cells["cell_count"]) == {9}
    found = {row: cells for row, _, *cells in grid.cells.rows() if any(cells)}
    assert found == EXPECTED
    assert (grid.format, grid.sheet, grid.encoding, grid.delimiter) == (kind, "Sổ", None, None)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_all_sheets_with_content_are_read_hidden_ones_too(tmp_path: Path, kind: str) -> None:
    WRITERS[kind](tmp_path / "a", {"trống": {}, "một": {(0, 0): "x"}, "blanks": {(1, 1): " "}, "ẩn": {(0, 0): "y"}})
    assert [grid.sheet for grid in read_file(tmp_path / "a")] == ["một", "ẩn"]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_workbook_without_content_is_refused(tmp_path: Path, kind: str) -> None:
    WRITERS[kind](tmp_path / "a", {"trống": {}})
    with pytest.raises(InputRefused, match="no sheet has any content"):
        read_file(tmp_path / "a")


def test_a_merged_title_is_one_text_and_empty_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "SỔ")
        sheet.write_row("A2", ["1", "2", "3"])
    (grid,) = read_file(tmp_path / "a.xlsx")
    assert grid.cells.rows()[0] == (1, 3, "SỔ", None, None)


def test_old_fonts_in_a_workbook_are_refused(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"s": {(0, 0): "NguyÔn V¨n B¶y", (1, 0): "TrÇn ThÞ Hµ"}})
    with pytest.raises(InputRefused, match="TCVN3"):
        read_file(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (zipped({"word/document.xml": b"x"}), "a ZIP archive, not an XLSX workbook"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "broken, encrypted or not a workbook"),
        (zipped({"xl/workbook.xml": b"<x/>"})[:-30], "the workbook is damaged or cut off"),
        (zipped({"xl/workbook.xml": b"x" * 5_000_000}), "unpacks to 4 MiB"),
        (source_module.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "the workbook is encrypted"),
        (source_module.OLE + bytes(2000), "broken, encrypted or not a workbook"),
    ],
)
def test_what_is_no_readable_workbook_is_refused_with_its_reason(refusal: Refusal, content: bytes, what: str) -> None:
    assert refusal(content, "a.xlsx").startswith(f"a.xlsx: {what}")


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused_before_unpacking(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.read.workbook.MAX_BYTES", 1000)
    incompressible = bytes(range(256)) * 8
    assert "unpacks to" in refusal(zipped({"xl/workbook.xml": incompressible}), "a.xlsx")


@pytest.mark.parametrize("column", [256, 16_383])
def test_a_stray_cell_far_to_the_right_is_refused_instead_of_ending_the_process(tmp_path: Path, column: int) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"s": {(0, 0): "x", (1_048_575, column): "y"}})
    with pytest.raises(InputRefused, match="row 1048576: a cell beyond column IV"):
        read_file(tmp_path / "a.xlsx")


def test_the_last_allowed_column_is_read(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"s": {(0, 0): "x", (1, 255): "y"}})
    assert read_file(tmp_path / "a.xlsx")[0].cells["c255"][1] == "y"


def test_a_sheet_that_is_a_chart_is_passed_over_in_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("s").write(0, 0, 1)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=s!$A$1:$A$1"})
        book.add_chartsheet("biểu đồ").set_chart(chart)
    assert read_file(tmp_path / "a.xlsx")[0].cells.rows() == [(1, 1, "1")]
    assert not caplog.records

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt
from openpyxl import Workbook

from pipeline.errors import InputRefused
from pipeline.read import read_file
from pipeline.read import source as source_module
from tests.wrong_files import zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.read import Grid

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


def cells_of(path: Path) -> list[list[str | None]]:
    """The cells of the only sheet, row by row."""
    (grid,) = read_file(path)
    return [list(row[2:]) for row in grid.cells.rows()]


def sheet_xml(rows: str, after: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook_of(xml: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook whose one sheet is this XML, in a part of this name."""
    plain, changed = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            content = old.read(name).replace(b"/xl/worksheets/sheet1.xml", f"/{part}".encode())
            new.writestr(part if is_sheet else name, xml.encode() if is_sheet else content)
    return changed.getvalue()


INLINE = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
X = INLINE.format("A1", "x")


def test_errors_and_formulas_without_a_value_are_no_empty_cells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["B2"], sheet["C2"], sheet["D2"], sheet["E3"] = "x", "#N/A", "#REF!", "=B2+6"
    sheet["A4"] = "=TODAY()"
    book.save(tmp_path / "a.xlsx")
    assert cells_of(tmp_path / "a.xlsx") == [
        [None] * 5,
        [None, "x", "#N/A", "#REF!", None],
        [None, None, None, None, "=B2+6"],
        ["=TODAY()", *[None] * 4],
    ]


@pytest.mark.parametrize("chunk", [1, 37, 500, 3_000])
def test_it_does_not_matter_where_a_sheet_is_cut_to_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for number in range(40):
        sheet.append([number, "<row", "#N/A" if number % 9 == 0 else "x", f"=A{number}" if number % 7 == 0 else 7])
    sheet.merge_cells("A39:A40")
    book.save(tmp_path / "a.xlsx")
    whole = cells_of(tmp_path / "a.xlsx")
    monkeypatch.setattr("pipeline.read.sheet_glance.CHUNK", chunk)
    assert cells_of(tmp_path / "a.xlsx") == whole
    assert sum(row[2] == "#N/A" for row in whole) == 5
    assert [row[3] for row in whole if row[3] != "7"] == [f"=A{number}" for number in range(0, 40, 7)]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c r="B1"><f>A1</f><v>7</v></c>', "7"),
        ('<c r="B1" t="str"><f>A1</f><v></v></c>', None),  # shows nothing: ="" has been calculated
        ('<c r="B1"><f t="shared" si="0"/></c>', "="),
        ('<c r="B1" t="str"><f>A1&amp;1</f></c>', "=A1&1"),
        ("<c r='B1' t='e'><v>#NAME?</v></c>", "#NAME?"),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="B1" t="str"><f>A1</f><v>#1</v></c>', "#1"),
    ],
)
def test_what_a_cell_with_a_formula_shows(grid: Callable[..., Grid], cell: str, shown: str | None) -> None:
    found = grid(workbook_of(sheet_xml(f"<row>{X}{cell}<c r='C1'><v>1</v></c></row>")), "a.xlsx")
    assert found.cells.rows()[0][2:] == ("x", shown, "1")


def test_errors_of_an_old_workbook_are_no_empty_cells(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    for name in ("một", "hai"):
        sheet = book.add_sheet(name)
        sheet.write(0, 1, name)
    sheet.row(1).set_cell_error(1, 0x2A)
    sheet.row(2).set_cell_error(2, 0x17)
    sheet.row(2).set_cell_boolean(1, 1)
    book.save(str(tmp_path / "a.xls"))
    one, two = read_file(tmp_path / "a.xls")
    assert one.cells.rows() == [(1, 1, "một")]
    assert two.cells.rows() == [(1, 2, "hai", None), (2, 2, "#N/A", None), (3, 2, "true", "#REF!")]


@pytest.mark.parametrize("is_1904", [False, True])
def test_clock_times_without_a_day_are_told_as_such(tmp_path: Path, *, is_1904: bool) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": is_1904}) as book:
        sheet, clock = book.add_worksheet(), book.add_format({"num_format": "[h]:mm"})
        values = [dt.time(8, 30), dt.time(8, 30, 5), dt.timedelta(hours=30), MOMENT]
        for row, value in enumerate(values):
            sheet.write_datetime(row, 2, value, clock)
        sheet.write_string(4, 2, "1900-01-01 07:00:00")
    told = ["08:30", "08:30:05", "30:00", "2021-05-31 08:05:00", "1900-01-01 07:00:00"]
    assert cells_of(tmp_path / "a.xlsx") == [[text] for text in told]


def test_a_clock_time_of_an_old_workbook_is_told_as_such(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, dt.time(8, 30), xlwt.easyxf(num_format_str="hh:mm"))
    book.save(str(tmp_path / "a.xls"))
    assert cells_of(tmp_path / "a.xls") == [["08:30"]]


def test_a_day_that_means_empty_remains(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"s": {(0, 0): dt.datetime(1899, 12, 31)}})  # noqa: DTZ001 - workbooks know no zones
    assert cells_of(tmp_path / "a.xlsx") == [["1899-12-31 00:00:00"]]


LINES = [
    ["STT", "Mã hồ sơ", "Ngày trả"],
    ["1", "H56-260305-0001", "2026-03-11"],
    ["2", "H56-260306-0002", None],
    ["3", "H56-260307-0003", None],
    ["4", "H56-260308-0004", "2026-03-12"],
]


def with_merged(path: Path, lines: list[list[str | None]], *ranges: tuple[int, int, int, int]) -> Path:
    """Lines with merged cells (first row, first column, last row, last column), by what the file's name says."""
    texts = {(row, column): text for row, line in enumerate(lines) for column, text in enumerate(line) if text}
    if path.suffix == ".xls":
        book = xlwt.Workbook()
        old = book.add_sheet("s")
        for place, text in texts.items():
            old.write(*place, text)
        for row, column, last_row, last_column in ranges:
            old.merge(row, last_row, column, last_column)
        book.save(str(path))
        return path
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, column, last_row, last_column in ranges:
            sheet.merge_range(row, column, last_row, last_column, texts.get((row, column), ""))
        for place, text in texts.items():
            sheet.write_string(*place, text)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_cell_merged_over_rows_of_data_says_the_same_in_each(tmp_path: Path, kind: str) -> None:
    path = with_merged(tmp_path / f"a.{kind}", LINES, (1, 2, 3, 2))
    assert [row[2] for row in cells_of(path)] == ["Ngày trả", *["2026-03-11"] * 3, "2026-03-12"]


def test_of_a_cell_merged_over_rows_and_columns_the_first_column_is_filled(tmp_path: Path) -> None:
    lines = [[*line, "Ký" if line is LINES[0] else None] for line in LINES]
    assert [row[2:] for row in cells_of(with_merged(tmp_path / "a.xlsx", lines, (1, 2, 2, 3)))][1:4] == [
        ["2026-03-11", None],
        ["2026-03-11", None],
        [None, None],
    ]


def test_a_cell_merged_below_the_table_fills_no_rows_that_are_not_there(tmp_path: Path) -> None:
    path = with_merged(tmp_path / "a.xlsx", [*LINES, [None, None, "Người lập"]], (4, 2, 4, 3), (5, 2, 1_048_575, 2))
    assert [row[2] for row in cells_of(path)] == ["Ngày trả", "2026-03-11", None, None, "2026-03-12", "Người lập"]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_merged_headings_and_titles_stay_one_text(tmp_path: Path, kind: str) -> None:
    lines = [
        ["UBND XÃ", "SỔ THEO DÕI NĂM 2026", None],
        [None, "Từ ngày", None],
        ["STT", "Mã hồ sơ", "Ngày tháng năm"],
        [None, None, "Trả"],
        ["1", "H56-260305-0001", "2026-03-11"],
    ]
    path = with_merged(tmp_path / f"a.{kind}", lines, (0, 0, 1, 0), (2, 0, 3, 0), (2, 1, 3, 1))
    assert cells_of(path) == lines


@pytest.mark.parametrize("column", [0, 1])
def test_the_rows_of_one_line_stay_one_line(tmp_path: Path, column: int) -> None:
    """A line whose number or code is merged over two rows is no two lines."""
    lines = [LINES[0], ["1", "H56-260305-0001" if column else None, "2026-03-11"], [None, None, "2026-03-12"]]
    lines = [[*line, text] for line, text in zip(lines, ["Tên", "Nguyễn Văn An", None], strict=True)]
    assert cells_of(with_merged(tmp_path / "a.xlsx", lines, (1, column, 2, column), (1, 3, 2, 3))) == lines


def test_lines_with_codes_of_their_own_under_one_number_are_lines(tmp_path: Path) -> None:
    lines = [[*line] for line in LINES]
    lines[2][0] = None
    found = cells_of(with_merged(tmp_path / "a.xlsx", lines, (1, 0, 2, 0), (1, 2, 2, 2)))
    assert found[2] == ["1", "H56-260306-0002", "2026-03-11"]


FAR = '<row r="1">{}</row><row r="{}"><c r="{}"><v>1</v></c></row>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/worksheets/Data.xml", "xl/Sheet1.XML", "Data.bin"])
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c s="1" r = "xfd1048576"><v>1</v></c>',
        '<x:c xmlns:x="y" r="XFD1048576"><v>1</v></x:c>',
        '<c r="IV1048576"/><c><v>1</v></c>',
        '<c r="AAAAAAA1048576"><v>1</v></c>',
        f'<c{" " * 2_000_000}r="XFD1048576"><v>1</v></c>',
    ],
)
def test_a_far_cell_is_refused_however_it_is_written(refusal: Refusal, cell: str, part: str) -> None:
    rows = f'<row r="1">{X}</row><row r="1048576">{cell}</row>'
    filled = sheet_xml(rows, "<!-- " + "".join(map(chr, range(0x4E00, 0x9E00))) * 3 + " -->")  # unpacks to little
    assert "a cell beyond column IV" in refusal(workbook_of(filled, part), "a.xlsx")


def test_a_place_with_an_entity_in_it_is_refused(refusal: Refusal) -> None:
    """Calamine leaves it aside and counts cells instead."""
    cell = '<c r="&#65;1"><v>1</v></c>'
    assert "damaged" in refusal(workbook_of(sheet_xml(f'<row r="1048576">{cell}</row>')), "a.xlsx")


def test_entities_of_a_worksheet_are_never_replaced(refusal: Refusal) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    error = '<row><c t="e"><v>#N/A&b;</v></c></row>'
    assert "damaged" in refusal(workbook_of(bomb + sheet_xml(error)), "a.xlsx")


@pytest.mark.parametrize(
    ("last", "row"),
    [("IV1048576", 1_048_576), ("AG1048576", 1_048_576), ("IV131073", 131_073)],
)
def test_cells_that_span_more_than_fits_into_memory_are_refused(refusal: Refusal, last: str, row: int) -> None:
    assert refusal(workbook_of(sheet_xml(FAR.format(X, row, last))), "a.xlsx") == (
        f"a.xlsx: row {row}: cells so far apart that the sheet spans more than 33554432 cells"
    )


def test_sheets_that_together_span_more_than_fits_into_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.read.workbook.MAX_CELLS", 30)
    write_xlsx(tmp_path / "a.xlsx", {name: {(0, 0): "x", (4, 4): "y"} for name in "st"})
    with pytest.raises(InputRefused, match="row 5: cells so far apart"):
        read_file(tmp_path / "a.xlsx")


@pytest.mark.parametrize("rows", ['<row r="1">{}<c r="IW1" s="1"/></row>', '<row r="1">{}</row><row r="1048576"/>'])
def test_a_cell_in_which_nothing_stands_is_not_far_away(grid: Callable[..., Grid], rows: str) -> None:
    assert grid(workbook_of(sheet_xml(rows.format(X))), "a.xlsx").cells.rows() == [(1, 1, "x")]


@pytest.mark.parametrize("columns", [14, 30])
def test_nearly_all_workbooks_need_no_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr("pipeline.read.sheet_cells.Cells", lambda *_: pytest.fail("parsed"))
    write_xlsx(tmp_path / "a.xlsx", {"s": {(row, column): MOMENT for row in range(9) for column in range(columns)}})
    book = Workbook()
    book.worksheets[0].append(["x", 1, MOMENT, None, "y"] * (columns // 5))
    book.worksheets[0]["A100000"] = "z"
    book.save(tmp_path / "b.xlsx")
    assert [len(cells_of(tmp_path / name)) for name in ("a.xlsx", "b.xlsx")] == [9, 100_000]


def test_the_last_row_of_all_is_read(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"s": {(0, 0): "x", (1_048_575, 1): "y"}})
    (grid,) = read_file(tmp_path / "a.xlsx")
    assert grid.cells.rows()[-1] == (1_048_576, 2, None, "y")


def test_a_sheet_that_is_a_chart_is_passed_over_in_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("s").write(0, 0, 1)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=s!$A$1:$A$1"})
        book.add_chartsheet("biểu đồ").set_chart(chart)
    assert cells_of(tmp_path / "a.xlsx") == [["1"]]
    assert not caplog.records

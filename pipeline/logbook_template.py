"""A logbook (sổ theo dõi) to type into: the form's columns, checks while typing, drop-downs from the catalogue."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pipeline.catalogue import Procedure

LOGBOOK_WIDTHS = {  # form 07 of TT 03/2025/TT-VPCP: heading → width in characters
    "TT": 6,
    "Mã hồ sơ": 28,
    "Tên TTHC": 36,
    "Số lượng hồ sơ (bộ)": 10,
    "Tên cá nhân, tổ chức": 26,
    "Địa chỉ, số điện thoại": 30,
    "Cơ quan chủ trì giải quyết": 22,
    "Nhận hồ sơ": 13,
    "Hẹn trả kết quả": 13,
    "Trả kết quả": 13,
    "Phương thức nhận kết quả": 16,
    "Ký nhận": 12,
    "Ghi chú": 24,
}
FIELD, FIELD_WIDTH = "Lĩnh vực", 20  # beside the form, filled in from the procedure; only where there is a catalogue
DATE_HEADINGS = ("Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả")
NUMBERED = ("TT", "Số lượng hồ sơ (bộ)")
RETURN_METHODS = ("Trực tiếp", "Trực tuyến", "Bưu chính công ích")
HEADER_ROW = 3  # counted from 0: title, book and year, a blank row
HEADER_HEIGHT = 48  # points: three lines
FIRST, LINES = HEADER_ROW + 2, 2_000  # the first line's row as a spreadsheet counts; a book's lines with checks
LISTS = "_danh_muc"  # a sheet whose name begins with _ holds lists, no table: the reader passes it over
WARNING = "warning"  # the officer is asked and may go on: a book has what no rule foresaw
CODE = (  # agency-yymmdd-serial of 4 to 6 digits, and on no other line
    'AND({own}MID(B5,FIND("-",B5)+7,1)="-",ISNUMBER(--MID(B5,FIND("-",B5)+1,6)),ISNUMBER(--MID(B5,FIND("-",B5)+8,9)),'
    'LEN(B5)>FIND("-",B5)+10,LEN(B5)<FIND("-",B5)+14,COUNTIF(B$5:B${last},B5)=1)'
)


def logbook_template(catalogue: Sequence[Procedure] = (), unit_code: str | None = None) -> bytes:
    """The workbook; drop-downs only with a catalogue, codes checked against the unit's where it is known."""
    from xlsxwriter import Workbook

    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Sổ theo dõi")
        widths = LOGBOOK_WIDTHS | ({FIELD: FIELD_WIDTH} if catalogue else {})
        _titles(book, sheet)
        _columns(book, sheet, widths)
        _numbers(sheet)
        for heading, check in _checks(unit_code):
            _validate(sheet, [*widths].index(heading), check)
        if catalogue:
            _offer(book, sheet, catalogue)
        sheet.freeze_panes(HEADER_ROW + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)  # inches
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
    return buffer.getvalue()


def _titles(book: Workbook, sheet: Worksheet) -> None:
    title = book.add_format({"bold": True, "font_size": 14, "num_format": "@"})
    sheet.set_row(HEADER_ROW, HEADER_HEIGHT)
    sheet.write_string(0, 0, "SỔ THEO DÕI HỒ SƠ", title)
    sheet.write_string(1, 0, "Quyển số: 01. Năm: ......", book.add_format({"bold": True, "num_format": "@"}))


def _columns(book: Workbook, sheet: Worksheet, widths: Mapping[str, int]) -> None:
    plain = {"border": 1, "border_color": "#BFBFBF", "valign": "top"}
    day = book.add_format(plain | {"num_format": "dd/mm/yyyy", "align": "center"})
    text = book.add_format(plain | {"num_format": "@", "text_wrap": True})
    number, derived = book.add_format(plain | {"align": "center"}), book.add_format(plain | {"text_wrap": True})
    header = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#DDEBF7"}
    )
    formats: dict[str, Format] = dict.fromkeys(DATE_HEADINGS, day) | dict.fromkeys(NUMBERED, number) | {FIELD: derived}
    for column, (heading, width) in enumerate(widths.items()):
        sheet.set_column(column, column, width, formats.get(heading, text))
        sheet.write_string(HEADER_ROW, column, heading, header)


def _numbers(sheet: Worksheet) -> None:
    """The next number (TT) appears as soon as a line has a code or a name."""
    for row in range(FIRST, FIRST + LINES):
        sheet.write_formula(row - 1, 0, f'=IF(B{row}&E{row}="","",ROW()-{FIRST - 1})', None, "")  # pyright: ignore[reportArgumentType] -- shown until a program calculates


def _checks(unit_code: str | None) -> Iterator[tuple[str, dict[str, object]]]:
    """Heading and check of each column that has one; formulas are those of the first line."""
    own = f'LEFT(B5,{len(unit_code) + 1})="{unit_code}-",' if unit_code else ""
    shape = f"{unit_code or 'đơn vị'}-NămThángNgày-Số, ví dụ {unit_code or 'H56.17.22'}-260305-0001"
    code = "=" + CODE.replace("{own}", own).replace("{last}", str(FIRST + LINES - 1))
    a_day = {"validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31)}
    in_order = "Ngày này phải là ngày/tháng/năm và không trước ngày nhận. Giữ nguyên nếu sổ giấy ghi đúng như vậy."
    yield "Mã hồ sơ", _told("Mã hồ sơ", f"Mã thường có dạng {shape}, và không trùng dòng khác.") | _custom(code)
    yield "Nhận hồ sơ", _told("Ngày chưa đúng", "Gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2026.") | a_day
    yield "Hẹn trả kết quả", _told("Ngày hẹn", in_order) | _custom("=AND(ISNUMBER(I5),I5>=H5)")
    yield "Trả kết quả", _told("Ngày trả", in_order) | _custom("=AND(ISNUMBER(J5),J5>=H5)")
    one_of = f"Chọn một trong: {', '.join(RETURN_METHODS)}."
    yield (
        "Phương thức nhận kết quả",
        _told("Chọn trong danh sách", one_of) | {"validate": "list", "source": list(RETURN_METHODS)},
    )


def _told(title: str, message: str) -> dict[str, object]:
    return {"error_title": title, "error_message": message}


def _custom(formula: str) -> dict[str, object]:
    return {"validate": "custom", "value": formula, "error_type": WARNING}


def _validate(sheet: Worksheet, column: int, check: dict[str, object]) -> None:
    sheet.data_validation(FIRST - 1, column, FIRST + LINES - 2, column, check)


def _offer(book: Workbook, sheet: Worksheet, catalogue: Sequence[Procedure]) -> None:
    """Procedures and fields as drop-downs; the field follows from the procedure and can be chosen instead."""
    lists = book.add_worksheet(LISTS)
    lists.hide()
    known = sorted(catalogue, key=lambda one: (one.field, one.name))
    fields = sorted({one.field for one in catalogue})
    for column, texts in enumerate(([one.name for one in known], [one.field for one in known], fields)):
        for row, text in enumerate(texts):
            lists.write_string(row, column, text)
    names, theirs = (f"{LISTS}!${letter}$1:${letter}${len(known)}" for letter in "AB")
    last = len(LOGBOOK_WIDTHS)
    for row in range(FIRST, FIRST + LINES):
        found = f'=IF(C{row}="","",IFERROR(INDEX({theirs},MATCH(C{row},{names},0)),""))'
        sheet.write_formula(row - 1, last, found, None, "")  # pyright: ignore[reportArgumentType] -- shown until a program calculates
    choices = {[*LOGBOOK_WIDTHS].index("Tên TTHC"): names, last: f"{LISTS}!$C$1:$C${len(fields)}"}
    told = _told("Danh mục", "Tên này không có trong danh mục thủ tục của xã. Vẫn ghi?")
    for column, source in choices.items():
        _validate(sheet, column, {"validate": "list", "source": f"={source}", "error_type": WARNING} | told)

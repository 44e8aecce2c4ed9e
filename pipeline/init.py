"""A new home: the configuration with its defaults, the folders, and logbook templates to type into."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.errors import IoFault, UsageFault
from pipeline.report.sink import write_out
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FOLDERS = ("inbox", "archive", "state", "reports", "outbox", "log")
CONFIG, BOOK, SHEET_OF_TEXT = "doichieu.toml", "so_theo_doi_mau.xlsx", "so_theo_doi_mau.csv"
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
DATE_HEADINGS = ("Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả")
RETURN_METHODS = ("Trực tiếp", "Trực tuyến", "Bưu chính công ích")
HEADER_ROW = 3  # counted from 0: title, book and year, a blank row
LINES = 2_000  # a book's lines with checks


def initialise(folder: Path) -> list[Path]:
    """Make a home in `folder` and give what was made, files first.

    Raises:
        UsageFault: files of these names are there already; nothing was changed.
        IoFault: the disk or the folder refuses.
    """
    files = {folder / CONFIG: _config(), folder / BOOK: _logbook(), folder / SHEET_OF_TEXT: _header_line()}
    folders = [folder / name for name in FOLDERS]
    _refuse_existing([*files, *(path for path in folders if not path.is_dir())])
    new_folders = [path for path in folders if not path.exists()]
    _make_folders([folder, *new_folders])
    for path, content in files.items():
        write_out([content], path)
    return [*files, *new_folders]


def _refuse_existing(paths: list[Path]) -> None:
    taken = [str(path) for path in paths if path.exists() or path.is_symlink()]
    if taken:
        raise UsageFault(
            f"already there: {', '.join(taken)}; nothing was changed", "Choose another folder, or move them away."
        )


def _make_folders(folders: list[Path]) -> None:
    for path in folders:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise IoFault(f"{path}: cannot be made ({fault.strerror})", "Check free space and permissions.") from None


def _config() -> bytes:
    return (ROOT / "schemas" / "templates" / CONFIG).read_bytes()


def _header_line() -> bytes:
    return (",".join(f'"{heading}"' for heading in LOGBOOK_WIDTHS) + "\r\n").encode("utf-8-sig")


def _logbook() -> bytes:
    from xlsxwriter import Workbook

    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sổ theo dõi")
        _titles(book, sheet)
        _columns(book, sheet)
        _checks(sheet)
        sheet.freeze_panes(HEADER_ROW + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
    return buffer.getvalue()


def _titles(book: Workbook, sheet: Worksheet) -> None:
    title = book.add_format({"bold": True, "font_size": 14, "num_format": "@"})
    sheet.write_string(0, 0, "SỔ THEO DÕI HỒ SƠ", title)
    sheet.write_string(1, 0, "Quyển số: 01. Năm: ......", book.add_format({"bold": True, "num_format": "@"}))


def _columns(book: Workbook, sheet: Worksheet) -> None:
    day, text = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "@", "text_wrap": True})
    header = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter", "bg_color": "#DDEBF7"}
    )
    for column, (heading, width) in enumerate(LOGBOOK_WIDTHS.items()):
        sheet.set_column(column, column, width, _cell_format(heading, day, text))
        sheet.write_string(HEADER_ROW, column, heading, header)


def _cell_format(heading: str, day: Format, text: Format) -> Format | None:
    if heading in DATE_HEADINGS:
        return day
    return None if heading in ("TT", "Số lượng hồ sơ (bộ)") else text


def _checks(sheet: Worksheet) -> None:
    """Drop-downs and date checks while typing, as far down as a book goes."""
    from datetime import date

    a_day = {
        "validate": "date",
        "criteria": "between",
        "minimum": date(2000, 1, 1),
        "maximum": date(2099, 12, 31),
        "error_title": "Ngày chưa đúng",
        "error_message": "Gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2026.",
    }
    a_method = {
        "validate": "list",
        "source": list(RETURN_METHODS),
        "error_title": "Chọn trong danh sách",
        "error_message": f"Chọn một trong: {', '.join(RETURN_METHODS)}.",
    }
    checks = dict.fromkeys(DATE_HEADINGS, a_day) | {"Phương thức nhận kết quả": a_method}
    for heading, check in checks.items():
        column = list(LOGBOOK_WIDTHS).index(heading)
        sheet.data_validation(HEADER_ROW + 1, column, HEADER_ROW + LINES, column, check)

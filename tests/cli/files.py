"""Small invented files for the command line: six dossiers that both sides know, two of them still open."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = "2026-03-16"
CANARY_NAME, CANARY_PHONE = "Kỳ Thị Hoàng Yến", "0987601234"
CANARIES = (CANARY_NAME, "KỲ THỊ HOÀNG YẾN", "Hoàng Yến", CANARY_PHONE)
PEOPLE = (CANARY_NAME, "Lò Văn Páo", "Vừ Thị Dợ", "Mạc Đình Khiêm", "Quách Công Lượng", "Bế Thị Nhài")
PROCEDURES = (
    *("Đăng ký khai sinh", "Chứng thực chữ ký", "Xác nhận tình trạng hôn nhân"),
    *("Cấp giấy phép xây dựng", "Hỗ trợ chi phí mai táng", "Đăng ký hộ kinh doanh"),
)
EXPORT_HEADINGS = {
    "code": "Số hồ sơ",
    "procedure": "Tên thủ tục",
    "field": "Lĩnh vực",
    "name": "Chủ hồ sơ",
    "phone": "Số điện thoại",
    "received": "Ngày tiếp nhận",
    "due": "Ngày hẹn trả",
    "finished": "Ngày có kết quả",
    "status": "Trạng thái",
    "officer": "Người thụ lý",
}
BOOK_HEADINGS = {
    "line": "TT",
    "code": "Mã hồ sơ",
    "procedure": "Tên TTHC",
    "name": "Tên cá nhân, tổ chức",
    "phone": "Số điện thoại",
    "received": "Nhận hồ sơ",
    "due": "Hẹn trả kết quả",
    "returned": "Trả kết quả",
    "signature": "Ký nhận",
}
TITLE = "BÁO CÁO TÌNH HÌNH XỬ LÝ HỒ SƠ"

Row = dict[str, str]


def dossier(number: int, **difference: str) -> Row:
    """What both sides say of one dossier: received in March 2026, closed, and returned on the 6th."""
    facts = {
        "line": str(number),
        "code": f"H56.17.22-26030{number % 3 + 2}-{number:04}",
        "procedure": PROCEDURES[(number - 1) % len(PROCEDURES)],
        "field": "Hộ tịch",
        "name": PEOPLE[(number - 1) % len(PEOPLE)],
        "phone": f"098760{1233 + number}",
        "received": f"0{number % 3 + 2}/03/2026",
        "due": "09/03/2026",
        "finished": "06/03/2026",
        "returned": "06/03/2026",
        "status": "Đã trả kết quả",
        "officer": "Trần Văn Mẫu",
        "signature": "",
    }
    return facts | difference


def still_open(number: int, **difference: str) -> Row:
    return dossier(number, **({"status": "Đang xử lý", "finished": ""} | difference))


ROWS = (
    still_open(1),
    still_open(2, due="30/03/2026"),
    *(dossier(number) for number in range(3, 7)),
)


def export_text(*rows: Row, title: bool = True) -> str:
    return (f"{TITLE}{',' * (len(EXPORT_HEADINGS) - 1)}\n" if title else "") + _csv(EXPORT_HEADINGS, rows or ROWS)


def book_text(*rows: Row) -> str:
    return _csv(BOOK_HEADINGS, rows or ROWS)


def write_export(path: Path, *rows: Row) -> Path:
    path.write_text(export_text(*rows), encoding="utf-8")
    return path


def write_book(path: Path, *rows: Row) -> Path:
    path.write_text(book_text(*rows), encoding="utf-8")
    return path


def _csv(headings: Row, rows: tuple[Row, ...]) -> str:
    page = StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(headings.values())
    writer.writerows([row[key] for key in headings] for row in rows)
    return page.getvalue()

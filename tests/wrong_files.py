"""One wrong file for each reason to refuse one, by the reason's name in [refusal]; and the sentences of a language."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING

from openpyxl import Workbook

from pipeline.read.source import OLE
from pipeline.report.phrases import load_phrases
from schemas.contract import MISMATCH_COLUMNS
from tests.cli.files import book_text, export_text
from tests.cli.test_bad_input import BROKEN, TCVN3

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACE = re.compile(r"\{\w+\}")
SHORTEST = 8  # letters and signs of a text between two places that is surely of one language
BLANKS = {"en": 1, "vi": 3}  # in it, at least: files have Vietnamese headings of two and three words in them
LABELS = ("column.", "field.", "paper.column.", "page.ui.")  # single words, some of them headings of files
EXPORT, BOOK = export_text(title=False), book_text()
PAGE = "<html><body><table><tr><td>{}</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>"


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def workbook(*sheets: str) -> bytes:
    """Sheets of comma-separated lines."""
    book, target = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for number, text in enumerate(sheets):
        sheet = book.create_sheet(f"Tờ {number}")
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(target)
    return target.getvalue()


def page(*tables: str) -> bytes:
    """Tables of comma-separated lines."""
    lines = (csv.reader(text.splitlines()) for text in tables)
    rows = ("".join(f"<tr><td>{'<td>'.join(cells)}" for cells in table) for table in lines)
    return "".join(f"<table>{table}</table>" for table in rows).encode()


def cell_at(place: str) -> bytes:
    book, target = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = book.worksheets[0][place] = "x"
    book.save(target)
    return target.getvalue()


WRONG: dict[str, bytes] = {
    "empty": b"",
    "other_trade": b"%PDF-1.7\n",
    "old_font": TCVN3.encode("latin-1"),
    "mixed_encodings": BROKEN["mixed encodings"][0],
    "bad_utf16": "a\tb\r\nxin\tchào\r\n".encode("utf-16")[:-1],
    "bad_structure": EXPORT.replace("Chứng", 'Ch"ng').replace("Xác", "X\0c").encode(),
    "cut_off": EXPORT.encode()[:-30],
    "wide_row": EXPORT.encode() + b"," * 300 + b"\n",
    "encrypted": OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    "no_workbook": OLE + bytes(2000),
    "no_content": workbook(""),
    "other_zip": zipped({"word/document.xml": b"x"}),
    "damaged_workbook": zipped({"xl/workbook.xml": b"<x/>"})[:-30],
    "unpacks_large": zipped({"xl/workbook.xml": b"x" * 5_000_000}),
    "far_cell": cell_at("IW1"),
    "spread_cells": cell_at("IV1048576"),
    "page_without_table": BROKEN["error page"][0],
    "page_encoding": b"<html><table>" + b"\xfe\x81" * 9,
    "page_cut_off": PAGE.format("a").encode(),
    "page_rows_lost": f"{PAGE.format('a')}</table><tr><td>3</td></tr>".encode(),
    "header_width": EXPORT.replace("\nH56", "\nx,H56").encode(),
    "bad_headings": BOOK.replace("Trả kết quả", "Cột lạ").replace("Số điện thoại", "Tên TTHC").encode(),
    "buried_header": "\n".join(["x", *EXPORT.splitlines()[1:], *EXPORT.splitlines()]).encode() + b"\n",
    "several_tables": workbook(BOOK, BOOK),
    "page_tables": page(BOOK, EXPORT),
    "several_feeds": "Số hồ sơ,Mã hồ sơ,Chủ hồ sơ,Ngày nhận,Trạng thái\n1,2,3,4,5\n".encode(),
    "no_feed": "Họ và tên,Ghi chú,Ghi chú\nA,B,C\n".encode(),
    "second_table": (BOOK + BOOK.replace("Nhận hồ sơ,Hẹn trả kết quả", "Hẹn trả kết quả,Nhận hồ sơ")).encode(),
    "second_book": f"{BOOK}Quyển số: 2\n".encode(),
    "own_report": ",".join(MISMATCH_COLUMNS).encode() + b"\n",
}
NAMED = {
    "bad_headings": "logbook",
    "buried_header": "igate",
    "header_width": "igate",
}  # a feed that the caller names: else other words apply
NO_CONTENT = {"unreadable", "not_regular", "too_large", "changed"}  # no bytes give these: the disk, a pipe, 100 MiB


def sentences(lang: str, other: str) -> set[str]:
    """What stands between the places of all texts of one language and in no text of the other; no labels."""
    others = "\n".join(load_phrases(other).values())
    texts = [text for key, text in load_phrases(lang).items() if not key.startswith(LABELS)]
    parts = (part.strip(" .,;:") for text in texts for part in PLACE.split(text))
    return {part for part in parts if len(part) >= SHORTEST and part.count(" ") >= BLANKS[lang] and part not in others}


def foreign(text: str, lang: str) -> list[str]:
    """Which of the other language's texts stand in a report of `lang`."""
    flat = one_line(text)
    return sorted(part for part in sentences(*{"vi": ("en", "vi"), "en": ("vi", "en")}[lang]) if part in flat)


def one_line(text: str | Iterable[str]) -> str:
    return " ".join((text if isinstance(text, str) else " ".join(text)).split())

"""Rows become the bytes of a workbook, a CSV in any encoding, or an HTML page; the same rows give the same bytes."""

from __future__ import annotations

import csv
import html
import io
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from tests.samples.sheets import Row

TONES = "\u0300\u0301\u0303\u0309\u0323"
CREATED = datetime(2026, 3, 31, 18, 0)  # noqa: DTZ001 -- a workbook's properties have no zone


def workbook(rows: list[Row]) -> bytes:
    """XLSX with merged titles, real dates, and a second sheet that is no table."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"title": "iGate", "created": CREATED})
    sheet = book.add_worksheet("Danh sách")
    day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for place, row in enumerate(rows):
        if row.kind == "title":
            sheet.merge_range(place, 0, place, len(row.cells) - 1, row.cells[0])
        else:
            for column, value in enumerate(row.cells):
                _put(sheet, place, column, value, day)
    book.add_worksheet("Hướng dẫn").write(0, 0, "Số liệu lấy từ hệ thống một cửa, chỉ để làm mẫu.")
    book.close()
    return target.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:  # noqa: ANN401 -- xlsxwriter has no stubs
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, str):
        if value:
            sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def windows_1258(rows: list[Row]) -> bytes:
    """As Excel on a Vietnamese Windows saves CSV: semicolons, tones apart from their letters."""
    return _with_tones_apart(_delimited(rows, ";")).encode("cp1258")


def utf16(rows: list[Row]) -> bytes:
    """Excel's "Unicode text": tabs, UTF-16 with its mark."""
    return b"\xff\xfe" + _delimited(rows, "\t").encode("utf-16-le")


def utf8_with_mark(rows: list[Row]) -> bytes:
    """CSV UTF-8 with its mark; the second printed page was typed on a Mac, so its letters are decomposed."""
    pages: list[list[Row]] = [[]]
    for row in rows:
        pages[-1].append(row)
        if row.kind == "total":
            pages.append([])
    texts = [_delimited(page, ",") for page in pages]
    texts[1] = unicodedata.normalize("NFD", texts[1])
    return "".join(texts).encode("utf-8-sig")


def html_page(rows: list[Row]) -> bytes:
    """A page of one table, as a web system saves it under .xls."""
    lines = ["<html><head><meta charset='utf-8'></head><body><table border='1'>"]
    for row in rows:
        cell = "th" if row.kind == "header" else "td"
        if row.kind == "title":
            lines.append(f"<tr><td colspan='{len(row.cells)}'>{html.escape(row.cells[0])}</td></tr>")
        else:
            cells = "".join(f"<{cell}>{html.escape(str(value))}</{cell}>" for value in row.cells)
            lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table></body></html>", ""]).encode()


def _delimited(rows: list[Row], separator: str) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=separator, lineterminator="\r\n").writerows(row.cells for row in rows)
    return target.getvalue()


def _with_tones_apart(text: str) -> str:
    """Letters with circumflex, breve or horn whole, the tone after them."""
    return "".join(map(_tone_apart, unicodedata.normalize("NFC", text)))


def _tone_apart(letter: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in TONES)
    return unicodedata.normalize("NFC", marks.translate({ord(mark): None for mark in TONES})) + tone

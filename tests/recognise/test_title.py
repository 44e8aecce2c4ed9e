from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.recognise.grids import BOOK_HEADER, Row, book_row, read, row

if TYPE_CHECKING:
    from pipeline.recognise import Table


def titled(*lines: str | tuple[str, ...]) -> Table:
    return read(*(row(*line) if isinstance(line, tuple) else row(line) for line in lines), BOOK_HEADER, book_row())


def totalled(*rows: Row) -> int | None:
    return read(BOOK_HEADER, book_row(), *rows).stated_total


@pytest.mark.parametrize(
    ("line", "book_no", "year"),
    [
        ("Quyển số: 01/2026", "01/2026", 2026),
        ("Quyển số 3", "3", None),
        ("SỔ THEO DÕI HỒ SƠ - QUYỂN SỐ: 3 - NĂM 2026", "3", 2026),
        ("Quyển số: II, năm 2025", "II", 2025),
        (("Quyển số:", "07/2026"), "07/2026", 2026),
        ("Sổ theo dõi năm 2026", None, 2026),
        ("Năm 2025, in ngày 05 tháng 01 năm 2026", None, 2025),
        ("Tháng 3 năm 2026", None, 2026),
        ("Từ năm 2025 đến năm 2026", None, None),
        ("Quyển số: ......", None, None),
        ("Sổ theo dõi hồ sơ", None, None),
    ],
)
def test_number_and_year_of_a_book_come_from_its_title(
    line: str | tuple[str, ...], book_no: str | None, year: int | None
) -> None:
    table = titled(line)
    assert (table.book_no, table.book_year) == (book_no, year)


@pytest.mark.parametrize(
    "line",
    [
        "Từ ngày 01/01/2026 đến ngày 31/03/2026",
        "(từ 1/1/2026 đến 31/3/2026)",
        "TỪ NGÀY 01-01-2026 ĐẾN NGÀY 31-03-2026",
        "Từ ngày: 01/01/2026 đến ngày: 31/03/2026",
        unicodedata.normalize("NFD", "Từ ngày 01/01/2026 đến ngày 31/03/2026"),
        ("Từ ngày", "01/01/2026", "đến ngày", "31/03/2026"),
    ],
)
def test_the_days_that_a_table_covers_come_from_its_title(line: str | tuple[str, ...]) -> None:
    table = titled(line)
    assert (table.covers_from, table.covers_until) == (date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    "line",
    [
        "Từ ngày 01/01/2026",
        "Từ ngày 31/02/2026 đến ngày 31/03/2026",
        "Từ ngày 01/04/2026 đến ngày 31/03/2026",
        "Báo cáo",
    ],
)
def test_days_that_are_no_span_cover_nothing(line: str | tuple[str, ...]) -> None:
    table = titled(line)
    assert (table.covers_from, table.covers_until) == (None, None)


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("Tổng số: 120 hồ sơ",), 120),
        (("Tổng cộng", "120"), 120),
        (("Tổng cộng 57 hồ sơ",), 57),
        ((None, "Tổng cộng", None, "4.677"), 4677),
        (("Tổng cộng: 4,677",), 4677),
        (("Tổng số hồ sơ năm 2026: 57",), 57),
        (("Tổng cộng: 58.61",), None),
        (("Tổng cộng", "120", "100", "20"), None),
        (("Tổng số: 120 hồ sơ, quá hạn 3",), None),
        (("Tổng cộng",), None),
        (("Cộng trang: 10",), None),
    ],
)
def test_the_total_row_states_how_many_dossiers_there_are(cells: tuple[str | None, ...], total: int | None) -> None:
    assert totalled(row(*cells)) == total


def test_a_grand_total_counts_and_totals_of_pages_and_months_do_not() -> None:
    assert totalled(row("Cộng trang: 10"), row("Tổng cộng: 10"), row("Cộng trang: 99")) == 10
    assert totalled(row("Cộng tháng 1: 5"), row("Cộng tháng 2: 4"), row("Tổng cộng: 9")) == 9
    assert totalled(row("Cộng tháng 1: 5"), row("Cộng tháng 2: 4")) is None


def test_a_file_without_title_and_total_says_nothing() -> None:
    table = read(BOOK_HEADER, book_row())
    assert (table.title, table.book_no, table.book_year, table.stated_total) == ("", None, None, None)

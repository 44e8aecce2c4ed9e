"""Tables of one HTML page: one table printed in pieces is one, what cannot be joined is told, never left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import FileRefused
from pipeline.read import Grid, read_file
from pipeline.recognise import Table, recognise
from tests.recognise.grids import (
    BOOK_HEADER,
    IGATE_HEADER,
    PROFILES,
    Row,
    book_row,
    data_rows,
    grid,
    igate_row,
    kinds,
    row,
)

if TYPE_CHECKING:
    from pathlib import Path

FORM: list[Row] = [["Từ ngày", "01/03/2026"], ["Đến ngày", "31/03/2026"]]
BOOK = [BOOK_HEADER, book_row(1), book_row(2)]
MORE = [book_row(3), book_row(4)]


def page(*tables: list[Row]) -> tuple[Grid, ...]:
    """Grids as the reader gives them: rows are counted over the page."""
    above, grids = 0, []
    for rows in tables:
        one = grid(*rows, name="so.xls", file_format="html", counts=[len(cells) for cells in rows])
        grids.append(one._replace(cells=one.cells.with_columns(one.cells["row"] + above)))
        above += len(rows)
    return tuple(grids)


def read(*tables: list[Row], feed: str | None = None) -> Table:
    return recognise(page(*tables), PROFILES, feed)


def refused(*tables: list[Row]) -> FileRefused:
    with pytest.raises(FileRefused) as fault:
        read(*tables)
    return fault.value


def test_a_table_printed_with_its_headings_on_each_page_is_one() -> None:
    table = read(BOOK, [row("Trang 2"), BOOK_HEADER, *MORE], [BOOK_HEADER, book_row(5)])
    assert data_rows(table) == [2, 3, 6, 7, 9]
    assert kinds(table) == {1: "header", 4: "group", 5: "header", 8: "header"}
    assert table.ignored_sheets == ()


@pytest.mark.parametrize("feed", [None, "logbook"])
def test_a_table_that_goes_on_without_headings_is_one(feed: str | None) -> None:
    table = read(BOOK, MORE, [book_row(5), row("Tổng cộng: 5")], feed=feed)
    assert data_rows(table) == [2, 3, 4, 5, 6]
    assert table.rows["line_no"].to_list() == ["1", "2", "3", "4", "5"]
    assert table.stated_total == 5


def test_lines_without_a_code_go_on_too() -> None:
    later = row("3", None, "Chứng thực", "Trần Thị Mẫu", None, "05/03/2026")
    assert data_rows(read(BOOK, [later, later])) == [2, 3, 4, 5]


def test_a_page_with_a_wider_title_still_has_the_same_headings() -> None:
    title = row("SỔ", width=len(BOOK_HEADER) + 2)
    assert data_rows(read(BOOK, [title, BOOK_HEADER, *MORE])) == [2, 3, 6, 7]


def test_other_tables_are_told_by_their_number() -> None:
    table = read(FORM, BOOK, MORE, [["Người lập", "Chủ tịch"], ["Mẫu", "Thử"]])
    assert data_rows(table) == [4, 5, 6, 7]
    assert table.ignored_sheets == ("bảng 1", "bảng 4")


@pytest.mark.parametrize(
    ("tables", "rows"),
    [
        ((BOOK, [IGATE_HEADER, igate_row(1), igate_row(2)]), "1, 4"),  # other headings
        ((BOOK, [[*BOOK_HEADER[:5], "a", "b", "c", "d"], *MORE]), "1, 4"),  # headings that nobody knows
        ((BOOK, [book_row(3)[:7], book_row(4)[:7]]), "1, 4"),  # a column less
        ((BOOK, FORM, MORE), "1, 6"),  # something between
        ((MORE, BOOK), "1, 3"),  # dossiers above the headings
        ((FORM, BOOK, [row("a"), row("b")]), "3, 6"),  # as wide as the table, and nothing that one could know
    ],
)
def test_dossiers_in_a_table_that_does_not_go_on_are_not_left_out(tables: tuple[list[Row], ...], rows: str) -> None:
    fault = refused(*tables)
    assert (fault.name, fault.facts) == ("page_tables", {"file": "so.xls", "count": 2, "rows": rows})
    assert fault.message.startswith("so.xls: the page has 2 tables that cannot be read as one")


def test_a_row_of_a_page_with_another_number_of_cells_is_ragged() -> None:
    one = grid(BOOK_HEADER, *map(book_row, (1, 2, 3, 4)), name="so.xls", file_format="html", counts=[9, 9, 8, 9, 9])
    assert recognise((one,), PROFILES, None).rows.filter("is_ragged")["row"].to_list() == [3]


def test_a_page_is_read_from_its_markup_to_its_rows(tmp_path: Path) -> None:
    """A row without one of its cells, a day said once for two lines, a form around rows, a second page."""
    lines = [[f"<td>{cell}</td>" for cell in book_row(n)] for n in range(1, 8)]
    lines[0][5], lines[1][5] = "<td rowspan=2>05/03/2026</td>", ""
    lines[2][5] = ""
    head = "".join(f"<th>{heading}</th>" for heading in BOOK_HEADER)
    rows = ["<tr>" + "".join(cells) + "</tr>" for cells in lines]
    (tmp_path / "so.xls").write_text(
        f"<center><table><tr>{head}</tr>{''.join(rows[:3])}<form>{rows[3]}</form></table>"
        f"<table>{''.join(rows[4:])}</table></center>",
        encoding="utf-8",
    )
    table = recognise(read_file(tmp_path / "so.xls"), PROFILES, None)
    assert data_rows(table) == [2, 3, 4, 5, 6, 7, 8]
    assert table.rows.filter("is_ragged")["row"].to_list() == [4]
    assert table.rows.filter(~table.rows["is_ragged"])["received"].to_list() == ["05/03/2026"] * 6

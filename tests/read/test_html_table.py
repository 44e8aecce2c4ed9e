from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputRefused
from pipeline.read import Grid, read_file

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "<html><head><meta charset='utf-8'></head><body>{}</body></html>"
TABLE = "<table><tr><th>Mã</th><th>Tên</th></tr><tr><td>1</td><td>An</td></tr></table>"


def read(path: Path, body: str, codec: str = "utf-8") -> tuple[Grid, ...]:
    (path / "a.xls").write_bytes(PAGE.format(body).encode(codec))
    return read_file(path / "a.xls")


def test_a_table_saved_as_xls_is_read(tmp_path: Path) -> None:
    (grid,) = read(tmp_path, TABLE)
    assert grid.cells.rows() == [(1, 2, "Mã", "Tên"), (2, 2, "1", "An")]
    assert (grid.format, grid.encoding, grid.sheet) == ("html", "utf-8", None)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_marks_of_unicode_are_understood(tmp_path: Path, codec: str) -> None:
    (grid,) = read(tmp_path, TABLE, codec)
    assert grid.cells["c1"].to_list() == ["Tên", "An"]


def test_merged_cells_have_their_text_first_and_shift_nothing(tmp_path: Path) -> None:
    (grid,) = read(
        tmp_path,
        "<table><tr><td colspan=3>SỔ</td></tr><tr><td rowspan=2>a</td><td>b</td><td>c</td></tr>"
        "<tr><td>d</td><td>e</td></tr><tr><td>1</td><td rowspan=9>2</td><td>3</td></tr></table>",
    )
    assert grid.cells.rows() == [
        (1, 3, "SỔ", None, None),
        (2, 3, "a", "b", "c"),
        (3, 3, None, "d", "e"),
        (4, 3, "1", "2", "3"),
    ]


def test_line_breaks_and_blanks_in_a_cell_become_one_blank(tmp_path: Path) -> None:
    (grid,) = read(tmp_path, TABLE.replace("An", "<b>Lê</b><br/>An&nbsp;<!-- x -->"))
    assert grid.cells["c1"][1] == "Lê An"


def test_a_short_row_keeps_its_count(tmp_path: Path) -> None:
    (grid,) = read(tmp_path, TABLE.replace("<td>An</td>", ""))
    assert grid.cells.rows()[1] == (2, 1, "1", None)


def test_rows_are_counted_over_the_page_and_small_tables_go_with_the_next(tmp_path: Path) -> None:
    title, signature = "<table><tr><td>SỔ THEO DÕI</td></tr></table>", "<table><tr><td>Người lập</td></tr></table>"
    first, second = read(tmp_path, title + TABLE + TABLE + signature)
    assert first.cells["row"].to_list() == [1, 2, 3]
    assert first.cells["c0"].to_list() == ["SỔ THEO DÕI", "Mã", "1"]
    assert second.cells["row"].to_list() == [4, 5, 6]
    assert second.cells["c0"].to_list() == ["Mã", "1", "Người lập"]


def test_a_table_around_a_table_is_only_layout(tmp_path: Path) -> None:
    (grid,) = read(tmp_path, f"<table><tr><td>menu</td><td>{TABLE}</td></tr></table>")
    assert grid.cells.height == 2


@pytest.mark.parametrize("body", ["<h1>Lỗi 500</h1>", "<table><tr><td>Đăng nhập</td></tr></table>", "<table></table>"])
def test_a_page_without_a_table_of_data_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(InputRefused, match=r"a\.xls: an HTML page without a table of data"):
        read(tmp_path, body)


def test_a_page_cut_off_inside_its_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="cut off"):
        read(tmp_path, TABLE.removesuffix("</table>"))


@pytest.mark.parametrize(
    "aside", ["<!-- <table> -->", '<script>var a = "<table>"</script>', "<style>/* <table> */</style >"]
)
def test_a_table_in_a_comment_or_a_script_opens_nothing(tmp_path: Path, aside: str) -> None:
    (grid,) = read(tmp_path, aside + TABLE)
    assert grid.cells.height == 2
    with pytest.raises(InputRefused, match="cut off"):
        read(tmp_path, aside + TABLE.removesuffix("</table>"))


def test_external_entities_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("bí mật")
    page = f'<!DOCTYPE html [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]><html>{TABLE.replace("An", "&e;")}</html>'
    (tmp_path / "a.xls").write_text(page)
    (grid,) = read_file(tmp_path / "a.xls")
    assert "bí mật" not in str(grid.cells.rows())


def test_a_page_of_hundreds_of_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="row 1: 1000 cells"):
        read(tmp_path, TABLE.replace("<th>Mã", "<th colspan=999999>Mã").replace("<th>Tên</th>", ""))


@pytest.mark.parametrize("tag", ["center", "h2", "p", "b", "font color=red", "br", "form", "span", "script", "link"])
def test_a_page_may_begin_with_any_tag(tmp_path: Path, tag: str) -> None:
    (tmp_path / "a.xls").write_text(f"<{tag}></{tag.split()[0]}>{TABLE}", encoding="utf-8")
    (grid,) = read_file(tmp_path / "a.xls")
    assert (grid.format, grid.cells.height) == ("html", 2)


@pytest.mark.parametrize("lead", [f"<!--{'x' * 5000}-->", "\r\n" * 5000, "\n <!-- x -->\n"])
def test_a_page_may_begin_with_a_long_comment_or_with_blank_lines(tmp_path: Path, lead: str) -> None:
    (tmp_path / "a.xls").write_text(lead + TABLE, encoding="utf-8")
    (grid,) = read_file(tmp_path / "a.xls")
    assert (grid.format, grid.cells.height) == ("html", 2)


def test_a_spreadsheet_in_xml_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')
    with pytest.raises(InputRefused, match="an XML document"):
        read_file(tmp_path / "a.xls")

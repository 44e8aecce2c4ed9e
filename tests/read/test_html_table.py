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
    with pytest.raises(InputRefused, match="row 1: 1000 cells"):
        read(tmp_path, TABLE.replace("<th>Mã", f"<th colspan={'9' * 5000}>Mã"))


def row(*cells: str, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def texts(path: Path, body: str) -> list[tuple[str | None, ...]]:
    (grid,) = read(path, body)
    return grid.cells.drop("row", "cell_count").rows()


OPEN_QUOTE = '<b title="x>An</b>'
HEAD = row("Mã", "Tên", tag="th")
ROWS = [("Mã", "Tên"), ("1", "An"), ("2", "Ba"), ("3", "Chi")]


@pytest.mark.parametrize("around", ["form", "font", "b", "div", "span", "center", "x:row"])
def test_rows_are_read_wherever_they_stand_in_their_table(tmp_path: Path, around: str) -> None:
    inner = f"<{around} x=y>{row('2', 'Ba')}{row('3', 'Chi')}"
    assert texts(tmp_path, f"<table>{HEAD}{row('1', 'An')}{inner}</{around}></table>") == ROWS
    assert texts(tmp_path, f"<table>{HEAD}{row('1', 'An')}{inner}</table>") == ROWS


@pytest.mark.parametrize("around", ["form", "font", "b"])
def test_cells_are_read_wherever_they_stand_in_their_row(tmp_path: Path, around: str) -> None:
    rows = "".join(f"<tr><td>{code}</td><{around}><td>{name}</td></{around}></tr>" for code, name in ROWS)
    assert texts(tmp_path, f"<table>{rows}</table>") == ROWS
    rows = "".join(f"<tr><{around}><td>{code}</td><td>{name}</td></{around}></tr>" for code, name in ROWS)
    assert texts(tmp_path, f"<table>{rows}</table>") == ROWS


def test_end_tags_may_be_left_out(tmp_path: Path) -> None:
    open_rows = "".join(f"<tr><td><font>{code}<td>{name}" for code, name in ROWS)
    assert texts(tmp_path, f"<table>{open_rows}</table>") == ROWS
    assert texts(tmp_path, f"<table>{HEAD}<td>1</td><td>An</td></tr></table>") == ROWS[:2]


def test_thousands_of_unclosed_elements_lose_nothing(tmp_path: Path) -> None:
    rows = "".join(f"<form><font>{row(str(n), 'An')}" for n in range(5000))
    assert len(texts(tmp_path, f"<table>{HEAD}{rows}</table>")) == 5001


@pytest.mark.parametrize(
    ("body", "rows", "cells"),
    [
        (f"<table>{HEAD}{row('1', 'An')}</table>{row('2', 'Ba')}{row('3', 'Chi')}</table>", 2, 4),
        (f"<table>{HEAD}{row('1', 'An</table>')}{row('2', 'Ba')}</table>", 1, 2),
        (f"<table>{HEAD}{row('1</table>', 'An')}</table>", 0, 1),
        (f"<table>{HEAD}{row('1', OPEN_QUOTE, 'Ba')}</table>", 0, 1),
        (f"{row('Sổ')}{TABLE}", 1, 1),
        (f"{TABLE}<!-- {TABLE}", 2, 4),
        (f"<title>{TABLE}", 2, 4),
    ],
)
def test_a_page_with_rows_or_cells_that_the_parser_does_not_give_is_refused(
    tmp_path: Path, body: str, rows: int, cells: int
) -> None:
    with pytest.raises(InputRefused, match=rf"a\.xls: {rows} rows and {cells} cells of the HTML page stand outside"):
        read(tmp_path, body)


def test_rows_in_comments_and_scripts_are_no_loss(tmp_path: Path) -> None:
    aside = f"<!-- {TABLE} --><script>var row = '<tr>'</script><style>/* <tr> */</style><track>"
    assert texts(tmp_path, aside + TABLE) == ROWS[:2]


@pytest.mark.parametrize(
    "small",
    [
        "<table><tr><td>An</td></tr></table>",
        "<table><tr><td>An</td></tr><tr><td>0900</td></tr></table>",
        "<table><tr><td>An</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<table><tr><td><table><tr><td>An</td></tr></table></td></tr></table>",
    ],
)
def test_a_small_table_in_a_cell_is_text_of_the_cell(tmp_path: Path, small: str) -> None:
    rows = "".join(row(str(n), "Ba", "x", "y") for n in range(3))
    found = texts(tmp_path, f"<table>{row('Mã', 'Tên', 'Nơi', 'Số')}{rows}{row('4', f'a{small}z', 'x', 'y')}</table>")
    inner = " ".join(small.replace("<", " <").replace(">", "> ").split()).split()
    words = [word for word in inner if not word.startswith("<")]
    assert found[-1] == ("4", " ".join(["a", *words, "z"]), "x", "y")
    assert len(found) == 5


def test_small_tables_in_every_cell_leave_the_outer_table_whole(tmp_path: Path) -> None:
    boxed = "<table><tr><td>{}</td></tr></table>"
    rows = "".join(row(boxed.format(code), f"x {boxed.format(name)}") for code, name in ROWS)
    assert texts(tmp_path, f"<table>{rows}</table>") == [(code, f"x {name}") for code, name in ROWS]


def test_headings_in_the_table_around_stand_above_the_rows_within(tmp_path: Path) -> None:
    body = "".join(row(code, name) for code, name in ROWS[1:])
    assert texts(tmp_path, f"<table>{HEAD}<tr><td colspan=2><div><table>{body}</table></div></td></tr></table>") == ROWS


def test_thousands_of_tables_in_tables_are_read(tmp_path: Path) -> None:
    depth = 20_000
    grids = read(tmp_path, "<table><tr><td>a</td><td>" * depth + TABLE + "</td></tr></table>" * depth)
    assert [row[-2:] for grid in grids for row in grid.cells.rows() if "An" in row] == [("1", "An")]


@pytest.mark.parametrize("tag", ["div", "p", "li", "h3", "center", "dd", "option"])
def test_each_block_in_a_cell_is_a_line_of_its_own(tmp_path: Path, tag: str) -> None:
    (grid,) = read(tmp_path, TABLE.replace("An", f"Thôn <b>1</b>2<{tag}>0900</{tag}><{tag}>b</{tag}>c"))
    assert grid.cells["c1"][1] == "Thôn 12 0900 b c"


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>x = '1'</script>",
        "<style>p {}</style>",
        "<span style='color: red; DISPLAY : none'>20260314<b>1</b></span>",
        "<div hidden>20260314</div>",
        "<div style='display:none'><table><tr><td>20260314</td></tr></table></div>",
    ],
)
def test_what_nobody_sees_is_no_text_of_a_cell(tmp_path: Path, unseen: str) -> None:
    assert texts(tmp_path, TABLE.replace("An", f"{unseen}An")) == ROWS[:2]


def test_a_hidden_column_and_a_hidden_table_are_read(tmp_path: Path) -> None:
    hidden = TABLE.replace("<table>", "<table style='display:none'>").replace("<td>", "<td style='display:none'>")
    assert texts(tmp_path, f"<div hidden>{hidden}</div>") == ROWS[:2]


def test_a_cell_over_several_rows_says_the_same_in_each(tmp_path: Path) -> None:
    rows = "<tr><td>1</td><td rowspan=3>05/03</td><td>a</td></tr>" + row("2", "b") + row("3", "c") + row("4", "5", "6")
    assert texts(tmp_path, f"<table>{rows}</table>") == [
        ("1", "05/03", "a"),
        ("2", "05/03", "b"),
        ("3", "05/03", "c"),
        ("4", "5", "6"),
    ]


def test_a_heading_over_two_rows_is_said_once_and_so_is_a_row_of_its_own(tmp_path: Path) -> None:
    for tag in ("td", "th"):
        head = f"<tr><{tag} rowspan=2>TT</{tag}><{tag} colspan=2>Ngày</{tag}></tr>{row('nhận', 'trả', tag=tag)}"
        found = texts(tmp_path, f"<table>{head}<tr>{'<td rowspan=2>1</td>' * 3}</tr><tr></tr></table>")
        assert found == [("TT", "Ngày", None), (None, "nhận", "trả"), ("1", "1", "1"), (None, None, None)]


def test_a_span_is_used_up_by_a_row_too_short_to_reach_it(tmp_path: Path) -> None:
    (grid,) = read(
        tmp_path,
        f"<table><tr><td>1</td><td>a</td><td rowspan=2>x</td></tr>{row('2')}{row('3', 'c', 'z')}</table>",
    )
    assert grid.cells.rows() == [(1, 3, "1", "a", "x"), (2, 2, "2", None, "x"), (3, 3, "3", "c", "z")]


def test_a_span_is_used_up_by_a_wide_cell_that_lies_over_it(tmp_path: Path) -> None:
    rows = "<tr><td>1</td><td rowspan=2>a</td></tr><tr><td colspan=2>b</td></tr>" + row("3", "c")
    assert texts(tmp_path, f"<table>{rows}</table>") == [("1", "a"), ("b", None), ("3", "c")]


def test_a_span_reaches_over_thousands_of_rows_but_not_out_of_its_group(tmp_path: Path) -> None:
    many = "".join(row(str(n)) for n in range(3000))
    found = texts(tmp_path, f"<table><tr><td>0</td><td rowspan=3001>a</td></tr>{many}</table>")
    assert {name for _, name in found} == {"a"}
    head = "<thead><tr><th rowspan=9>Mã</th><th>Tên</th></tr></thead>"
    assert texts(tmp_path, f"<table>{head}{row('1', 'An')}</table>") == ROWS[:2]


@pytest.mark.parametrize("tag", ["center", "h2", "p", "b", "font", "br", "form", "span", "script", "link"])
def test_a_page_may_begin_with_any_tag(tmp_path: Path, tag: str) -> None:
    (tmp_path / "a.xls").write_text(f"<{tag}></{tag}>{TABLE}", encoding="utf-8")
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

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.read import Grid

    Read = Callable[..., Grid]
    Refusal = Callable[..., str]

TABLE = "a,b,c\n" + "1,2,3\n" * 5


def test_nul_bytes_are_named_by_row_and_byte(refusal: Refusal) -> None:
    message = refusal('a,b\n"x\ny",1\n\0,2\n3,4\0\n')
    assert message == "a.csv: row 3: NUL byte (byte 12); row 4: NUL byte (byte 19)"


@pytest.mark.parametrize(
    "broken",
    ['x"y,2,3', '"x"y,2,3', '"x" ,2,3', ' "x",2,3', '"x""y"z",2,3', '"x,2,3'],
)
def test_broken_quoting_is_refused_by_row(refusal: Refusal, broken: str) -> None:
    assert refusal(f"{TABLE}{broken}\n{TABLE}") == "a.csv: row 7: broken quoting (a stray or unclosed quote)"


@pytest.mark.parametrize("sound", ['"x""y",2,3', '"",2,3', '"""x""",2,3', '1,2,"3"', '1,",",3', '"",,""""'])
def test_sound_quoting_is_read(grid: Read, sound: str) -> None:
    assert grid(f"{TABLE}{sound}\r\n{TABLE}").cells["cell_count"].to_list() == [3] * 13


def test_broken_quotings_are_named_all_at_once_even_if_one_swallows_the_next(refusal: Refusal) -> None:
    message = refusal(f'{TABLE}5" ống,2,3\n{TABLE}"a\nb",2,3\n1,9",3\n{TABLE}x""y,"2",3\n')
    assert [part.split(":")[0] for part in message.removeprefix("a.csv: ").split("; ")] == ["row 7", "row 15", "row 22"]


def test_a_long_list_of_faults_is_capped(refusal: Refusal) -> None:
    message = refusal(TABLE + 'x"y",2,3\n' * 25)
    assert message.count("row ") == 10
    assert message.endswith("; and 15 more")


def test_an_unclosed_quote_at_the_end_is_refused(refusal: Refusal) -> None:
    assert "row 7: broken quoting" in refusal(f'{TABLE}"x,2,3\n1,2,3\n')


def test_no_message_quotes_a_cell(refusal: Refusal) -> None:
    assert "Nguyễn" not in refusal(f'{TABLE}Nguyễn"An,2,3\n')


def test_a_last_record_cut_short_is_refused(refusal: Refusal, grid: Read) -> None:
    assert refusal(TABLE + "1,2") == "a.csv: row 7: 2 cells instead of 3 and no line end: cut off"
    assert grid(TABLE + "1,2,4").cells.height == 7
    assert grid(TABLE + "1,2\n").cells["cell_count"][-1] == 2


@pytest.mark.parametrize(
    "foot",
    [
        *("Người lập biểu", '"Người lập biểu"', ",Người lập biểu", " ", "Tổng cộng: 57 hồ sơ"),
        *('"Xã Mẫu, ngày 31 tháng 3 năm 2026"', "Cộng 57\n\nNgày 5/4/2026\nNgười lập"),
    ],
)
def test_a_foot_text_without_its_newline_is_read(grid: Read, foot: str) -> None:
    assert grid(TABLE + foot).cells.height == 6 + len(foot.splitlines())


@pytest.mark.parametrize("cut", ["2", "2,Trần", "H56-2", "Trần,٣"])
def test_a_short_last_record_with_a_digit_is_still_cut_off(refusal: Refusal, cut: str) -> None:
    assert "row 7: " in refusal(TABLE + cut)


@pytest.mark.parametrize("before", ["4,5\n", "1,2,3,4\n", "Cộng,2\n"])
def test_a_last_text_below_a_record_that_is_not_whole_is_still_cut_off(refusal: Refusal, before: str) -> None:
    row = 7 + before.count("\n")
    assert refusal(TABLE + before + "Người") == f"a.csv: row {row}: 1 cells instead of 3 and no line end: cut off"


def test_a_foot_text_that_ends_inside_a_quoted_cell_is_refused(refusal: Refusal) -> None:
    assert "row 7: broken quoting" in refusal(TABLE + '"Người lập')


def test_mixed_encodings_are_refused_with_row_and_byte(refusal: Refusal) -> None:
    content = "mã,tên\n".encode() + "1,Nguyễn Thị Ánh\n".encode() * 20 + b"2,L\xea V\xe3n\n"
    message = refusal(content)
    assert message.startswith(f"a.csv: row 22: byte {content.index(0xEA.to_bytes())} is not UTF-8")


def test_a_letter_cut_in_half_at_the_end_is_refused(refusal: Refusal) -> None:
    assert "is not UTF-8" in refusal(("a,b\n" + "ữ,ế\n" * 9).encode()[:-2])


def test_utf_16_cut_in_half_is_refused(refusal: Refusal) -> None:
    assert "broken UTF-16" in refusal("a\tb\r\nxin\tchào\r\n".encode("utf-16")[:-1])


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\n" * 9000])
def test_an_empty_file_is_refused(refusal: Refusal, content: bytes) -> None:
    assert refusal(content) == "a.csv: the file is empty"


def test_a_record_of_hundreds_of_cells_is_refused(refusal: Refusal, grid: Read) -> None:
    assert refusal(TABLE + "," * 300 + "\n") == "a.csv: row 7: 301 cells, more than 256"
    assert grid("," * 255 + "x\n").cells.width == 258


def test_an_error_page_under_a_table_name_is_refused(refusal: Refusal) -> None:
    page = "<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>"
    for name in ("a.csv", "a.xls"):
        assert "an HTML page without a table of data" in refusal(page, name)


TCVN3 = "M·,Tªn,N¬i ë\n1,NguyÔn V¨n B¶y,Th«n 1\n2,TrÇn ThÞ Hµ,X· An B×nh\n3,Lª §×nh Th¾ng,HuyÖn B\n"
VNI = "Maõ,Teân,Nôi ôû\n1,Nguyeãn Vaên Baûy,Thoân 1\n2,Traàn Thò Haø,Xaõ An Bình\n3,Leâ Ñình Thaéng,Huyeän B\n"


@pytest.mark.parametrize(("text", "font"), [(TCVN3, "TCVN3"), (VNI, "VNI")])
@pytest.mark.parametrize("codec", ["latin-1", "utf-8", "utf-16"])
def test_old_fonts_are_recognised_in_every_disguise(refusal: Refusal, text: str, font: str, codec: str) -> None:
    assert refusal(text.encode(codec)).endswith(f"text in the old encoding {font}")


def test_foreign_names_and_symbols_are_no_old_font(grid: Read) -> None:
    odd = "1,Noël Citroën,m² «Hà Nội» X® ½ thửa\n"
    assert grid("Mã,Tên,Nơi ở\n" + odd + "2,Lê Thị Hoà,Đắk Lắk\n" * 40).cells.height == 42


def test_bytes_that_are_no_text_at_all_are_told_as_damage_and_not_as_an_old_font(refusal: Refusal) -> None:
    old_font = b"M\xb8 h\xe5 s\xac,x\n" * 20
    assert refusal(old_font + bytes(range(256))) == f"a.csv: row 21: NUL byte (byte {len(old_font)})"

from __future__ import annotations

import codecs
import csv
import io
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.read import Grid, read_file
from pipeline.read.grid import BLANKS
from schemas.tables import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.read import Grid

    Read = Callable[..., Grid]

PIECES = ["Trần", "hộ ", "Đ", "0", "1.0", ".", " ", '"', '""', ",", ";", "\t", "|", "\n", "\n "]


def rows(grid: Grid) -> list[tuple[object, ...]]:
    return grid.cells.drop("row", "cell_count").rows()


def counts(grid: Grid) -> list[int]:
    return grid.cells["cell_count"].to_list()


def test_a_column_whose_texts_repeat_is_kept_as_numbers_of_them(grid: Read) -> None:
    read = grid("Mã,Lĩnh vực\n" + "".join(f"H56-260305-{number},Hộ tịch\n" for number in range(40)))
    assert [read.cells[name].dtype for name in read.cell_columns] == [pl.String(), SHARED]
    assert rows(read)[-1] == ("H56-260305-39", "Hộ tịch")


def test_rows_count_from_one_blank_and_title_lines_too(grid: Read) -> None:
    read = grid("SỔ THEO DÕI\n\nMã,Tên\n1,An\n\n")
    assert read.cells.to_dicts() == [
        {"row": 1, "cell_count": 1, "c0": "SỔ THEO DÕI", "c1": None},
        {"row": 2, "cell_count": 0, "c0": None, "c1": None},
        {"row": 3, "cell_count": 2, "c0": "Mã", "c1": "Tên"},
        {"row": 4, "cell_count": 2, "c0": "1", "c1": "An"},
        {"row": 5, "cell_count": 0, "c0": None, "c1": None},
    ]
    assert read.cells.schema == {"row": pl.UInt32, "cell_count": pl.UInt16, "c0": pl.String, "c1": pl.String}
    assert (read.format, read.encoding, read.delimiter, read.sheet) == ("csv", "utf-8", ",", None)


def test_ragged_rows_keep_their_count_and_their_places(grid: Read) -> None:
    read = grid("a,b,c\n1,2\n1,2,3,4\n1,2,3\n")
    assert counts(read) == [3, 2, 4, 3]
    assert rows(read)[1:3] == [("1", "2", None, None), ("1", "2", "3", "4")]


def test_a_quoted_newline_starts_no_new_row_and_becomes_one_blank(grid: Read) -> None:
    read = grid('a,b\r\n"x \r\n\r\n y",2\r\n3,4\r\n')
    assert read.cells["row"].to_list() == [1, 2, 3]
    assert rows(read) == [("a", "b"), ("x y", "2"), ("3", "4")]


def test_a_quoted_newline_in_the_first_record_is_read(grid: Read) -> None:
    assert rows(grid('"a\nb",c\n1,2\n')) == [("a b", "c"), ("1", "2")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_end_gives_the_same_rows(grid: Read, ending: str) -> None:
    assert rows(grid(ending.join(["a,b", "", "1,2", ""]))) == [("a", "b"), (None, None), ("1", "2")]


def test_lone_and_double_line_ends_may_mix(grid: Read) -> None:
    assert rows(grid(b"a,b\r\n1,2\r3,4\n")) == [("a", "b"), ("1", "2"), ("3", "4")]


def test_blanks_around_cells_go_and_blanks_inside_stay(grid: Read) -> None:
    read = grid("a,b\n \tx  y\t, \n\u00a0\u200bz\ufeff,\u3000\n\"\",' '\n")
    assert rows(read)[1:] == [("x  y", None), ("z", None), (None, "' '")]


def test_cells_become_nfc_and_other_cells_stay(grid: Read) -> None:
    read = grid("a,b\n" + unicodedata.normalize("NFD", "Nguyễn Thị Đẹp") + ",1\nTrần,2\n")
    assert rows(read)[1:] == [("Nguyễn Thị Đẹp", "1"), ("Trần", "2")]


def test_zeros_and_numbers_stay_as_they_are_written(grid: Read) -> None:
    assert rows(grid("a,b\n0012,1.0\n")) == [("a", "b"), ("0012", "1.0")]


def test_one_column_needs_no_separator(grid: Read) -> None:
    read = grid("một\n\nhai\n")
    assert (rows(read), counts(read)) == ([("một",), (None,), ("hai",)], [1, 0, 1])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_below_title_rows(grid: Read, delimiter: str) -> None:
    table = [["Mã", "Tên", "Nơi ở"], ["1", "An", "Thôn 1, xã A, huyện B"], ["2", "Bình", "Thôn 2, xã A, huyện B"]]
    text = io.StringIO()
    text.write("Danh sách hồ sơ; từ ngày 1/1, đến 31/1\n")
    csv.writer(text, delimiter=delimiter).writerows(table)
    read = grid(text.getvalue())
    assert read.delimiter == delimiter
    assert rows(read)[2] == ("1", "An", "Thôn 1, xã A, huyện B")


def test_commas_with_a_blank_after_each_still_separate(grid: Read) -> None:
    assert rows(grid("a, b, c\n1, 2, 3\n")) == [("a", "b", "c"), ("1", "2", "3")]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_a_declared_separator_wins_and_its_line_is_an_empty_row_one(grid: Read, first: str) -> None:
    read = grid(first + "a,b;c\n1,2;3\n")
    assert read.delimiter == ";"
    assert rows(read) == [(None, None), ("a,b", "c"), ("1,2", "3")]
    assert read.cells["row"].to_list() == [1, 2, 3]


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "utf-8"),
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
    ],
)
def test_every_unicode_form_gives_the_same_cells(grid: Read, mark: bytes, codec: str, name: str) -> None:
    read = grid(mark + "Mã hồ sơ\tNgười nộp\r\n1\tLê Văn Ước\r\n".encode(codec))
    assert rows(read) == [("Mã hồ sơ", "Người nộp"), ("1", "Lê Văn Ước")]
    assert (read.encoding, read.delimiter) == (name, "\t")


def test_windows_1258_is_composed(grid: Read) -> None:
    text = "Mã hồ sơ;Người nộp\n1;Nguyễn Thị Đượm\n"
    read = grid(to_1258(text))
    assert rows(read) == [("Mã hồ sơ", "Người nộp"), ("1", "Nguyễn Thị Đượm")]
    assert read.encoding == "windows-1258"


def test_windows_1258_has_letters_that_carry_their_tone(grid: Read) -> None:
    """As iconv and Windows write what the code page has as one letter: all of them, ó and Ó included."""
    letters = "ÀÁÈÉÍÓÙÚàáèéíóùú"
    assert len(letters.encode("cp1258")) == len(letters)
    read = grid(f"Mã hồ sơ;Người nộp\n1;{letters}\n2;Phó Công Cóong\n".translate(APART).encode("cp1258"))
    assert rows(read)[1:] == [("1", letters), ("2", "Phó Công Cóong")]
    assert read.encoding == "windows-1258"


APART = str.maketrans({"ồ": "ô\u0300", "ờ": "ơ\u0300", "ộ": "ô\u0323", "ã": "a\u0303"})


def to_1258(text: str) -> bytes:
    """Bases with their circumflex, breve or horn stay one letter; only the tone stands alone, as Windows writes it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters: list[str] = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(part for part in parts if part in tones)
        letters.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones)) + tone)
    return "".join(letters).encode("cp1258")


def cleaned(cell: str) -> str | None:
    lines = [line.strip() for line in cell.split("\n")]
    text = " ".join(line for line in lines if line) if "\n" in cell else cell
    return unicodedata.normalize("NFC", text).strip(BLANKS) or None


def tables() -> st.SearchStrategy[list[list[str]]]:
    cell = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
    return st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8)
    )


def encoded(text: str, encoding: str) -> bytes:
    return to_1258(text) if encoding == "cp1258" else text.encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@settings(max_examples=60, deadline=None)
@given(
    data=st.data(), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), ending=st.sampled_from(["\n", "\r\n"])
)
def test_what_pythons_csv_writes_comes_back_cell_by_cell(
    delimiter: str, encoding: str, data: st.DataObject, quoting: Literal[0, 1], ending: str
) -> None:
    table = data.draw(tables())
    text = io.StringIO(newline="")
    text.write(f"sep={delimiter}{ending}")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ending).writerows(table)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes(encoded(text.getvalue(), encoding))
        (read,) = read_file(path)
    assert rows(read)[1:] == [tuple(map(cleaned, record)) for record in table]
    assert read.cells["row"].to_list() == list(range(1, len(table) + 2))
    assert counts(read)[1:] == [len(record) for record in table]


@settings(max_examples=100, deadline=None)
@given(records=st.lists(st.lists(st.text('ab "\n', max_size=4), min_size=1, max_size=4), min_size=1, max_size=8))
def test_ragged_tables_keep_every_count(records: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["đầu", "hai"], *records])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_text(text.getvalue(), newline="")
        (read,) = read_file(path)
    width = max(2, *map(len, records))
    assert counts(read)[1:] == [len(record) for record in records]
    padded = [[*record, *[""] * (width - len(record))] for record in records]
    assert read.delimiter == ","
    assert rows(read)[1:] == [tuple(map(cleaned, record)) for record in padded]


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_line_break_in_a_cell_is_a_blank_whether_or_not_the_file_ends_with_one(grid: Read, end: str) -> None:
    cells = grid(f'a,b,c\n1,"nt\n",3\n4,"5\n6",7{end}').cells
    assert cells.select("c1").to_series().to_list() == ["b", "nt", "5 6"]
    assert grid(f'a,b,c\n1,"nt\n",3{end}').cells["c1"].to_list() == ["b", "nt"]

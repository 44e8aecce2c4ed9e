"""A large file is read in blocks; wherever the borders fall, the cells are those of the file read at once."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.read import blocks as blocks_module
from pipeline.read.blocks import blocks
from pipeline.read.octets import cell_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.read import Grid

    Read = Callable[..., Grid]
    Refusal = Callable[..., str]

HEADER = "SỔ THEO DÕI\nMã,Tên,Nơi ở\n"
NFD = unicodedata.normalize("NFD", "Nguyễn Đẹp")
LINES = [
    "1,An,Xã A\n",
    '2,"Bình, con","Thôn ""Hạ"""\n',
    "3,\u00a0Chi\n",
    f"4, {NFD},x,y\r\n",
    '5,"hai\n dòng",\n',
    "\n",
]


@pytest.fixture(params=[1, 7, 40, 300])
def block_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(blocks_module, "BLOCK", request.param)
    return request.param


def test_blocks_of_any_size_give_the_same_cells(grid: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + "".join(LINES) * 9
    whole = grid(text).cells
    for size in (1, 2, 5, 30, 100, 777):
        monkeypatch.setattr(blocks_module, "BLOCK", size)
        assert grid(text).cells.equals(whole, null_equal=True)
    assert whole["c1"].to_list()[2:8] == ["An", "Bình, con", "Chi", "Nguyễn Đẹp", "hai dòng", None]
    assert whole["cell_count"].to_list()[:8] == [1, 3, 3, 3, 2, 4, 3, 0]


@pytest.mark.usefixtures("block_size")
def test_a_fault_is_named_by_its_row_in_the_file(refusal: Refusal) -> None:
    sound = "".join(LINES) * 9
    broken = 'x"y,2,3\n'
    message = refusal(HEADER + sound + broken + sound + broken)
    assert [part.split(":")[0] for part in message.removeprefix("a.csv: ").split("; ")] == ["row 57", "row 112"]
    assert refusal(HEADER + sound + "7,\0,9\n").startswith("a.csv: row 57: NUL byte")


@pytest.mark.usefixtures("block_size")
def test_a_wide_record_is_named_by_its_row_in_the_file(refusal: Refusal) -> None:
    wide = "," * 300 + "\n"
    assert refusal(HEADER + "1,2,3\n" * 50 + wide) == "a.csv: row 53: 301 cells, more than 256"


@pytest.mark.usefixtures("block_size")
def test_bytes_that_are_no_utf_8_are_found_behind_the_first_block(grid: Read, refusal: Refusal) -> None:
    ascii_rows = "Ma,Ten\n" + "1,An\n" * 200
    assert grid(ascii_rows.encode() + "2,Lê Hà\n".encode("cp1258")).encoding == "windows-1258"
    mixed = ascii_rows.encode() + "2,Nguyễn Thị Ánh\n".encode() * 20 + b"3,L\xea V\xe3n\n"
    assert "row 222: byte" in refusal(mixed)


def test_a_quote_that_stays_open_beyond_any_cell_makes_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_module, "BLOCK", 64)
    long_cell = b'"' + b"dong\n" * 3000 + b'",1\n'
    pieces = [piece.block for piece in blocks(io.BytesIO(long_cell + b"2,3\n" * 40))]
    assert b"".join(pieces) == long_cell + b"2,3\n" * 40
    assert pieces[0].startswith(long_cell)


class Hesitant(io.BytesIO):
    """A file on a share that hands out less than was asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 11) if size != -1 else -1)


def test_a_short_read_is_not_taken_for_the_end() -> None:
    text = ('1,"An\nBình",2\n' * 20).encode()
    pieces = [piece.block for piece in blocks(Hesitant(text))]
    assert b"".join(pieces) == text
    assert all(piece.endswith(b",2\n") for piece in pieces)


cells = st.lists(st.sampled_from(["Trần", "0", '"', ",", "\n", "\r\n", "\r", ""]), max_size=4).map("".join)


@settings(max_examples=150, deadline=None)
@given(
    records=st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=12), size=st.sampled_from([1, 9, 50])
)
def test_blocks_cut_between_records_only_and_lose_nothing(records: list[list[str]], size: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "BLOCK", size)
        pieces = list(blocks(io.BytesIO(text.getvalue().encode())))
    counts = pl.concat([found for piece in pieces if (found := cell_counts(piece, ",")) is not None])
    assert counts.to_list() == [len(record) for record in records]
    assert bare(b"".join(piece.block for piece in pieces)) == bare(text.getvalue().encode())


def bare(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

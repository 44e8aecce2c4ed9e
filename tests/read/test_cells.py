"""A block is taken as even only when it is: the slow count of each record and Python's csv are the judges."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.read.blocks import with_newlines_only
from pipeline.read.cells import even_cells
from pipeline.read.octets import Octets, cell_counts

if TYPE_CHECKING:
    import polars as pl

PIECES = ["a", "Trần", " ", '"', '""', ",", ",,", "\n", "\n\n", "\r\n", '","', '"\n"']


def by_python(text: str) -> list[tuple[str, ...]]:
    return [tuple(record) for record in csv.reader(io.StringIO(text, newline=""), strict=True)]


def filled(cells: pl.DataFrame) -> list[tuple[str, ...]]:
    return cells.fill_null("").rows()


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n4,5,6\n",
        "1,2,3\r\n4,5,6\r\n",
        ",,\n,,\n",
        '"a,b",2,3\n4,"x ""y"" z",""\n',
        '"a","b"\n"c",""""\n',
        "Trần,\u0301\n,\n",
    ],
)
def test_an_even_block_is_read_at_once(text: str) -> None:
    cells = even_cells(Octets(text.encode()), ",")
    assert cells is not None
    assert filled(cells) == by_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n4,5\n",
        "1,2,3\n4,5,6,7\n",
        "1,2,3\n4,5\n6,7,8,9\n",  # one cell too few and one too many
        "1,2,3\n\n4,5,6\n",
        "1,2,3\n4,5,6\n\n",
        "\n1,2,3\n",
        "1,2\n3\n\n,,\n",
        "1\n2\n",
        "1,2,3\n4,5,6",
        ",\n\n,,",  # polars sees no third cell in the last record
        '1,"a\nb",3\n4,5,6\n',
        '1,"a,"b,3\n4,5,6\n',
        '1,x"y,3\n',
        '"a"b"c",2\n',
        '"a,"b",c",2\n',
        '1,"2\n',
        "," * 300 + "\n",
    ],
)
def test_any_other_block_is_left_to_the_count(text: str) -> None:
    assert even_cells(Octets(text.encode()), ",") is None


def test_bytes_that_are_no_utf_8_are_left_to_the_count() -> None:
    assert even_cells(Octets(b"a,b\n\xea,c\n"), ",") is None
    assert even_cells(Octets(b'a,b\n"\xea",c\n'), ",") is None


@settings(max_examples=1500, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
@example("a,a\na\n,,\n")
def test_what_is_taken_as_even_is_even_and_read_as_python_reads_it(text: str) -> None:
    octets = with_newlines_only(Octets(text.encode()))
    block = octets.block
    cells = even_cells(octets, ",")
    counts = cell_counts(octets, ",")
    if cells is not None:
        assert counts is not None
        assert counts.to_list() == [cells.width] * cells.height
        assert filled(cells) == by_python(block.decode())
    elif counts is not None and b'"' not in block and block.endswith(b"\n"):
        assert counts.n_unique() > 1 or counts[0] < 2


@settings(max_examples=500, deadline=None)
@given(
    records=st.lists(
        st.lists(st.sampled_from(["a", "", "Lê", 'x"', ",", '","']), min_size=2, max_size=3), min_size=1, max_size=6
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_tables_are_even_when_their_records_have_one_length(
    records: list[list[str]], quoting: Literal[0, 1], ending: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator=ending).writerows(records)
    cells = even_cells(Octets(text.getvalue().encode()), ",")
    assert (cells is not None) == (len(set(map(len, records))) == 1)
    assert cells is None or filled(cells) == [tuple(record) for record in records]

"""Texts that repeat are kept once: what a column says stays the same, whichever way it is kept."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import shared
from pipeline.shared import LOOKED_AT, REPEATS, as_text, below_each_other, with_shared_texts
from schemas.tables import SHARED

CELLS = st.lists(st.none() | st.sampled_from(["Hộ tịch", "Đất đai", "", "Bà Nguyễn Thị Ấm"]) | st.text(max_size=3))


def kinds(**columns: list[str | None]) -> dict[str, pl.DataType]:
    """How columns of texts are kept."""
    return dict(with_shared_texts(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))).schema)


def test_a_column_whose_texts_repeat_is_kept_as_numbers_and_another_as_it_is() -> None:
    count = 10 * REPEATS
    code = [f"H56.17.22-260305-{number:04}" for number in range(count)]
    assert kinds(procedure=["Khai sinh", "Khai tử"] * (count // 2), code=code) == {
        "procedure": SHARED,
        "code": pl.String(),
    }


def test_the_first_rows_decide() -> None:
    repeating = ["UBND xã Đông Phú"] * LOOKED_AT
    code = [f"H56.17.22-260305-{number:04}" for number in range(LOOKED_AT)]
    assert kinds(begins_alike=repeating + code, begins_apart=code + repeating) == {
        "begins_alike": SHARED,
        "begins_apart": pl.String(),
    }


def test_other_columns_and_frames_without_rows_are_left_alone() -> None:
    rows = pl.DataFrame({"row": [1] * 20, "is_ragged": [False] * 20})
    assert with_shared_texts(rows).schema == rows.schema
    assert as_text(with_shared_texts(rows.clear())).schema == rows.schema


@given(CELLS, st.integers(1, 5))
def test_nothing_that_is_said_changes(cells: list[str | None], times: int) -> None:
    rows = pl.DataFrame({"text": cells * times}, schema={"text": pl.String})
    assert as_text(with_shared_texts(rows)).equals(rows)


@given(CELLS)
def test_many_texts_are_written_out_like_few(cells: list[str | None]) -> None:
    rows = pl.DataFrame({"text": cells, "row": range(len(cells))}, schema={"text": pl.String, "row": pl.UInt32})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shared, "FEW", 0)
        assert as_text(rows.cast({"text": SHARED})).equals(rows)


@given(st.lists(CELLS, min_size=1, max_size=4), st.data())
def test_pieces_kept_in_either_way_make_one_column(pieces: list[list[str | None]], data: st.DataObject) -> None:
    columns = [pl.Series("text", piece, dtype=pl.String) for piece in pieces]
    kept = [column.cast(SHARED) if data.draw(st.booleans()) else column for column in columns]
    assert below_each_other(kept).cast(pl.String).to_list() == [cell for piece in pieces for cell in piece]

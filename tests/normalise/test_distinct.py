from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import distinct
from pipeline.normalise.distinct import nothing, on_distinct, unread, with_cells
from pipeline.normalise.text import fold

SOME_TEXTS = st.lists(st.sampled_from(["Bà", "Ạ", "bà", "", "0", None]) | st.text(max_size=3), max_size=8)


def texts(*values: str | None) -> pl.DataFrame:
    return pl.DataFrame({"text": values}, schema={"text": pl.String})


def test_keys_by_distinct_value_stand_in_their_rows_nulls_and_order_kept() -> None:
    keyed = on_distinct(texts("Bà", None, "Ạ", "Bà"), {"text": {"key": fold(pl.col("text"))}})
    assert keyed.rows() == [("ba",), (None,), ("a",), ("ba",)]


def test_an_expression_is_asked_about_an_empty_cell_too() -> None:
    is_known = pl.col("text").is_in(["Bà"]).fill_null(value=False)
    found = on_distinct(texts("Bà", None, "Ạ"), {"text": {"is_known": is_known}})
    assert found["is_known"].to_list() == [True, False, False]


def test_several_columns_each_give_their_own_columns() -> None:
    rows = pl.DataFrame({"name": ["Bà", "Ạ"], "word": ["x", "x"]})
    derived = {"name": {"key": fold(pl.col("name"))}, "word": {"word": pl.col("word").str.to_uppercase()}}
    assert on_distinct(rows, derived).to_dict(as_series=False) == {"key": ["ba", "a"], "word": ["X", "X"]}


@given(SOME_TEXTS, st.sampled_from([0, 50_000]))
def test_once_per_distinct_text_gives_what_every_row_by_itself_gives(values: list[str | None], small: int) -> None:
    cells, key = texts(*values), fold(pl.col("text")).fill_null("none")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "SMALL", small)  # by either engine
        assert on_distinct(cells, {"text": {"key": key}}).equals(cells.select(key=key))


def test_more_distinct_texts_than_a_small_number_holds_stay_apart() -> None:
    many = [str(number) for number in range(70_000)]
    for size in (255, 256, 70_000):
        cells = texts(*many[:size], None)
        found = on_distinct(cells, {"text": {"same": pl.col("text")}})
        assert found["same"].to_list() == cells["text"].to_list()


def test_only_texts_of_which_nothing_was_read_are_left_with_their_places() -> None:
    left = unread(pl.Series(["a", None, "b", "c"]), pl.Series([1, None, None, None]))
    assert left.rows() == [(2, "b"), (3, "c")]


def test_what_was_worked_out_for_some_cells_goes_into_those_cells_and_the_column_stays_as_it_was() -> None:
    column = nothing(pl.String, 4)
    assert with_cells(column, pl.Series([1, 3]), pl.Series(["a", "b"])).to_list() == [None, "a", None, "b"]
    assert column.to_list() == [None] * 4

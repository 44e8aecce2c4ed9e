"""What a frame's rows are in a sheet, as two readers that are not ours see them."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import fastexcel
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.report import sheet_rows
from pipeline.report.sheet import add_sheet, open_book

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DAY = datetime(2026, 3, 31)  # noqa: DTZ001 -- a workbook has no zones
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=12)


def written(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    with open_book(buffer, written_on=DAY) as book:
        add_sheet(book, "rows", frame)
    return buffer.getvalue()


def read_back(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return list(opened(frame).iter_rows(min_row=2, values_only=True))


def opened(frame: pl.DataFrame) -> Worksheet:
    return load_workbook(BytesIO(written(frame))).worksheets[0]


def test_each_kind_of_value_comes_back_as_itself() -> None:
    frame = pl.DataFrame(
        {"text": ["a"], "day": [date(2026, 2, 28)], "count": [7], "share": [0.12345678], "flag": [True]},
        schema_overrides={"count": pl.UInt32},
    )
    assert read_back(frame) == [("a", datetime(2026, 2, 28), 7, 0.123457, True)]  # noqa: DTZ001 -- the same


def test_a_null_and_a_number_that_is_none_are_no_cells() -> None:
    frame = pl.DataFrame({"text": [None, "b"], "share": [float("nan"), 1.5]}, schema_overrides={"text": pl.String})
    assert read_back(frame) == [(None, None), ("b", 1.5)]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    frame = pl.DataFrame({"n": range(len(texts)), "text": texts})
    sheet = fastexcel.read_excel(written(frame)).load_sheet(0, dtypes="string").to_polars()
    assert sheet["text"].fill_null("").to_list() == texts


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "@x", "http://x", "0012", "1e5", "<f>1</f>"])
def test_text_is_text_whatever_it_looks_like(text: str) -> None:
    cell = opened(pl.DataFrame({"text": [text]}))["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x01b", "a_x0001_b"), ("_x0041_", "_x005F_x0041_"), ("a\ufffe", "a_xFFFE_"), ("\r", "_x000D_")],
)
def test_signs_that_xml_cannot_carry_are_escaped_as_excel_does(text: str, kept: str) -> None:
    (xml,) = sheet_rows.rows_xml(pl.DataFrame({"text": [text]}), [None])
    assert f">{kept}</t>" in xml


def test_blanks_at_the_ends_and_line_breaks_are_kept() -> None:
    assert read_back(pl.DataFrame({"text": [" a ", "a\nb", "a\tb"]})) == [(" a ",), ("a\nb",), ("a\tb",)]


def test_rows_are_numbered_on_over_the_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "ROWS_AT_ONCE", 2)
    frame = pl.DataFrame({"n": range(5)})
    assert read_back(frame) == [(number,) for number in range(5)]
    assert opened(frame).dimensions == "A1:A6"

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import code_numbers as numbering
from pipeline.code_numbers import code_numbers
from pipeline.normalise.codes import code_key
from schemas.tables import SHARED

TYPES = {"unit_key": SHARED, "code_on": pl.Date, "serial": pl.UInt32}
UNITS = ("H56", "H56.1", "0.17.22.H56", "17.22.H56")
DAY = date(2026, 3, 2)

days = st.dates(date(2000, 1, 1), date(2068, 12, 31))
parts = st.tuples(st.none() | st.sampled_from(UNITS), st.none() | days, st.none() | st.integers(0, 999_999))


def rows(*codes: tuple[str | None, date | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame(codes, schema=TYPES, orient="row")


def numbers_of(side: pl.DataFrame) -> list[int | None]:
    return side.select(code_numbers([side], None).of_parts()).to_series().to_list()


@given(st.lists(parts))
def test_two_codes_have_one_number_where_they_are_one_code(
    codes: list[tuple[str | None, date | None, int | None]],
) -> None:
    side = rows(*codes)
    by_key = dict(zip(side.select(code_key()).to_series().to_list(), numbers_of(side), strict=True))
    full = {key: number for key, number in by_key.items() if key is not None}
    assert len(set(full.values())) == len(full)
    assert None not in full.values()
    assert by_key.get(None) is None


@given(st.lists(parts))
def test_a_code_that_is_a_text_has_the_number_of_its_parts(
    codes: list[tuple[str | None, date | None, int | None]],
) -> None:
    side = rows(*codes)
    keys = side.select(code_key()).to_series()
    assert code_numbers([side], None).of_keys(keys).to_list() == numbers_of(side)


def test_a_code_can_be_put_together_from_the_table_of_units() -> None:
    numbers = code_numbers([rows(("H56", DAY, 7), ("H57", None, 12))], "H55")
    unit = numbers.table().filter(unit_key="H55").row(0, named=True)
    together = unit["first_code_id"] + (DAY - date(1, 1, 1)).days * unit["codes_a_day"] + 7
    assert rows(("H55", DAY, 7)).select(numbers.of_parts()).item() == together


@pytest.mark.parametrize("key", ["H99-260302-1", "H56-260302-8", "H56-261302-1", "H56-260302", "H56", None])
def test_a_text_that_no_row_can_have_as_its_code_has_no_number(key: str | None) -> None:
    numbers = code_numbers([rows(("H56", DAY, 7))], None)
    assert numbers.of_keys(pl.Series([key, "H56-260302-7"])).to_list() == [None, *numbers_of(rows(("H56", DAY, 7)))]


def test_more_codes_than_numbers_are_our_own_fault_and_never_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    side = rows(("H56", DAY, 999), ("H57", DAY, 1))
    monkeypatch.setattr(numbering, "NUMBERS", 2 * 1000 * 2**22)
    with pytest.raises(AssertionError, match="more possible dossier codes"):
        code_numbers([side], None)
    code_numbers([side.head(1)], None)

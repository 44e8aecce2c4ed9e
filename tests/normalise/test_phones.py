from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.phones import phones_of, split_address, without_label

MOBILES = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)


def phone(text: str | None) -> str | None:
    return phones_of(pl.Series([text], dtype=pl.String)).item()


def split(text: str | None) -> tuple[str | None, str | None]:
    found = split_address(pl.Series([text], dtype=pl.String))
    return found.select(without_label(pl.col("address")), "phone").row(0)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0912345678",
            "0912 345 678",
            "0912.345.678",
            "+84 912 345 678",
            "84912345678",
            "912345678",
            "(0912) 345-678",
        ),
        *("0912345678 / 0987654321", "0912.345.678, 0987.654.321", "SĐT: 0912345678"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    assert phone(text) == "0912345678"


@pytest.mark.parametrize("text", ["912345670.0", "9.12345670E8", "9.12345670e+08", " 912345670.00 "])
def test_a_number_that_a_spreadsheet_took_for_a_quantity_keeps_its_digits(text: str) -> None:
    assert phone(text) == "0912345670"


@pytest.mark.parametrize("text", ["9.12E+08", "9.1234567E8", "9E8", "9.123456789E10"])
def test_a_quantity_that_was_rounded_is_no_number(text: str) -> None:
    assert phone(text) is None


@pytest.mark.parametrize("text", ["12345", "không có", "001085012345678", None])
def test_what_is_no_number_gives_none(text: str | None) -> None:
    assert phone(text) is None


def test_a_number_of_another_exchange_that_begins_with_84_keeps_its_digits() -> None:
    assert phone("842345678") == "0842345678"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Thôn 2, xã Hòa Bình, 0912345678",
            "Thôn 2, xã Hòa Bình - 0912 345 678",
            "Thôn 2, xã Hòa Bình (SĐT: 0912.345.678)",
        ),
        *("0912345678 - Thôn 2, xã Hòa Bình", "Thôn 2, xã Hòa Bình\nĐT 912345678", "Thôn 2, xã Hòa Bình; +84912345678"),
    ],
)
def test_one_cell_gives_an_address_and_a_number(text: str) -> None:
    assert split(text) == ("Thôn 2, xã Hòa Bình", "0912345678")


def test_a_house_number_before_the_phone_stays_in_the_address() -> None:
    assert split("Số nhà 10 0912345678") == ("Số nhà 10", "0912345678")


def test_an_address_without_a_number_stays_whole_and_a_number_alone_is_no_address() -> None:
    assert split("Số 12 ngõ 345") == ("Số 12 ngõ 345", None)
    assert split("0912345678") == (None, "0912345678")
    assert split(None) == (None, None)


@given(MOBILES, st.sampled_from([" ", ".", "-", ""]))
def test_the_gaps_that_people_leave_do_not_matter(number: str, gap: str) -> None:
    written = gap.join([number[:4], number[4:7], number[7:]])
    assert phone(written) == number
    assert split(f"Thôn Đông, {written}") == ("Thôn Đông", number)

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.codes import code_key, dossier_code, read_codes, with_code_texts, without_code_texts
from pipeline.settings import load_settings

CODES = load_settings().feeds["logbook"].codes
FULL = "000.17.22.H56-210531-0001"
KEY = "0.17.22.H56-210531-1"
DAY = date(2021, 5, 31)

days = st.dates(date(2018, 1, 1), date(2035, 12, 31)).map(lambda day: day.strftime("%y%m%d"))
two_digits = st.integers(0, 99).map("{:02d}".format)
provinces = st.tuples(st.sampled_from("GHK"), two_digits).map("".join)
units_a = st.tuples(st.integers(0, 999).map("{:03d}".format), two_digits, two_digits, provinces).map(".".join)
units_b = st.tuples(provinces, st.lists(st.integers(0, 999).map(str), max_size=4)).map(
    lambda u: ".".join([u[0], *u[1]])
)
serials = st.integers(0, 999_999).map("{:04d}".format)
codes = st.tuples(units_a | units_b, days, serials).map("-".join)
DISFIGUREMENTS = {
    "lower case": str.lower,
    "prefix": lambda code: f"Mã HS: {code}",
    "glued prefix": lambda code: f"HS{code}",
    "blanks around": lambda code: f"  {code} ",
    "blanks beside dashes": lambda code: code.replace("-", " - "),
    "blanks after dots": lambda code: code.replace(".", ". "),
    "en dashes": lambda code: code.replace("-", "–").replace(".", "–"),
    "minus signs": lambda code: code.replace("-", "\u2212"),
    "non-breaking hyphens": lambda code: code.replace("-", "\u2011"),
    "slashes": lambda code: code.replace("-", "/").replace(".", "/"),
    "underscores": lambda code: code.replace("-", "_"),
    "commas": lambda code: code.replace(".", ","),
    "dots": lambda code: code.replace("-", "."),
    "only blanks": lambda code: code.replace("-", " ").replace(".", " "),
    "O for 0": lambda code: code.replace("0", "O"),
    "l for 1": lambda code: code.replace("1", "l"),
    "I for 1": lambda code: code.replace("1", "I"),
    "o and l": lambda code: code.replace("0", "o").replace("1", "l"),
    "unpadded serial": lambda code: f"{code.rsplit('-', 1)[0]}-{int(code.rsplit('-', 1)[1])}",
    "trailing stop": lambda code: f"{code}.",
    "written twice": lambda code: f"{code}; {code}",
}


def read(*texts: str | None, received_on: date | None = None) -> pl.DataFrame:
    received = pl.Series([received_on] * len(texts), dtype=pl.Date)
    found = read_codes(pl.Series("code", texts, dtype=pl.String), received, CODES)
    return found.with_columns(dossier_code(), code_key())


def key_of(text: str) -> str | None:
    return read(text)["code_key"].item()


def test_a_well_formed_code_is_taken_apart_and_named_no_repair() -> None:
    assert read(FULL).row(0, named=True) == {
        "dossier_code": FULL,
        "code_key": KEY,
        "code_as_written": None,
        "code_repair": None,
        "unit_code": "000.17.22.H56",
        "unit_key": "0.17.22.H56",
        "code_on": DAY,
        "serial": 1,
        "serial_digits": 4,
        "has_unreadable_code": False,
        "has_two_codes": False,
    }


@given(st.lists(codes | st.sampled_from([None, "220428-0001", "0012", "nt", "17.22.H56-210531-1"])))
def test_the_state_keeps_the_texts_of_codes_and_gives_the_parts_back(texts: list[str | None]) -> None:
    rows = read(*texts).drop("dossier_code", "code_key")
    kept = with_code_texts(rows)
    assert kept["code_as_written"].to_list() == texts
    is_full = pl.col("unit_code").is_not_null()  # how the serial of a tail is written, nobody asks
    full = rows.with_columns(serial_digits=pl.when(is_full).then("serial_digits"))
    assert without_code_texts(kept.drop("serial_digits")).select(full.columns).equals(full)


@pytest.mark.parametrize(
    ("text", "code_repair"),
    [
        ("17.22.H56-210531-0001", "thêm 000."),
        ("000–17–22–H56–210531–0001", "dấu phân cách"),
        ("000.17.22.H56-2105 31-0001", "dấu phân cách"),
        ("000.17.22.H56-210531-1", "thêm số 0 ở số thứ tự"),
        ("0.17.22.H56-210531-0001", "thêm số 0 ở mã đơn vị"),
        ("OOO.17.22.H56-210531-0001", "chữ O thành số 0"),
        ("000.l7.22.H56-210531-0001", "chữ I thành số 1"),
        ("000.17.22.h56-210531-0001", "viết hoa"),
        ("HS 000.17.22.H56-210531-0001", "bỏ tiền tố HS"),
        (
            "hs 17/22/h56/21O531/1",
            "bỏ tiền tố HS; viết hoa; dấu phân cách; chữ O thành số 0; thêm số 0 ở số thứ tự; thêm 000.",
        ),
        ("17.22.H56-210531-1; 000.17.22.H56-210531-0001", "một mã viết hai lần"),
    ],
)
def test_a_repair_gives_the_code_back_and_says_what_it_did(text: str, code_repair: str) -> None:
    assert read(text).select("dossier_code", "code_key", "code_repair").row(0) == (FULL, KEY, code_repair)


def test_day_month_year_is_turned_round_only_where_receipt_says_so() -> None:
    turned = read("000.17.22.H56-310521-0001", received_on=DAY).row(0, named=True)
    assert (turned["dossier_code"], turned["code_on"], turned["code_repair"]) == (FULL, DAY, "ngày viết ddmmyy")
    assert read("000.17.22.H56-310521-0001")["code_on"].item() == date(2031, 5, 21)
    assert read(FULL, received_on=DAY)["code_repair"].item() is None
    assert read(FULL, received_on=date(2021, 6, 2))["code_on"].item() == DAY


def test_a_tail_gives_day_and_serial_and_a_bare_serial_only_itself() -> None:
    found = read("220428-0001", "220428/1", "0001", "HS 12").select("code_key", "unit_code", "code_on", "serial")
    assert found.rows() == [
        (None, None, date(2022, 4, 28), 1),
        (None, None, date(2022, 4, 28), 1),
        (None, None, None, 1),
        (None, None, None, 12),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{FULL}; 000.17.22.H56-210531-0002",
        f"{FULL} và 0002",
        f"{FULL} 000.17.22.H56-210531-0002",
        f"{FULL}\n17.22.H56-210531-2",
        "220428-0001, 220428-0002",
        "0001; 0002",
    ],
)
def test_two_codes_in_one_cell_are_told_and_none_is_chosen(text: str) -> None:
    assert read(text).select("dossier_code", "serial", "has_two_codes", "has_unreadable_code").row(0) == (
        *(None, None),
        *(True, False),
    )


@pytest.mark.parametrize(
    "text",
    [
        *("1.011442.000.00.00.H38", "2.000635", "000.17.22.H56-211331-0001", "999999-0001", "//", "nt", "Nguyễn Văn A"),
        *("000.17.22.H56-210531-0001234", "H56-210531", "0912345678", "000.17.22.H56-210531-00?1"),
    ],
)
def test_what_is_no_code_is_unreadable_and_gives_no_part(text: str) -> None:
    found = read(text).row(0, named=True)
    assert found.pop("has_unreadable_code")
    assert found.pop("code_as_written") == text
    assert not any(found.values())


@pytest.mark.parametrize("text", ["BN000123", "BN-210531", "BN-210531-٠٠٠١"])
def test_what_a_feeds_own_shape_allows_without_unit_day_and_serial_is_no_code(text: str) -> None:
    codes = {**CODES, "shapes": [r"^BN\d{6}$", r"^BN-\d{6}(-\d{4})?$"]}
    found = read_codes(pl.Series([text]), pl.Series([None], dtype=pl.Date), codes).row(0, named=True)
    assert (found["has_unreadable_code"], found["code_as_written"], found["unit_code"]) == (True, text, None)


def test_a_blank_that_could_be_a_slip_or_a_separator_is_not_repaired() -> None:
    assert read("H26.10 3.25.7-250908-0112")["has_unreadable_code"].item()


def test_an_empty_cell_is_no_unreadable_code() -> None:
    assert not any(read(None).row(0))


@given(codes)
def test_a_valid_code_is_its_own_canonical_form(code: str) -> None:
    assert read(code).select("dossier_code", "code_repair").row(0) == (code, None)


@given(codes, st.sampled_from(sorted(DISFIGUREMENTS)))
def test_each_disfigurement_gives_back_the_same_key(code: str, disfigurement: str) -> None:
    assert key_of(DISFIGUREMENTS[disfigurement](code)) == key_of(code)


@given(st.tuples(two_digits, two_digits, provinces).map(".".join), days, serials)
def test_a_dropped_level_is_put_back(unit: str, day: str, serial: str) -> None:
    assert key_of(f"{unit}-{day}-{serial}") == key_of(f"000.{unit}-{day}-{serial}")


@given(codes, st.sampled_from(sorted(DISFIGUREMENTS)))
def test_reading_a_canonical_code_again_changes_nothing(code: str, disfigurement: str) -> None:
    canonical = read(DISFIGUREMENTS[disfigurement](code))["dossier_code"].item()
    assert read(canonical)["dossier_code"].item() == canonical


@given(st.text(max_size=30) | st.text(alphabet="H0123456789.- ", max_size=16))
def test_other_text_never_becomes_a_code(text: str) -> None:
    assert key_of(text) is None


def test_rows_keep_their_order_whatever_needs_repair() -> None:
    found = read("17.22.H56-210531-2", None, FULL, "abc", "000.17.22.H56-210531-3")
    assert found["serial"].to_list() == [2, None, 1, None, 3]

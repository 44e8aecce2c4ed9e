from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.names import name_key, written_name
from pipeline.settings import load_settings

NAMES = load_settings().feeds["logbook"].names
SURNAMES = ["Nguyễn", "Trần", "Chu", "Bạc", "Châu", "Đặng", "Hồ"]
PEOPLE = st.tuples(
    st.sampled_from(SURNAMES), st.sampled_from(["Thị", "Văn", "Đức"]), st.sampled_from(["Thủy", "Hoà", "An"])
)


def key_of(name: str | None) -> str | None:
    cells = pl.DataFrame({"name": [name]}, schema={"name": pl.String})
    return cells.select(name_key(pl.col("name"), NAMES)).item()


@pytest.mark.parametrize(
    "name",
    [
        *("Nguyễn Thị Thủy", "NGUYỄN THỊ THUỶ", "nguyen  thi thuy", "Bà Nguyễn Thị Thủy", "bà: Nguyễn Thị Thủy"),
        *("Hộ bà Nguyễn Thị Thủy", "BA NGUYEN THI THUY", "Ông/bà Nguyễn Thị Thủy", "Nguyễn Thị Thủy (đại diện hộ)"),
        *("Nguyễn T. Thủy", "Nguyễn T.Thủy", "Ng. Thị Thủy", "Bà Ng. T. Thủy"),
    ],
)
def test_every_way_of_writing_a_person_gives_one_key(name: str) -> None:
    assert key_of(name) == "nguyen thi thuy"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("N. V. Hùng", "n v hung"),
        ("N. T. Hoa", "n t hoa"),
        ("Nguyễn Văn T.", "nguyen van t"),
        ("T. Hoa", "t hoa"),
    ],
)
def test_initials_are_not_spelt_out(name: str, key: str) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    "name", ["Chu Văn An", "CHU VAN AN", "Bạc Văn An", "BAC VAN AN", "Châu Văn An", "Bà Chu Văn An"]
)
def test_a_surname_that_looks_like_an_honorific_stays(name: str) -> None:
    key = key_of(name)
    assert key is not None
    assert len(key.split()) == 3


def test_a_profile_may_know_no_words_at_all() -> None:
    cells = pl.DataFrame({"name": ["Bà Nguyễn T. An"]})
    assert cells.select(name_key(pl.col("name"), {})).item() == "ba nguyen t an"


def test_an_organisation_is_only_folded() -> None:
    assert key_of("Công ty TNHH Bà Nà (Đà Nẵng)") == "cong ty tnhh ba na"
    assert key_of("Trường Mầm non Hoa Sen") == "truong mam non hoa sen"


def test_a_name_that_is_all_bracket_or_honorific_keeps_its_words() -> None:
    assert (key_of("(Nguyễn Văn A)"), key_of("Ông"), key_of(None)) == ("nguyen van a", "ong", None)


@given(PEOPLE, st.sampled_from(["", "Ông ", "bà ", "Anh ", "HỘ ÔNG ", "Chị: "]))
def test_an_honorific_before_a_person_changes_nothing(words: tuple[str, ...], honorific: str) -> None:
    name = " ".join(words)
    assert key_of(honorific + name) == key_of(name) == key_of(name.upper())


def test_the_written_name_keeps_case_and_accents_but_not_double_blanks() -> None:
    cells = pl.DataFrame({"name": ["  Nguyễn\n Thị  Thủy "]})
    assert cells.select(written_name(pl.col("name"))).item() == "Nguyễn Thị Thủy"

from __future__ import annotations

import unicodedata

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.text import fold, fold_words

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ .,-/12"
)


def folded(*texts: str | None) -> list[str | None]:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(fold(pl.col("text")))["text"].to_list()


def test_accents_case_punctuation_and_the_look_alikes_of_d_do_not_matter() -> None:
    assert folded("ĐẶNG  Thị-Thủy", "Ðặng thị thuỷ", "Ɖặng, thị Thủy.") == ["dang thi thuy"] * 3


def test_text_without_letters_or_digits_has_no_key() -> None:
    assert folded("-", "  ", "", None) == [None] * 4


@given(VIETNAMESE)
def test_the_unicode_form_and_the_case_of_a_text_do_not_change_its_key(text: str) -> None:
    forms = [text, unicodedata.normalize("NFD", text), text.upper(), unicodedata.normalize("NFD", text.upper())]
    assert len(set(folded(*forms))) == 1


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text)
    assert folded(*once) == once


@given(st.lists(VIETNAMESE, max_size=5))
def test_words_of_a_profile_are_folded_like_cells(words: list[str]) -> None:
    assert fold_words(words) == [key or "" for key in folded(*words)]

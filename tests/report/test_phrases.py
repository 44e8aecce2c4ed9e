from string import Formatter

import pytest

from pipeline.report.phrases import load_phrases, words_of
from schemas.contract import MISMATCH_COLUMNS


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert load_phrases("vi").keys() == load_phrases("en").keys()


def test_both_languages_fill_the_same_blanks() -> None:
    vi, en = load_phrases("vi"), load_phrases("en")
    assert {key for key in vi if blanks(vi[key]) != blanks(en[key])} == set()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_column_of_the_contract_has_a_heading(lang: str) -> None:
    assert set(MISMATCH_COLUMNS) <= words_of(load_phrases(lang), "column").keys()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_rule_of_the_design_has_a_name(lang: str) -> None:
    assert words_of(load_phrases(lang), "rule").keys() >= {f"M{number:02}" for number in range(1, 14)}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_names_of_sheets_are_such_as_excel_takes(lang: str) -> None:
    names = words_of(load_phrases(lang), "sheet")
    assert names["mismatches"] == "mismatches"
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names.values())
    assert len({name.lower() for name in names.values()}) == len(names)


def test_phrases_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        load_phrases("vi")["report.title"] = ""  # type: ignore[index]

import re
from string import Formatter

import pytest

from pipeline.report.phrases import load_phrases, words_of
from schemas.contract import MISMATCH_COLUMNS

A_WORD = re.compile(r"(?<!\w)[A-Za-z]{2,}(?!\w)")
NOT_IN_WORDS = re.compile(r"\{\w+\}|\[[\w.]+\]")  # places, and tables of doichieu.toml
FORMATS = "csv gzip htm html mib nul pdf rar rtf utf xls xlsx xml zip toml byte unicode windows excel unikey ctrl shift"
COMMANDS = "doichieu accept reconcile review status format output reason inbox mismatches"
SPELT_ALIKE = "do so in nam bc ubnd ii iii iv"  # Vietnamese words and names, and numerals


def words_in(text: str) -> set[str]:
    """Its words that have no accent."""
    return {word.lower() for word in A_WORD.findall(NOT_IN_WORDS.sub(" ", text))}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert load_phrases("vi").keys() == load_phrases("en").keys()


def test_both_languages_fill_the_same_blanks() -> None:
    vi, en = load_phrases("vi"), load_phrases("en")
    assert {key for key in vi if blanks(vi[key]) != blanks(en[key])} == set()


def test_no_vietnamese_text_has_an_english_word_but_formats_and_commands() -> None:
    english = set[str]().union(*map(words_in, load_phrases("en").values()))
    allowed = {*FORMATS.split(), *COMMANDS.split(), *SPELT_ALIKE.split()}
    left = {key: words_in(text) & english - allowed for key, text in load_phrases("vi").items()}
    assert {key: words for key, words in left.items() if words} == {}


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

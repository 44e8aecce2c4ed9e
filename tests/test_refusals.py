"""Why a file is refused is data: what the code raises has words in both languages, and no words are left over."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from string import Formatter

import polars as pl
import pytest

from pipeline.cause import Cause, from_json, to_json, words
from pipeline.errors import FileFault
from pipeline.prepare import prepare
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.reasons import in_full
from pipeline.settings import load_settings
from tests.wrong_files import NAMED, NO_CONTENT, WRONG, foreign

SOURCES = Path(__file__).parents[1] / "pipeline"
TABLE_OF = {"FileRefused": "refusal", "FileUnreadable": "refusal", "Cause": "refusal_part"}
READING = [*(SOURCES / "read").rglob("*.py"), *(SOURCES / "recognise").rglob("*.py"), SOURCES / "prepare.py"]
LANGUAGES = ["vi", "en"]


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


@cache
def raised() -> dict[str, set[str]]:
    """The dotted key of each fault and each part of one that the code makes, with its facts."""
    found: dict[str, set[str]] = {}
    for path in SOURCES.rglob("*.py"):
        for call in calls(path) if path.name != "cause.py" else ():
            if not (isinstance(call.func, ast.Name) and call.func.id in TABLE_OF):
                continue
            name = call.args[0]
            assert isinstance(name, ast.Constant), f"{path.name}:{call.lineno}: a name that no test can look up"
            facts = {keyword.arg or "**" for keyword in call.keywords}
            key = f"{TABLE_OF[call.func.id]}.{name.value}"
            assert found.setdefault(key, facts) == facts, f"{key} is raised with other facts elsewhere"
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def refusal(folder: Path, name: str) -> FileFault:
    path = folder / "tep.csv"
    path.write_bytes(WRONG[name])
    with pytest.raises(FileFault) as refused:
        prepare(path, NAMED.get(name), load_settings())
    return refused.value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_code_raises_has_words_and_no_words_are_left_that_nobody_raises(lang: str) -> None:
    phrases = load_phrases(lang)
    known = {f"{table}.{name}" for table in set(TABLE_OF.values()) for name in words_of(phrases, table)}
    assert known == raised().keys()
    assert words_of(phrases, "refusal").keys() == words_of(phrases, "refusal_tip").keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_has_its_fact_and_every_fact_its_place(lang: str) -> None:
    phrases = load_phrases(lang)
    for key, facts in raised().items():
        tip = phrases.get(key.replace("refusal.", "refusal_tip."), "")
        assert places(phrases[key]) | places(tip) - {"file"} == facts, key


def test_no_stage_that_reads_a_file_raises_a_fault_without_a_name() -> None:
    nameless = {"InputRefused", "IoFault", "DoichieuError"}
    found = [
        f"{path.name}:{call.lineno}"
        for path in READING
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id in nameless
    ]
    assert found == []


def test_no_words_of_a_refusal_are_the_same_in_both_languages() -> None:
    vi, en = load_phrases("vi"), load_phrases("en")
    same = {key for key in vi if key.startswith("refusal") and vi[key] == en[key]}
    assert same == {"refusal.bad_structure", "refusal.bad_headings", "refusal_part.guess"}  # places and signs alone


def test_there_is_a_wrong_file_for_every_reason() -> None:
    assert WRONG.keys() | NO_CONTENT == words_of(load_phrases("vi"), "refusal").keys()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_by_its_name_and_told_in_either_language(tmp_path: Path, name: str) -> None:
    fault = refusal(tmp_path, name)
    assert fault.name == name
    vi, en = load_phrases("vi"), load_phrases("en")
    assert (fault.message, fault.tip) == (f"tep.csv: {fault.why(en)}", fault.way_out(en))
    assert foreign(f"{fault.why(vi)} {fault.way_out(vi)}", "vi") == []
    assert foreign(f"{fault.why(en)} {fault.way_out(en)}", "en") == []


@pytest.mark.parametrize("name", WRONG)
def test_what_the_state_keeps_of_a_refusal_says_the_same(tmp_path: Path, name: str) -> None:
    fault = refusal(tmp_path, name)
    kept = from_json(to_json(fault.facts))
    for lang in LANGUAGES:
        phrases = load_phrases(lang)
        assert words(f"refusal.{name}", kept, phrases) == fault.why(phrases)


def test_several_faults_of_one_file_are_told_at_once() -> None:
    causes = (Cause("bad_quoting", row=4), Cause("nul_byte", row=7, byte=90), Cause("and_more", count=2))
    told = words("refusal.bad_structure", {"faults": causes}, load_phrases("vi"))
    assert told == 'dòng 4: dấu nháy kép (") thừa hoặc không đóng; dòng 7: có byte NUL (byte thứ 90); và 2 chỗ khác'


def kept(**change: str | None) -> pl.DataFrame:
    """What a state keeps of one refused file."""
    facts = {"verdict": "refused", "why": "empty", "facts": "{}", "message": None, "content_hash": "0f" * 32}
    return pl.DataFrame([facts | change], schema=dict.fromkeys(facts, pl.String))


def test_the_reader_decides_the_language_of_what_the_state_keeps() -> None:
    assert in_full(kept(), load_phrases("vi")).item().startswith("tệp trống. Xuất lại tệp; ")
    assert in_full(kept(), load_phrases("en")).item().startswith("the file is empty. Export it again; ")


@pytest.mark.parametrize("change", [{"why": None, "facts": None}, {"facts": None}, {"why": "gone"}, {"why": "cut_off"}])
def test_finished_words_stand_where_a_state_has_nothing_else_or_a_phrase_is_unknown(change: dict[str, str]) -> None:
    older = kept(message="so.csv: the file is empty Export it again.", **change)
    assert in_full(older, load_phrases("vi")).item() == "so.csv: the file is empty Export it again."

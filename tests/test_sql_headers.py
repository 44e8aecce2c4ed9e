from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import duckdb
import polars as pl
import pytest

from pipeline.numbering import TEXTS
from pipeline.paper import paper_facts
from pipeline.period import period_of
from pipeline.queries import SQL_ROOT, Query, queries, read_query
from pipeline.report.phrases import load_phrases, words_of
from pipeline.settings import ROOT, load_settings
from tests.dossiers import AS_OF, NEIGHBOUR, World, case, code_of, doubtful_line, line, open_case, reconciled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILES = sorted(SQL_ROOT.glob("*/*.sql"))
STEPS, RULES, LEDGER_STEPS, PAPER_STEPS = (queries(f) for f in ("20_link", "30_rules", "50_ledger", "60_paper"))
KINDS = {"20_link": "step", "30_rules": "rule", "40_report": "query", "50_ledger": "step", "60_paper": "step"}
EVIDENCE = {"record", "feeds", "books"}  # what a rule may rest on
FIELDS = ("asks", "vi", "inputs", "grain", "params")
FINDING = ("entry_id", "record_id", "feed", "needs_review", "severity", "urgency", "close_by", "detail")
DESTINATION = re.compile(r"\A\s*(?:create or replace (?:table|view) (\w+) as|insert into (\w+))\b")
VALUES = {"as_of": AS_OF, "due_soon_until": AS_OF, "tolerance_days": 1}


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def words(listed: str) -> set[str]:
    return set() if listed == "none" else set(re.split(r",\s*", listed))


def bare_select(statement: str) -> str:
    """The select of a step, whatever it fills; DuckDB names no tables of a statement with parameters."""
    return re.sub(r"\$\w+", "null", DESTINATION.sub("", statement))


def tables_read(statement: str) -> set[str]:
    with duckdb.connect() as con:
        return set(con.get_table_names(bare_select(statement)))


def phrases_of(statement: str) -> Iterator[str]:
    """The literals that a rule gives as a phrase: each `phrase:` of a detail, and `... as phrase` of a union."""
    for chosen in re.findall(r"phrase: (case.*?end|'\w+'|\w+)(?=,\n)", statement, re.DOTALL):
        yield from re.findall(r"(?:then|else|^) *'(\w+)'", chosen)
    for chosen in re.findall(r"(case [^\n]*|'\w+') as phrase", statement):
        yield from re.findall(r"(?:then|else|^) *'(\w+)'", chosen)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_opens_with_the_header_block(path: Path) -> None:
    kind = KINDS[path.parent.name]
    header = read_query(path).header
    assert tuple(header)[:6] == (kind, *FIELDS)
    assert set(header) - {kind, *FIELDS} <= ({"severity", "rests_on", "source"} if kind == "rule" else {"source"})
    assert kind != "rule" or (header["severity"] and header["rests_on"])
    assert header["asks"].rstrip(".").count("?") >= 1 or kind == "query"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_file_is_named_as_its_header(path: Path) -> None:
    header = read_query(path).header
    assert path.stem == re.sub(r" +", "_", next(iter(header.values())))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_inputs_are_the_tables_that_duckdb_sees(path: Path) -> None:
    asked = read_query(path)
    assert words(asked.header["inputs"]) == tables_read(asked.statement)
    assert asked.header["inputs"] == ", ".join(sorted(words(asked.header["inputs"])))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_params_are_the_parameters_that_duckdb_sees(path: Path) -> None:
    asked = read_query(path)
    (statement,) = duckdb.extract_statements(asked.statement)
    assert set(asked.params) == set(statement.named_parameters)
    assert asked.header["params"] == (", ".join(f"${name}" for name in asked.params) or "none")


def test_a_step_fills_the_table_that_it_is_named_after() -> None:
    for step in STEPS:
        match = DESTINATION.match(step.statement)
        assert match, step.path.name
        name = step.header["step"].split()[1]
        assert (match[1] or match[2]) in {name, "link", "candidate", "claimed"}, step.path.name


def test_a_rule_says_on_what_its_verdict_rests() -> None:
    for rule in RULES:
        assert words(rule.header["rests_on"]) <= EVIDENCE, rule.rule_id


def test_a_step_of_ledger_or_paper_fills_the_table_that_it_is_named_after() -> None:
    for step in (*LEDGER_STEPS, *PAPER_STEPS):
        match = DESTINATION.match(step.statement)
        assert match
        assert match[1] == "_".join(step.header["step"].split()[1:])


def test_the_grain_of_a_step_of_the_paper_is_unique_in_its_table(busy_world: World) -> None:
    paper_facts(busy_world.con, busy_world.stored, period_of("year", AS_OF), load_settings())
    doubled = {
        step.path.stem: busy_world.con.sql(
            f"from {step.path.stem[3:]} select {step.header['grain']} group by all having count(*) > 1"
        ).fetchall()
        for step in PAPER_STEPS
    }
    assert doubled == {step.path.stem: [] for step in PAPER_STEPS}


def test_every_doubt_of_the_paper_has_words_and_no_words_are_idle() -> None:
    asked = next(step.statement for step in PAPER_STEPS if step.path.stem == "03_doubt")
    named = set(re.findall(r"'(\w+)' as doubt", asked)) | {"unclassified", "not_received", "refused"}
    for lang in ("vi", "en"):
        assert words_of(load_phrases(lang), "paper.doubt").keys() == named


def test_steps_read_only_what_comes_in_or_an_earlier_step_made() -> None:
    made = {"case_record", "logbook_entry", "source_file", "unit", "level_weight", "claimed", "decided_pair"}
    made |= {"catalogue_procedure", *TEXTS}
    for step in STEPS:
        assert words(step.header["inputs"]) <= made, step.path.name
        match = DESTINATION.match(step.statement)
        assert match
        made.add(match[1] or match[2])


def test_ids_of_rules_are_unique_and_have_no_gap() -> None:
    assert [rule.rule_id for rule in RULES] == [f"M{number:02}" for number in range(1, len(RULES) + 1)]
    assert len({rule.rule for rule in RULES}) == len(RULES)


def test_every_rule_has_a_test_of_its_name() -> None:
    tested = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "rules").glob("test_*.py")}
    assert tested == {rule.path.stem for rule in RULES}


def test_a_rule_is_a_bare_select() -> None:
    for rule in RULES:
        (statement,) = duckdb.extract_statements(rule.statement)
        assert statement.type is duckdb.StatementType.SELECT


# what the rules say


def test_every_phrase_of_the_rules_has_words_and_no_words_are_idle() -> None:
    used = {phrase for rule in RULES for phrase in phrases_of(rule.statement)}
    for lang in ("vi", "en"):
        assert words_of(load_phrases(lang), "detail").keys() == used


def test_every_phrase_of_the_evidence_has_words_and_no_words_are_idle() -> None:
    model = (ROOT / "schemas" / "linking.toml").read_text(encoding="utf-8")
    used = set(re.findall(r'phrase = "(\w+)"', model))
    for lang in ("vi", "en"):
        assert words_of(load_phrases(lang), "evidence").keys() == used


def test_every_severity_has_words() -> None:
    used = {found for rule in RULES for found in re.findall(r"'(\w+)'(?: end)? as severity", rule.statement)}
    used |= {
        found for rule in RULES for found in re.findall(r"then '(\w+)' else '\w+' end as severity", rule.statement)
    }
    assert used == words_of(load_phrases("vi"), "severity").keys()


# one world in which every rule finds something, often more than once


def busy() -> World:
    late = {"received_on": AS_OF, "returned_on": None}
    lines = [line(number) for number in (1, 2, 3, 4, 5, 6, 7)]
    lines += [line(1, line_no="90"), line(8, code=None), line(9, code=code_of(2)), doubtful_line(10), line(11, **late)]
    lines += [line(12, line_no="91", code=code_of(12, unit=NEIGHBOUR))]
    for feed in ("igate", "xgate"):
        lines += [line(number, field_name="Đất đai", line_no=f"{feed}{number}") for number in (21, 22)]
    known = [open_case(1), case(2, state="paused"), case(3, state="done"), case(4, finished_on=AS_OF)]
    known += [case(5, applicant_name="Người Khác Hẳn"), case(5), case(6, status="Lạ", state="unclassified")]
    known += [case(10), open_case(11, **late, due_on=AS_OF), case(13), case(14, channel="online")]
    known += [case(number, feed="xgate", status="Lạ", state="closed") for number in (1, 1, 2, 3)]
    lines += [line(15), line(16, applicant_name="Người Khác Hẳn")]
    known += [case(15, finished_on=AS_OF), case(16)]
    lines[3] |= {"returned_on": None}
    return reconciled(lines, known, mandatory_feeds={"Đất đai": "xgate"}, procedures=("Lạ",), fields=("Đất đai",))


@pytest.fixture(scope="module")
def busy_world() -> World:
    return busy()


def found_by(world: World, rule: Query) -> pl.DataFrame:
    relation = world.con.sql(rule.statement, params={name: VALUES[name] for name in rule.params})
    return pl.DataFrame(relation)


def test_every_rule_finds_something_in_the_busy_world(busy_world: World) -> None:
    assert busy_world.rules() == {rule.rule_id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_a_rule_gives_the_columns_of_a_finding(busy_world: World, rule: Query) -> None:
    assert tuple(found_by(busy_world, rule).columns) == FINDING


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_the_grain_of_a_rule_is_unique_in_its_result(busy_world: World, rule: Query) -> None:
    found = found_by(busy_world, rule).select(rule.header["grain"].split(", "))
    assert found.height > 0
    assert Counter(map(str, found.rows())).most_common(1)[0][1] == 1


def test_the_grain_of_a_step_is_unique_in_its_table_each_time_it_runs() -> None:
    """Looked at as each step ends: later ones drop what nobody reads any more."""
    doubled: dict[str, list[int]] = {}
    run = Query.run

    def watched(step: Query, con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
        run(step, con, values)
        if match := DESTINATION.match(step.statement):
            table, grain = match[1] or match[2], step.header["grain"]
            twice = con.sql(f"from {table} select {grain} group by all having count(*) > 1").fetchall()
            doubled.setdefault(step.path.stem, []).append(len(twice))

    with patch.object(Query, "run", watched):
        busy()
    assert doubled.keys() == {step.path.stem for step in STEPS} | {"evidence"}
    assert {stem: counts for stem, counts in doubled.items() if any(counts)} == {}

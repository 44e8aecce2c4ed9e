"""What a score is made of, bit by bit."""

from __future__ import annotations

from math import log2

import polars as pl
import pytest

from pipeline.link import link_weights
from pipeline.model import load_model
from pipeline.report.phrases import load_phrases, words_of
from tests.dossiers import PEOPLE, built_in_settings, case, crowd, line, reconciled

LINES, CASES = crowd(40)
SETTINGS = built_in_settings()
TYPO = line(12, received_on=LINES[12]["received_on"], code=None, applicant_name="Quách Công Lương", phone=None)
AFTER_THE_EVIDENCE = ("by rivals", "by calibration")


def weights_of(changed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The links of a crowd in which one line is worse than the others, and their weights."""
    world = reconciled([*LINES[:changed], TYPO, *LINES[changed + 1 :]], CASES)
    links = pl.DataFrame(world.con.sql("from link"))
    weights = link_weights(world.con, SETTINGS, range(40))
    return links, weights


def test_the_weights_of_every_link_sum_up_to_the_log_odds_of_its_score() -> None:
    links, weights = weights_of(12)
    sums = weights.group_by("entry_id", "record_id").agg(pl.col("weight").sum())
    both = links.join(sums, on=["entry_id", "record_id"], how="left")
    said = [log2(score / (1 - score)) for score in both["score"]]
    assert both["weight"].to_list() == pytest.approx(said, abs=1e-6)


def test_before_rivals_and_calibration_the_weights_sum_up_to_what_the_evidence_says() -> None:
    world = reconciled([*LINES[:12], TYPO, *LINES[13:]], CASES)
    weights = link_weights(world.con, SETTINGS, [12]).filter(~pl.col("comparison").is_in(AFTER_THE_EVIDENCE))
    (weight,) = world.con.sql("select weight from assigned where entry_id = 12").fetchall()[0]
    assert weights["weight"].sum() == pytest.approx(weight, abs=1e-9)


def test_a_level_weighs_what_the_model_says_and_a_silent_side_is_not_mentioned() -> None:
    _, weights = weights_of(12)
    of_line = {row["comparison"]: row for row in weights.filter(entry_id=12).iter_rows(named=True)}
    facts = load_model({})["applicant"][str(of_line["applicant"]["level"])]
    assert of_line["applicant"]["weight"] == pytest.approx(log2(facts["m"] / facts["u"]))
    assert {"code", "phone"}.isdisjoint(of_line)
    assert {"by chance", "by day", "by place", "by calibration"} <= of_line.keys()


def test_among_one_persons_dossiers_of_a_day_a_code_says_what_slips_leave_of_it() -> None:
    person = {"applicant_name": PEOPLE[1]}
    lines = [line(1), line(2, **person), line(3, code=None, **person)]
    world = reconciled(lines, [case(number, **person) for number in (1, 2, 3)])
    by_code = world.con.sql("select by_code from assigned where method = 'exact'").fetchall()
    assert by_code == [(pytest.approx(-log2(load_model({})["sibling_code_share"])),)] * 2


def test_every_weight_has_words() -> None:
    _, weights = weights_of(12)
    spoken = weights.filter(pl.col("phrase") != "")["phrase"].unique()
    assert set(spoken) <= words_of(load_phrases("vi"), "evidence").keys()


def test_a_rival_takes_bits_from_a_link() -> None:
    """Two lines of one person and one record."""
    twin = LINES[12] | {"unit_code": None, "unit_key": None, "code_on": None, "serial": None, "line_no": "77"}
    world = reconciled([*LINES[:12], twin, *LINES[13:], twin | {"line_no": "78"}], CASES)
    weights = link_weights(world.con, SETTINGS, [12, 40]).filter(pl.col("comparison") == "by rivals")
    assert weights["weight"].max() < 0


def test_a_decision_shows_what_else_spoke() -> None:
    world = reconciled(LINES, CASES, decisions=[(1, 2, True)])
    weights = link_weights(world.con, SETTINGS, [1])
    assert weights.filter(comparison="code")["weight"].item() < 0

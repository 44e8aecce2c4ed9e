"""What a score is made of, bit by bit."""

from __future__ import annotations

from datetime import timedelta
from math import e, log2
from random import Random
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline import database
from pipeline.link import compare, link_weights, linking_values, settle
from pipeline.model import load_model
from pipeline.queries import query
from pipeline.report.phrases import load_phrases, words_of
from tests.dossiers import PEOPLE, RECEIVED, built_in_settings, case, code_of, crowd, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row

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


def exchange_of_siblings(*codes: str | None, days_apart: int = 0) -> tuple[float, dict[tuple[int, int], Row]]:
    """Bits of the first of two lines of one person and procedure; what is scored of both lines and records."""
    lines, cases = list(LINES), list(CASES)
    twin = {name: LINES[12][name] for name in ("applicant_name", "procedure_name", "phone", "address_key")}
    for number, code, later in zip((12, 13), codes, (0, days_apart), strict=True):
        day = LINES[12]["received_on"] + timedelta(days=later)
        lines[number], cases[number] = (
            line(number, received_on=day, code=code, **twin),
            case(number, received_on=day, **twin),
        )
    con = reconciled(lines, cases).con
    values = linking_values(SETTINGS)
    compare(con, values)
    settle(con, values)
    ((bits,),) = con.sql("select bits from assigned where entry_id = 12 and record_id = 12").fetchall()
    rows = pl.DataFrame(con.sql("from scored")).iter_rows(named=True)
    return bits, {(row["entry_id"], row["record_id"]): row for row in rows}


def gain(of: str, pairs: dict[tuple[int, int], Row]) -> float:
    return pairs[12, 12][of] + pairs[13, 13][of] - pairs[12, 13][of] - pairs[13, 12][of]


def against_the_exchange(gained: float, pairs: dict[tuple[int, int], Row]) -> float:
    """The bits of a link that only an exchange contests, which would lose so many."""
    weight = pairs[12, 12]["weight"]
    return weight - log2(1 + 2 ** (weight - gained))


def test_of_two_lines_of_one_day_their_order_says_all_that_their_places_do() -> None:
    """A book that has slipped by one line has slipped for both."""
    bits, pairs = exchange_of_siblings(None, None)
    in_order = min(6, pairs[13, 13]["line_at"] - pairs[12, 12]["line_at"])
    assert gain("by_place", pairs) > 1
    assert in_order > 1
    said = gain("weight", pairs) - gain("by_place", pairs) + in_order
    assert bits == pytest.approx(against_the_exchange(said, pairs), abs=0.1)


def test_of_lines_of_two_days_the_neighbours_speak_once() -> None:
    bits, pairs = exchange_of_siblings(None, None, days_apart=1)
    said = gain("weight", pairs) - gain("by_place", pairs) / 2
    assert abs(gain("by_place", pairs)) > 0.5
    assert bits == pytest.approx(against_the_exchange(said, pairs), abs=0.1)


def test_a_book_without_order_says_little_of_two_lines() -> None:
    shuffled = Random(3).sample(LINES, 40)  # noqa: S311 -- a book, no secret
    bits = [
        max(weight for (weight,) in reconciled(lines, CASES).con.sql("select order_bits from book_order").fetchall())
        for lines in (LINES, shuffled)
    ]
    assert bits[0] > 4 * bits[1]


def test_lines_of_which_the_order_says_more_than_the_evidence_are_taken_in_order() -> None:
    pairs = [(1, 1, 10.0, 7), (1, 2, 10.5, 8), (2, 1, 10.5, 7), (2, 2, 10.0, 8)]
    con = database.open_database()
    scored = pl.DataFrame(pairs, schema=["entry_id", "record_id", "weight", "serial"], orient="row").with_columns(
        feed=pl.lit("igate"), book_id=1, code_on=LINES[0]["received_on"], by_place=0.0, line_at=3.0 * pl.col("entry_id")
    )
    claimed = scored.filter(weight=10.5).select("entry_id", "record_id", "feed", "weight")
    database.put(con, "scored", scored)
    database.put(con, "claimed", claimed)
    query("20_link", "exchanged").run(con, {})
    taken = con.sql("select entry_id, record_id, weight from claimed order by entry_id").fetchall()
    assert taken == [(1, 1, 10.0), (2, 2, 10.0)]


@pytest.mark.parametrize("scatter", [0.7, 1.0, 2.0])
def test_how_much_the_order_says_is_told_by_how_far_the_books_lines_are_scattered(scatter: float) -> None:
    """Of lines scattered normally log2(e) over the variance; more, as other books have gaps and repeats, too."""
    dice = Random(5)  # noqa: S311 -- a book, no secret
    place = {number: number // 40 * 1_000 + number % 40 + dice.gauss(0, scatter) for number in range(400)}
    day = {number: RECEIVED + timedelta(days=number // 40) for number in range(400)}
    lines = [line(number, received_on=day[number]) for number in sorted(place, key=place.__getitem__)]
    cases = [case(number, received_on=day[number]) for number in range(400)]
    ((order_bits,),) = reconciled(lines, cases).con.sql("select distinct order_bits from book_order").fetchall()
    assert 1 < order_bits / (log2(e) / scatter**2) < 1.8


def test_a_person_with_one_dossier_is_certain_under_other_words_for_its_procedure() -> None:
    other = [*LINES[:12], line(12, received_on=LINES[12]["received_on"], procedure_name="Việc khác"), *LINES[13:]]
    con = reconciled(other, CASES).con
    compare(con, linking_values(SETTINGS))
    assert con.sql("select count(*) from certain").fetchall() == [(40,)]


@pytest.mark.parametrize(("count", "certain"), [(8, 0), (9, 9)])
def test_one_persons_few_dossiers_of_a_day_are_compared_under_other_words_but_not_a_stack(
    count: int, certain: int
) -> None:
    person = {"applicant_name": PEOPLE[1]}
    lines = [line(number, **person, procedure_name="Việc khác") for number in range(count)]
    con = reconciled(lines, [case(number, **person) for number in range(count)]).con
    compare(con, linking_values(SETTINGS))
    assert con.sql("select count(*) from certain").fetchall() == [(certain,)]


def test_that_a_code_is_one_records_says_already_that_it_is_not_the_others() -> None:
    _, pairs = exchange_of_siblings(code_of(12, LINES[12]["received_on"]), None)
    near = load_model({})["code"]["5"]
    assert pairs[12, 13]["by_code"] == pytest.approx(-log2(near["m"] / near["u"]))
    assert pairs[13, 13]["by_code"] == 0


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

"""By what was seen to hold a pair is judged: settled, contested, or as the average."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from pipeline.model import CALIBRATIONS, bits, calibration, load_model, uncalibrated
from tests.benchmarks.model import calibrated
from tests.dossiers import (
    PEOPLE,
    PROCEDURES,
    RECEIVED,
    case,
    code_of,
    crowd,
    doubtful_line,
    folded,
    line,
    parts_of_code,
    reconciled,
)

NO_CODE = {"code": None, "phone": None, "address_key": None}
TYPO = NO_CODE | {"applicant_name": f"{PEOPLE[1]}x"}
LATER = RECEIVED + timedelta(days=1)
CONTESTED = 2
LINES, CASES = crowd(40)


def settled(of_line: dict[str, Any]) -> list[bool]:
    """What is said of the only link."""
    world = reconciled([line(**of_line)], [case()])
    return [
        is_so for (is_so,) in world.con.sql("select is_settled from pattern join link using (agreement)").fetchall()
    ]


@pytest.mark.parametrize(
    ("of_line", "is_settled"),
    [
        ({}, True),
        (TYPO, True),  # day, procedure and name
        (NO_CODE | {"received_on": LATER}, False),
        ({"applicant_name": "Giàng A Tủa"}, True),  # or the code
        ({"code": code_of(1), "applicant_name": "Giàng A Tủa", "received_on": LATER}, False),
        ({"code": code_of(2), "applicant_name": "Giàng A Tủa"}, False),
        ({"procedure_name": None, "procedure_key": None}, False),  # what is silent contradicts nothing
        ({"procedure_name": PROCEDURES[2]}, False),
        ({"procedure_name": PROCEDURES[2], "applicant_name": f"{PEOPLE[1]}x"}, False),
    ],
)
def test_day_and_procedure_with_name_or_code_settle_who_is_meant(of_line: dict[str, Any], is_settled: bool) -> None:  # noqa: FBT001 -- a table of cases
    assert settled(of_line) == [is_settled]


def test_initials_settle_nothing() -> None:
    world = reconciled([doubtful_line()], [case()])
    assert world.con.sql("select is_settled from pattern join link using (agreement)").fetchall() == [(False,)]
    assert world.links["needs_review"].to_list() == [True]


def test_a_name_mistyped_on_the_day_of_its_procedure_is_asserted_without_a_code() -> None:
    assert reconciled([line(**TYPO)], [case()]).links["needs_review"].to_list() == [False]


def test_a_clerk_with_procedures_of_his_own_loses_no_line() -> None:
    """Another procedure is one person's other dossier in most books, and says nothing in this one."""
    others = [PROCEDURES[(number + 1 + number // 7) % 7] for number in range(40)]  # now one, now another
    said = [{"procedure_key": folded(other), "procedure_name": other} for other in others]
    no_code = parts_of_code(None) | {"phone": None, "address_key": None, "due_on": None}
    slips = [no_code if number % 5 == 0 else {} for number in range(40)]
    lines = [entry | own | slip for entry, own, slip in zip(LINES, said, slips, strict=True)]
    links = reconciled(lines, CASES).links
    assert (links.height, links["needs_review"].sum()) == (40, 8)


def test_a_rival_counts_more_than_what_settles() -> None:
    """Two records of one person, procedure and day: each fits the line."""
    twin = {"applicant_name": PEOPLE[1], "procedure_name": PROCEDURES[1]}
    world = reconciled([line(**NO_CODE)], [case(1), case(2, **twin)])
    assert world.links["needs_review"].to_list() == [True]
    knots = [load_model({})[name] for name in CALIBRATIONS]
    ((said, score),) = world.con.sql(
        "select bits, score from link join assigned using (entry_id, record_id)"
    ).fetchall()
    assert uncalibrated(knots[CONTESTED - 1], bits(score)) == pytest.approx(said)


def test_beyond_the_knots_a_bit_is_a_bit() -> None:
    assert calibration([[1.0, 3.0], [2.0, 5.0]])[1] == [[-999.0, 1000.0, 1.0], [1.0, 1.0, 2.0], [2.0, 1000.0, 1.0]]


def test_few_links_are_taken_together_with_the_next_so_is_what_falls_and_below_all_it_is_steep() -> None:
    right_and_wrong = {0.2: (40, 0), 0.7: (280, 80), 1.2: (380, 20), 1.7: (360, 40), 2.2: (40, 0)}
    links = [(said, [True] * right + [False] * wrong) for said, (right, wrong) in right_and_wrong.items()]
    seen = pl.DataFrame(links, schema=["bits", "is_right"], orient="row").explode("is_right")
    assert calibrated(seen) == [[-9.35, -18.007], [0.65, 1.993], [1.45, 3.613], [2.2, 6.34]]

"""What people decided wins, whatever else says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.dossiers import RECEIVED, case, crowd, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row, World

LINES, CASES = crowd(10)
STRANGER: Row = {"applicant_name": "Tạ Duy Anh", "phone": "0387654321", "address_key": "noi khac", "code": None}


def decided(lines: list[Row], cases: list[Row], *decisions: tuple[int, int, bool]) -> World:
    """The world with these decisions of (entry_id, record_id, is_same): places in the lists of each feed, from 0."""
    return reconciled(lines, cases, decisions=decisions)


def links_of(world: World, row: int) -> list[tuple[Any, ...]]:
    return [link[1:] for link in world.linked() if link[0] == row]


def test_a_line_that_nothing_joins_to_a_record_is_linked_by_a_decision() -> None:
    lines = [line(0, received_on=RECEIVED - timedelta(days=40), **STRANGER), *LINES[1:]]
    assert links_of(decided(lines, CASES), 2) == []
    world = decided(lines, CASES, (0, 0, True))
    assert links_of(world, 2) == [("igate", 2, "decision", False)]
    assert world.links["score"][0] == 1


def test_a_decision_takes_the_record_from_the_line_with_its_very_code() -> None:
    world = decided(LINES, CASES, (1, 2, True))
    assert links_of(world, 3) == [("igate", 4, "decision", False)]
    assert all(link[1] != 4 for link in links_of(world, 4))
    assert world.links["feed_row"].is_unique().all()


def test_a_decision_for_one_feed_leaves_the_other_feed_alone() -> None:
    both = [*CASES, *(record | {"feed": "xgate", "file": "xgate.csv"} for record in CASES)]
    world = decided(LINES, both, (1, 2, True))
    assert links_of(world, 3) == [("igate", 4, "decision", False), ("xgate", 3, "exact", False)]


def test_a_pair_decided_not_the_same_is_not_linked_by_its_code() -> None:
    world = decided(LINES, CASES, (1, 1, False))
    assert links_of(world, 3) == []
    assert world.con.sql("select count(*) from repeated_line").fetchall() == [(0,)]


def test_a_pair_decided_not_the_same_is_not_linked_by_who_came_when() -> None:
    lines = [LINES[0], line(1, code=None), *LINES[2:]]
    assert links_of(decided(lines, CASES), 3) == [("igate", 3, "identity", False)]
    assert links_of(decided(lines, CASES, (1, 1, False)), 3) == []


def test_a_line_decided_twice_keeps_one_record() -> None:
    world = decided(LINES, CASES, (1, 2, True), (1, 3, True))
    assert links_of(world, 3) == [("igate", 4, "decision", False)]


@pytest.mark.parametrize("pair", [(99, 1), (1, 99)])
def test_a_decision_about_rows_that_are_gone_changes_nothing(pair: tuple[int, int]) -> None:
    assert decided(LINES, CASES, (*pair, True)).linked() == reconciled(LINES, CASES).linked()


def test_without_decisions_there_is_an_empty_table_of_them() -> None:
    assert reconciled([line()], [case()]).con.sql("from decided_pair").fetchall() == []

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.link import compare, linking_values
from pipeline.settings import load_settings
from tests.dossiers import DUE, RECEIVED, case, code_of, line, reconciled

if TYPE_CHECKING:
    from tests.dossiers import Row

STRANGER = {"code": code_of(88), "due_on": DUE + timedelta(days=9)}  # another dossier of line 1's day
ONE_THING = {
    "the name": {"applicant_name": line(1)["applicant_name"]},
    "a name that sounds alike": {"applicant_name": line(1)["applicant_name"][:-1] + "x"},
    "the procedure": {"procedure_name": line(1)["procedure_name"]},
    "some words of the procedure": {"procedure_name": line(1)["procedure_name"].rsplit(" ", 1)[0]},
    "the phone": {"phone": line(1)["phone"]},
    "the serial": {"code": code_of(1, RECEIVED - timedelta(days=1))},
    "no word of the procedure": {"procedure_name": None},
    "no name": {"applicant_name": None},
}


def compared(record: Row, *others: Row, are_strangers_compared: bool = False, of_line: Row | None = None) -> bool:
    """Whether line 1 and a record of its day are compared; others are dossiers of which nobody doubts anything."""
    lines = [row for row in others if row["feed"] == "logbook"]
    con = reconciled([of_line or line(1), *lines], [record, *(row for row in others if row not in lines)]).con
    compare(con, linking_values(load_settings()) | {"are_strangers_compared": are_strangers_compared})
    return con.sql("select exists (from compared where not is_certain)").fetchall()[0][0]


def test_who_shares_a_day_and_nothing_else_is_not_compared() -> None:
    assert not compared(case(2, **STRANGER))


def test_serials_of_one_day_are_near_each_other_by_nature() -> None:
    assert not compared(case(2, **(STRANGER | {"code": code_of(11)})))


def test_dossiers_of_one_day_are_often_due_on_one_day() -> None:
    assert not compared(case(2, **(STRANGER | {"due_on": DUE})))


@pytest.mark.parametrize("shared", ONE_THING)
def test_one_thing_in_common_is_enough(shared: str) -> None:
    assert compared(case(2, **(STRANGER | ONE_THING[shared])))


def test_what_a_clerk_calls_the_procedure_is_enough() -> None:
    spoken, written = {"procedure_name": "Sao y"}, {"procedure_name": "Chứng thực bản sao từ bản chính"}
    known = [row for number in (3, 4, 5) for row in (line(number, **spoken), case(number, **written))]
    stranger = case(2, **(STRANGER | written))
    assert not compared(stranger, of_line=line(1, **spoken))
    assert compared(stranger, *known, of_line=line(1, **spoken))


def test_learning_compares_strangers() -> None:
    assert compared(case(2, **STRANGER), are_strangers_compared=True)

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import ConfigFault
from tests.dossiers import case, crowd, doubtful_line, line, reconciled

BOUNDS = ("share_in_software", "common_name_share", "false_links", "assert_at", "review_at", "duplicate_at")


def refusal(**linking: Any) -> str:  # noqa: ANN401 -- anything that a file may hold
    with pytest.raises(ConfigFault) as fault:
        reconciled([line()], [case()], linking=linking)
    return fault.value.message


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, "0.9"])
def test_a_bound_that_is_no_probability_is_refused_by_name(bound: str, value: object) -> None:
    assert f"{bound} is not between 0 and 1" in refusal(**{bound: value})


def test_bounds_in_the_wrong_order_are_refused() -> None:
    assert refusal(review_at=0.9, assert_at=0.8) == "[linking]: review_at is above assert_at"


def test_an_unknown_key_is_refused() -> None:
    assert refusal(asert_at=0.9) == "[linking]: unknown key asert_at"


@pytest.mark.parametrize(
    "levels",
    [{"9": {"m": 0.1, "u": 0.1, "phrase": "x"}}, {"1": {"m": 0}}, {"1": {"u": 1.5}}, {"1": {"mm": 0.5}}, {"1": 5}],
)
def test_a_level_without_two_probabilities_is_refused_by_name(levels: dict[str, object]) -> None:
    assert refusal(phone=levels) == f"[linking]: phone.{next(iter(levels))} is not a level with m and u"


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert refusal(assert_at=2, review_at=-1, other=0) == (
        "[linking]: unknown key other; assert_at is not between 0 and 1; review_at is not between 0 and 1"
    )


def test_one_weight_of_a_users_own_lies_over_the_others() -> None:
    """An agreeing phone says next to nothing where a whole village has one."""
    slip = line(code=None, address_key=None, applicant_name="Lò Văn Pó")
    usual, shared = (
        reconciled([slip], [case()], linking=own).links["score"].item() for own in ({}, {"phone": {"1": {"u": 0.9}}})
    )
    assert shared < usual


def test_a_lower_bound_asserts_what_was_for_review() -> None:
    def needs_review(**linking: float) -> list[bool]:
        return reconciled([doubtful_line()], [case()], linking=linking).links["needs_review"].to_list()

    score = reconciled([doubtful_line()], [case()]).links["score"].item()
    assert needs_review() == [True]
    assert needs_review(assert_at=score - 0.01) == [True]  # alone it would be more than one false link in 2,000
    assert needs_review(assert_at=score - 0.01, false_links=1 - score + 0.01) == [False]


def test_a_higher_bound_leaves_out_what_was_for_review() -> None:
    score = reconciled([doubtful_line()], [case()]).links["score"].item()
    bounds = {"review_at": score + (1 - score) / 2, "assert_at": 1 - 1e-9}
    assert reconciled([doubtful_line()], [case()], linking=bounds).links.height == 0


@pytest.mark.parametrize("side", [0, 1])
def test_one_side_alone_links_nothing(side: int) -> None:
    sides: list[list[dict[str, Any]]] = [[], []]
    sides[side] = crowd(3)[side]
    book, known = sides
    assert reconciled(book, known).links.height == 0


def test_without_any_row_there_are_frames_without_rows() -> None:
    world = reconciled([], [])
    assert (world.links.height, world.mismatches.height) == (0, 0)
    assert world.con.sql("select count(*) from repeated_line").fetchall() == [(0,)]

"""The model of linking: what a user may change, and what a level weighs."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import ConfigFault
from pipeline.model import COMPARISONS, level_weights, load_model


def test_a_level_weighs_the_bits_by_which_it_speaks_for_one_dossier() -> None:
    weights = level_weights(load_model({"phone": {"1": {"m": 0.8, "u": 0.1}}}))
    phone = weights.filter(comparison="phone", level=1)
    assert phone["weight"].to_list() == [3.0]
    assert phone["phrase"].to_list() == ["phone_same"]


def test_a_silent_side_weighs_nothing() -> None:
    silent = level_weights(load_model({})).filter(level=0)
    assert silent["comparison"].to_list() == list(COMPARISONS)
    assert silent["weight"].to_list() == [0.0] * len(COMPARISONS)


def test_a_changed_level_leaves_the_others() -> None:
    changed, built_in = load_model({"code": {"1": {"u": 0.5}}}), load_model({})
    assert changed["code"]["1"] == built_in["code"]["1"] | {"u": 0.5}
    assert changed["code"]["2"] == built_in["code"]["2"]


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ({"assert": 0.9}, "unknown key assert"),
        ({"assert_at": 1}, "assert_at is not between 0 and 1"),
        ({"review_at": "0.5"}, "review_at is not between 0 and 1"),
        ({"duplicate_at": True}, "duplicate_at is not between 0 and 1"),
        ({"review_at": 0.9995}, "review_at is above assert_at"),
        ({"code": 3}, "code is not a level with m and u"),
        ({"code": {"1": 3}}, "code.1 is not a level with m and u"),
        ({"code": {"1": {"u": 0}}}, "code.1 is not a level with m and u"),
        ({"code": {"9": {"m": 0.5, "u": 0.5, "phrase": ""}}}, "code.9 is not a level with m and u"),
    ],
)
def test_what_is_no_model_is_refused_by_name(own: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigFault, match=fault):
        load_model(own)


def test_all_faults_of_a_model_are_told_at_once() -> None:
    with pytest.raises(ConfigFault) as refused:
        load_model({"assert_at": 2, "strange": 1, "phone": {"1": {}, "2": {"m": 2}}})
    assert refused.value.message.count(";") == 2

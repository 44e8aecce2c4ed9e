"""What makes names alike: numbers that are the same where something of two names is."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.numbering import names

SOUNDS = {"s": "x", "ngh": "ng", "tr": "ch"}
NAME = "nguyen van sang"


def same(other: str) -> set[str]:
    """The numbers that a name shares with NAME."""
    one, two = names(pl.DataFrame({"applicant_key": [NAME, other]}), SOUNDS).select(pl.col("^.*_id$")).to_dicts()
    return {number for number in one if one[number] == two[number]}


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ("nguyen van xang", {"sound_id", "given_sound_id"}),
        ("nguyen thi sang", {"given_id", "given_sound_id"}),
        ("nghieu van sang", {"given_id", "given_sound_id"}),
        ("tran van sang", {"given_sound_id"}),
        ("sang van nguyen", {"words_id"}),
        ("le thi hoa", set[str]()),
    ],
)
def test_a_number_says_what_two_names_have_in_common(other: str, shared: set[str]) -> None:
    assert same(other) == shared
    assert len(same(NAME)) == 4


def test_a_name_that_nobody_wrote_has_no_number() -> None:
    (nobody,) = names(pl.DataFrame({"applicant_key": [None]}, schema={"applicant_key": pl.String}), SOUNDS).to_dicts()
    assert {nobody[number] for number in nobody if number.endswith("_id")} == {None}

from datetime import datetime

import pytest

from pipeline.report.letter import Letter, for_audience
from pipeline.report.night import Night
from tests.report.nights import make_letter, make_night, one_entry

OWN = one_entry(1, officer="An", field_name="Hộ tịch")
UNNAMED = one_entry(2, officer=None, field_name="Hộ tịch")
OTHERS = one_entry(3, officer="Bình", field_name="Hộ tịch", unit_code="000.00.32.H19")
FOREIGN = one_entry(4, officer=None, field_name="Đất đai")
WITHOUT_ANY = one_entry(5, officer=None, field_name=None, unit_code=None)
ALL = [OWN, UNNAMED, OTHERS, FOREIGN, WITHOUT_ANY]


def lines_seen(letter: Letter, night: Night | None = None) -> list[str]:
    seen = for_audience(night or make_night(*ALL), letter)
    assert seen.outcome.mismatches["line_no"].to_list() == seen.open["line_no"].to_list()
    return seen.open["line_no"].to_list()


@pytest.mark.parametrize("audience", ["owner", "chairman"])
def test_owner_and_chairman_see_everything(audience: str) -> None:
    assert lines_seen(make_letter(audience=audience)) == ["1", "2", "3", "4", "5"]


def test_an_officer_sees_the_own_lines() -> None:
    assert lines_seen(make_letter(audience="officer", officer="An")) == ["1"]


def test_an_officer_in_charge_of_a_field_sees_its_lines_that_name_nobody_too() -> None:
    letter = make_letter(audience="officer", officer="An", fields=frozenset({"Hộ tịch"}))
    assert lines_seen(letter) == ["1", "2"]


def test_a_mail_for_fields_shows_all_their_lines() -> None:
    assert lines_seen(make_letter(audience="officer", fields=frozenset({"Hộ tịch", "Đất đai"}))) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("written", ["000.00.32.H19", "0.0.32.H19"])
def test_a_unit_sees_the_lines_of_its_code_leading_zeros_aside(written: str) -> None:
    assert lines_seen(make_letter(audience="unit", unit_code=written)) == ["3"]


def test_what_was_fixed_is_seen_by_the_same_readers() -> None:
    night = make_night(fixed=ALL)
    assert for_audience(night, make_letter(audience="officer", officer="An")).fixed["line_no"].to_list() == ["1"]


def test_sources_and_notices_concern_everybody() -> None:
    night = make_night(*ALL, notices=["chưa có sổ"])
    seen = for_audience(night, make_letter(audience="officer", officer="nobody"))
    assert seen.sources.equals(night.sources)
    assert seen.outcome.notices == ["chưa có sổ"]


@pytest.mark.parametrize(
    "change",
    [{"sent_at": datetime(2026, 3, 31)}, {"audience": "officer"}, {"audience": "unit"}],  # noqa: DTZ001 -- the fault under test
)
def test_a_letter_without_a_zone_or_without_its_readers_part_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Letter"):
        make_letter(**change)

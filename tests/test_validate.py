from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigFault
from pipeline.validate import Split, validate
from schemas.good_rows import CASE, LINE, Checks, is_false
from schemas.rows import CaseRecord, LogbookEntry
from schemas.tables import CASE_ROW, LOGBOOK_ROW, Kind

DAY = date(2026, 3, 5)
FAULTS = {  # rule → the differences that break it, and the column that the reason names
    "V02": ({"is_ragged": True}, None),
    "V03": ({"has_unreadable_received": True, "received_on": None}, "received"),
    "V04": ({"has_unreadable_due": True, "due_on": None}, "due"),
    "V05": ({"has_unreadable_returned": True, "returned_on": None}, "returned"),
    "V07": ({"has_two_codes": True, "unit_code": None, "serial": None}, "dossier_code"),
    "V08": ({"due_on": date(2026, 3, 3)}, "due"),
    "V09": ({"returned_on": date(2026, 3, 3)}, "returned"),
    "V10": ({"due_on": date(2036, 3, 6)}, "due"),
}
CASE_FAULTS = FAULTS | {
    "V01": ({"unit_code": None}, "dossier_code"),
    "V06": ({"has_unreadable_finished": True, "finished_on": None}, "finished"),
}
LOGBOOK_FAULTS = FAULTS | {"V11": ({"serial": None, "applicant_name": None}, "dossier_code")}
EACH_FAULT = [
    *((False, rule, change, column) for rule, (change, column) in CASE_FAULTS.items()),
    *((True, rule, change, column) for rule, (change, column) in LOGBOOK_FAULTS.items()),
]
DAYS = st.none() | st.dates(date(2014, 1, 1), date(2037, 12, 31))


def rows(*changes: dict[str, Any], is_logbook: bool = False) -> pl.DataFrame:
    """One valid row per dict of differences; the rows are numbered from 5."""
    schema = LOGBOOK_ROW if is_logbook else CASE_ROW
    valid = {name: False if kind == pl.Boolean else None for name, kind in schema.items()} | {
        "unit_code": "000.17.22.H56",
        "serial": 1,
        "applicant_name": "Nguyễn Thị An",
        "received_on": DAY,
        "due_on": DAY,
        "returned_on": DAY,
    }
    return pl.DataFrame([valid | {"row": 5 + place} | change for place, change in enumerate(changes)], schema=schema)


def split(*changes: dict[str, Any], is_logbook: bool = False) -> Split:
    return validate(rows(*changes, is_logbook=is_logbook), is_logbook=is_logbook)


def reasons(change: dict[str, Any], *, is_logbook: bool = False) -> list[tuple[str, str | None]]:
    """The rules that one row breaks, with the columns."""
    return split(change, is_logbook=is_logbook).reasons.select("rule_id", "column").rows()


def rules_of(model: type[CaseRecord | LogbookEntry]) -> set[str]:
    columns = model.to_schema().columns.values()
    return {str(check.error) for column in columns for check in column.checks}


def test_every_rule_is_tested_here() -> None:
    assert (rules_of(CaseRecord), rules_of(LogbookEntry)) == (set(CASE_FAULTS), set(LOGBOOK_FAULTS))
    assert rules_of(CaseRecord) | rules_of(LogbookEntry) == {f"V{number:02}" for number in range(1, 12)}


@pytest.mark.parametrize(
    ("model", "checks", "types"), [(CaseRecord, CASE, CASE_ROW), (LogbookEntry, LINE, LOGBOOK_ROW)]
)
def test_what_is_asked_of_all_rows_at_once_is_what_pandera_checks(
    model: type[CaseRecord | LogbookEntry], checks: Checks, types: dict[str, Kind]
) -> None:
    columns = model.to_schema().columns
    assert sorted(name for name, _ in checks) == sorted(name for name, one in columns.items() for _ in one.checks)
    assert {name: one.dtype.type for name, one in columns.items()} == {name: types[name] for name in columns}
    assert {name for name, one in columns.items() if not one.nullable} <= {
        name for name, is_right in checks if is_right is is_false
    }


@pytest.mark.parametrize("is_logbook", [False, True])
def test_a_valid_row_passes_unchanged_and_gives_no_reason(*, is_logbook: bool) -> None:
    found = split({}, is_logbook=is_logbook)
    assert found.accepted.equals(rows({}, is_logbook=is_logbook))
    assert (found.quarantined.height, found.reasons.height) == (0, 0)
    assert found.quarantined.schema == found.accepted.schema


@pytest.mark.parametrize(("is_logbook", "rule", "change", "column"), EACH_FAULT)
def test_a_fault_is_told_as_its_rule_with_the_canonical_column(
    *, is_logbook: bool, rule: str, change: dict[str, Any], column: str | None
) -> None:
    assert reasons(change, is_logbook=is_logbook) == [(rule, column)]


@pytest.mark.parametrize(
    "change",
    [
        {"received_on": None, "due_on": date(2060, 1, 1), "returned_on": date(1999, 1, 1)},
        {"due_on": None, "returned_on": None},
        {"due_on": DAY, "returned_on": DAY},
        {"due_on": date(2036, 3, 5), "returned_on": date(2036, 3, 5)},
        {"received_on": date(2024, 2, 29), "due_on": date(2034, 2, 28), "returned_on": None},
    ],
)
@pytest.mark.parametrize("is_logbook", [False, True])
def test_dates_at_the_bounds_and_dates_that_nothing_can_be_compared_with_pass(
    *, is_logbook: bool, change: dict[str, Any]
) -> None:
    assert reasons(change, is_logbook=is_logbook) == []


@pytest.mark.parametrize("name", ["due", "returned"])
@pytest.mark.parametrize("is_logbook", [False, True])
def test_a_date_ten_years_and_a_day_after_receipt_is_a_mistyped_year(*, is_logbook: bool, name: str) -> None:
    assert reasons({f"{name}_on": date(2036, 3, 6)}, is_logbook=is_logbook) == [("V10", name)]


def test_a_case_is_finished_before_receipt_or_never_without_a_reason() -> None:
    assert reasons({"finished_on": date(2026, 3, 3)}) == []
    assert reasons({"finished_on": None}) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"unit_code": None, "has_unreadable_code": True}, [("V01", "dossier_code")]),
        ({"unit_code": None, "serial": 1}, [("V01", "dossier_code")]),
        ({"unit_code": None, "has_two_codes": True}, [("V07", "dossier_code")]),
        ({"unit_code": "000.17.22.H56", "applicant_name": None, "received_on": None}, []),
    ],
)
def test_a_case_stands_or_falls_with_its_code_and_two_codes_are_told_as_such(
    change: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert reasons(change) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"unit_code": None, "serial": None}, []),
        ({"unit_code": None, "serial": None, "has_unreadable_code": True}, []),
        ({"unit_code": None, "serial": 1, "applicant_name": None, "received_on": None}, []),
        ({"serial": None, "applicant_name": None}, [("V11", "dossier_code")]),
        ({"serial": None, "received_on": None}, [("V11", "dossier_code")]),
        ({"serial": None, "received_on": None, "has_unreadable_received": True}, [("V03", "received")]),
        ({"serial": None, "applicant_name": None, "has_two_codes": True}, [("V07", "dossier_code")]),
    ],
)
def test_a_line_without_a_code_needs_a_name_and_a_day(change: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert reasons(change, is_logbook=True) == expected


def test_an_unreadable_submission_date_refuses_no_row() -> None:
    assert reasons({"has_unreadable_submitted": True}) == []


@pytest.mark.parametrize("column", ["due_on", "returned_on"])
def test_a_slip_of_a_day_is_left_to_linking(column: str) -> None:
    assert reasons({column: date(2026, 3, 4)}) == []


@pytest.mark.parametrize("is_logbook", [False, True])
def test_all_faults_of_one_row_are_told(*, is_logbook: bool) -> None:
    change = {"due_on": date(2026, 3, 3), "returned_on": date(2036, 3, 6), "has_two_codes": True}
    assert reasons(change, is_logbook=is_logbook) == [("V07", "dossier_code"), ("V08", "due"), ("V10", "returned")]


def test_one_rule_broken_in_two_columns_is_told_of_both() -> None:
    assert reasons({"due_on": date(2062, 3, 5), "returned_on": date(2062, 3, 5)}) == [
        ("V10", "due"),
        ("V10", "returned"),
    ]


@pytest.mark.parametrize("is_logbook", [False, True])
def test_of_a_ragged_row_nothing_else_is_told_as_its_cells_may_be_shifted(*, is_logbook: bool) -> None:
    change = {"is_ragged": True, "unit_code": None, "serial": None, "applicant_name": None}
    change |= {"has_unreadable_due": True, "returned_on": date(2026, 3, 3)}
    assert reasons(change, is_logbook=is_logbook) == [("V02", None)]


def test_the_reasons_name_the_rows_of_the_file_in_their_order() -> None:
    found = split({"row": 9, "due_on": date(2026, 3, 3)}, {"row": 12}, {"row": 40, "is_ragged": True})
    assert found.reasons.rows() == [(9, "V08", "due"), (40, "V02", None)]
    assert found.reasons.schema == pl.Schema({"row": pl.UInt32, "rule_id": pl.String, "column": pl.String})


def test_no_reason_quotes_a_cell() -> None:
    found = split({"unit_code": None, "applicant_name": "Trần Văn Mật"})
    assert "Mật" not in str(found.reasons.rows())


@pytest.mark.parametrize("is_logbook", [False, True])
def test_a_table_without_rows_gives_two_empty_parts_with_all_columns(*, is_logbook: bool) -> None:
    found = split(is_logbook=is_logbook)
    assert found.accepted.schema == found.quarantined.schema == rows(is_logbook=is_logbook).schema
    assert (found.accepted.height, found.quarantined.height, found.reasons.height) == (0, 0, 0)


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("PANDERA_VALIDATION_ENABLED", "False"),
        ("PANDERA_VALIDATION_ENABLED", "0"),
        ("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY"),
        ("PANDERA_VALIDATION_DEPTH", "DATA_ONLY"),
    ],
)
def test_switched_off_checks_are_refused_and_the_switch_is_named(
    monkeypatch: pytest.MonkeyPatch, switch: str, value: str
) -> None:
    monkeypatch.setenv(switch, value)
    with pytest.raises(ConfigFault, match=switch):
        split({})


@pytest.mark.parametrize("missing", ["is_ragged", "received_on", "unit_code"])
def test_a_missing_column_is_our_own_fault_and_never_passes(missing: str) -> None:
    with pytest.raises(AssertionError, match="pandera"):
        validate(rows({}).drop(missing), is_logbook=False)


def test_a_column_of_another_type_is_our_own_fault_and_never_passes() -> None:
    with pytest.raises(AssertionError, match="pandera"):
        validate(rows({}).with_columns(pl.col("due_on").cast(pl.String)), is_logbook=False)


def test_a_flag_that_nobody_set_is_never_taken_for_false() -> None:
    assert split({"is_ragged": None}).accepted.is_empty()


CHANGES = st.fixed_dictionaries(
    {
        "is_ragged": st.booleans(),
        "has_two_codes": st.booleans(),
        "has_unreadable_due": st.booleans(),
        "unit_code": st.sampled_from([None, "000.17.22.H56"]),
        "serial": st.sampled_from([None, 1]),
        "received_on": DAYS,
        "due_on": DAYS,
        "returned_on": DAYS,
    }
)


def is_good(row: dict[str, Any], *, is_logbook: bool) -> bool:
    """The rules once more, in plain Python."""
    received = row["received_on"]
    later = [day for day in (row["due_on"], row["returned_on"]) if day and received]
    flags = (row["is_ragged"], row["has_two_codes"], row["has_unreadable_due"])
    has_key = row["serial"] or received if is_logbook else row["unit_code"]  # the name is always there
    return bool(has_key) and not any(flags) and all(received <= day <= ten_years_after(received) for day in later)


def ten_years_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return (day - timedelta(days=is_leap_day)).replace(year=day.year + 10)


@given(st.lists(CHANGES, max_size=8), st.booleans())
def test_the_split_is_exact(changes: list[dict[str, Any]], is_logbook: bool) -> None:  # noqa: FBT001 -- hypothesis fills it
    given_rows = rows(*changes, is_logbook=is_logbook)
    found = validate(given_rows.clone(), is_logbook=is_logbook)
    good = pl.Series([is_good(change, is_logbook=is_logbook) for change in changes], dtype=pl.Boolean)
    assert found.accepted.equals(given_rows.filter(good))
    assert found.quarantined.equals(given_rows.filter(~good))
    assert set(found.reasons["row"]) == set(found.quarantined["row"])
    assert not found.reasons.is_duplicated().any()

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl

from pipeline.night.filing import file_names, write_reports
from pipeline.night.home import Home
from pipeline.report.night import LEDGER_TYPES
from pipeline.report.outcome import UNIT_TYPES
from pipeline.report.text import render_text
from pipeline.report.units import ranked, units_of, with_fix_days
from tests.report.mails import text_of
from tests.report.nights import OVERDUE, make_night, one_entry
from tests.report.outcomes import AS_OF, make_outcome, one_mismatch

if TYPE_CHECKING:
    from pathlib import Path

LARGE, MIDDLING, TINY = "H56.17.1", "H56.17.2", "H56.17.3"


def units(**dossiers: int) -> pl.DataFrame:
    """Units a, b and c with so many dossiers; b has put two right in 3.5 days."""
    codes = {"a": LARGE, "b": MIDDLING, "c": TINY}
    history = {"b": {"fixed": 2, "fix_days": 3.5}}
    rows = [
        {"unit_code": codes[name], "unit": f"Xã {name.upper()}", "dossiers": count, **history.get(name, {})}
        for name, count in dossiers.items()
    ]
    return pl.DataFrame(rows, schema=UNIT_TYPES)


def line_of(unit_code: str, row: int, **change: object) -> dict[str, Any]:
    return one_mismatch(unit_code=unit_code, logbook_row=row, feed_row=row, **change)


LINES = [
    *(line_of(LARGE, row) for row in (1, 2, 3)),
    *(line_of(MIDDLING, row, **OVERDUE) for row in (4, 5)),
    line_of(TINY, 6),
    line_of(MIDDLING, 4, feed="xgate"),  # the same line of the book in another feed
    line_of(MIDDLING, 7, needs_review=True),
    line_of(LARGE, 8, rule_id="M06", rule="missing_in_logbook"),
]


def test_units_are_ranked_by_what_is_open_among_a_thousand_dossiers() -> None:
    table = ranked(make_outcome(*LINES, units=units(a=3000, b=400)))
    assert table.to_dicts() == [
        {"rank": 1, "unit": "Xã B", "unit_code": MIDDLING, "dossiers": 400, "open": 2, "overdue": 2}
        | {"per_thousand": 5.0, "fixed": 2, "fix_days": 3.5},
        {"rank": 2, "unit": "Xã A", "unit_code": LARGE, "dossiers": 3000, "open": 3, "overdue": 0}
        | {"per_thousand": 1.0, "fixed": None, "fix_days": None},
    ]


def test_a_unit_of_few_dossiers_is_told_with_its_count_and_not_ranked_above_others() -> None:
    table = ranked(make_outcome(*LINES, units=units(c=20, a=3000, b=400)))
    assert table.select("rank", "unit", "dossiers", "per_thousand").rows()[2] == (None, "Xã C", 20, 50.0)


def test_equal_shares_are_ranked_by_days_to_fix() -> None:
    table = ranked(make_outcome(line_of(LARGE, 1), line_of(MIDDLING, 2), units=units(a=500, b=500)))
    assert table.select("rank", "unit").rows() == [(1, "Xã B"), (2, "Xã A")]


def test_a_unit_with_nothing_open_is_on_the_list_all_the_same() -> None:
    assert ranked(make_outcome(units=units(a=500, b=500)))["open"].to_list() == [0, 0]


def test_leading_zeros_do_not_make_two_units() -> None:
    lines = [line_of("000.00.32.H19", 1), line_of("0.0.32.H19", 2)]
    both = units(a=200, b=200).with_columns(unit_code=pl.Series(["0.0.32.H19", LARGE]))
    table = ranked(make_outcome(*lines, units=both))
    assert table["open"].to_list() == [2, 0]


# silent


def test_one_unit_alone_is_not_ranked() -> None:
    outcome = make_outcome(*LINES, units=units(a=3000))
    assert ranked(outcome).is_empty()
    assert "THEO ĐƠN VỊ" not in render_text(outcome)


def test_codes_of_one_unit_are_not_even_counted() -> None:
    rows = pl.concat([codes(LARGE, 1), codes(None, 1)])
    assert units_of(rows, rows, {}).is_empty()


# where the figures come from


def codes(unit_code: str | None, count: int) -> pl.DataFrame:
    day = date(2026, 3, 3)
    return pl.DataFrame(
        {"unit_code": [unit_code] * count, "code_on": [day] * count, "serial": range(count)},
        schema_overrides={"unit_code": pl.String},
    )


def test_dossiers_of_both_sides_count_once_under_their_units_name() -> None:
    cases = pl.concat([codes("000.17.H56", 1), codes("H56.2", 11)])
    counted = units_of(cases, codes("000.17.H56", 2), {"000.17.H56": "Xã A"})
    assert counted.select("unit_code", "unit", "dossiers").rows() == [("0.17.H56", "Xã A", 2), ("H56.2", None, 11)]


def test_a_dossier_counts_once_however_its_code_is_written() -> None:
    cases = pl.concat([codes("000.17.H56", 20), codes("0.17.H56", 5), codes("H56.2", 11)])
    padded = codes("H56.2", 11).with_columns(serial_digits=pl.lit(6, pl.UInt8))  # 000001 beside 0001
    counted = units_of(cases, padded, {"0.17.H56": "Xã A"})
    assert counted.select("unit_code", "dossiers").rows() == [("0.17.H56", 20), ("H56.2", 11)]


def test_mistyped_codes_make_no_province_of_a_commune() -> None:
    cases = pl.concat([codes("000.17.H56", 300), codes("000.11.H56", 10), codes("H56.2", 1)])
    assert units_of(cases, cases.clear(), {}).is_empty()


def test_days_to_fix_are_those_of_the_last_ninety_days() -> None:
    ended = {"unit_code": LARGE, "first_seen_on": date(2026, 3, 26), "resolved_on": date(2026, 3, 30)}
    old = ended | {"first_seen_on": date(2025, 1, 2), "resolved_on": date(2025, 12, 1)}
    rows = [one_entry(1, **ended), one_entry(2, **old)]
    ledger = pl.DataFrame(rows, schema=LEDGER_TYPES).with_columns(status=pl.lit("resolved"))
    known = with_fix_days(units(a=500, c=500), ledger, AS_OF, {"day": [], "year": []})
    assert known.select("unit_code", "fixed", "fix_days").rows() == [(LARGE, 1, 2.0), (TINY, None, None)]


# who sees them


def province() -> Any:  # noqa: ANN401 -- a Night
    entries = [one_entry(1, unit_code=LARGE), one_entry(2, unit_code=MIDDLING), one_entry(3, unit_code=MIDDLING)]
    return make_night(*entries, units=units(a=3000, b=400, c=20))


def test_the_owners_mail_ranks_the_units_and_a_units_own_does_not() -> None:
    told = text_of(province())
    assert "1. Xã B: trên 1.000 5, còn treo 2, số hồ sơ 400, ngày xử lý 3,5" in told
    assert "Xã C" in told
    assert "ít hồ sơ" in told
    own = text_of(province(), audience="unit", unit_code=LARGE, unit="Xã A")
    assert f"Đơn vị Xã A {LARGE}" in own
    assert "Xã B" not in own


def test_the_report_in_the_terminal_ranks_them_too() -> None:
    assert "THEO ĐƠN VỊ" in render_text(make_outcome(*LINES, units=units(a=3000, b=400)))


def test_each_unit_has_files_of_its_own_lines_beside_the_provinces(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.reports.mkdir()
    trend = pl.DataFrame(schema={"day": pl.Date, "work": pl.UInt32, "other": pl.UInt32})
    folder = write_reports(home, province(), trend, "r")
    assert sorted(path.name for path in (folder / "units").iterdir()) == [
        *(f"{LARGE}.html", f"{LARGE}.xlsx", f"{MIDDLING}.html", f"{MIDDLING}.xlsx"),
    ]
    own = openpyxl.load_workbook(folder / "units" / f"{MIDDLING}.xlsx")
    assert {row[5] for row in own["mismatches"].iter_rows(min_row=2, values_only=True)} == {MIDDLING}
    assert "Đơn vị" not in own.sheetnames
    roll_up = openpyxl.load_workbook(folder / "doichieu.xlsx")["Đơn vị"]
    assert [row[1] for row in roll_up.iter_rows(values_only=True)] == ["Đơn vị", "Xã B", "Xã A", "Xã C"]


def test_codes_are_names_of_files_whatever_stands_in_them() -> None:
    assert file_names(["H56.1", "../a", "h56.1", "a/b", "a:b"]) == ["H56.1", "_a", "h56.1_(2)", "a_b", "a_b_(2)"]

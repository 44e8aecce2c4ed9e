from __future__ import annotations

import polars as pl

from pipeline.normalise.ditto import fill_dittos
from pipeline.settings import load_settings

MARKS = load_settings().feeds["logbook"].marks


def fill(**columns: list[str | None]) -> pl.DataFrame:
    entries = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return fill_dittos(entries, MARKS["ditto_columns"], MARKS["ditto"])


def test_each_mark_takes_the_cell_above_over_any_number_of_lines() -> None:
    filled = fill(applicant_name=["An", "nt", "-NT-", "//", '"', "〃", "Như trên", "Bình", "n.t."])
    assert filled["applicant_name"].to_list() == ["An"] * 7 + ["Bình"] * 2
    assert filled["inferred"].to_list() == [None, *["applicant_name"] * 6, None, "applicant_name"]


def test_the_columns_filled_are_all_named() -> None:
    filled = fill(applicant_name=["An", "nt"], received=["05/03/2026", "//"], agency=["UBND", "UBND"])
    assert filled.row(1) == ("An", "05/03/2026", "UBND", "applicant_name,received")


def test_no_mark_is_carried_over_the_start_of_a_book() -> None:
    filled = fill(book_no=["1", "1", "2", "2"], applicant_name=["An", "nt", "nt", "nt"], due=["5/3", "nt", "nt", "6/3"])
    assert filled["applicant_name"].to_list() == ["An", "An", None, None]
    assert filled["due"].to_list() == ["5/3", "5/3", "nt", "6/3"]
    assert filled["inferred"].to_list() == [None, "applicant_name,due", None, None]


def test_a_mark_below_an_empty_cell_does_not_reach_further_up() -> None:
    filled = fill(applicant_name=["An", None, "nt"])
    assert filled["applicant_name"].to_list() == ["An", None, None]
    assert filled["inferred"].to_list() == [None, None, None]


def test_a_mark_on_the_first_line_has_nothing_above() -> None:
    filled = fill(applicant_name=["nt", "An"], received=["//", "5/3"])
    assert filled.rows() == [(None, "//", None), ("An", "5/3", None)]


def test_code_return_date_and_signature_are_never_copied() -> None:
    columns = {"dossier_code": ["0001", "nt"], "returned": ["5/3", "nt"], "signature": ["An", "//"]}
    filled = fill(**columns)
    assert filled.drop("inferred").to_dict(as_series=False) == columns
    assert filled["inferred"].null_count() == 2


def test_a_book_without_marks_is_left_alone() -> None:
    assert fill(applicant_name=["An", None]).rows() == [("An", None), (None, None)]

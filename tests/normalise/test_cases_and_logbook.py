from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from pipeline.normalise import normalise_cases, normalise_logbook
from pipeline.recognise.table import Table, TitleFacts
from pipeline.settings import load_settings
from schemas.tables import CASE_ROW, LOGBOOK_ROW

if TYPE_CHECKING:
    from collections.abc import Callable

FEEDS = load_settings().feeds
CODE = "000.17.22.H56-260305-0001"
CASE = {
    "dossier_code": CODE,
    "procedure_name": "ĐK khai sinh",
    "applicant_name": "Bà Nguyễn  Thị An",
    "received": "05/03/2026 08:30:00",
    "due": "06/03/2026",
    "status": "Đang xử lý",
}
ENTRY = {
    "line_no": "1",
    "dossier_code": CODE,
    "procedure_name": "Đăng ký khai sinh",
    "applicant_name": "Nguyễn Thị An",
    "address_phone": "Thôn 2, 0912345678",
    "received": "5/3",
    "due": "6/3",
    "returned": "6/3",
}


def table(feed: str, *lines: dict[str, Any], columns: tuple[str, ...] = (), **facts: Any) -> Table:  # noqa: ANN401 -- facts vary
    names = list(dict.fromkeys([*columns, *(name for line in lines for name in line)]))
    rows = pl.DataFrame(list(lines), schema=dict.fromkeys(names, pl.String))
    rows = rows.select(
        pl.int_range(5, 5 + pl.len(), dtype=pl.UInt32).alias("row"), pl.lit(False).alias("is_ragged"), *names
    )
    nothing: dict[str, Any] = dict.fromkeys(("encoding", "delimiter", "sheet"))
    return Table(
        **nothing,
        profile=FEEDS[feed],
        path=Path("file.csv"),
        format="csv",
        header_rows=(4,),
        rows=rows,
        not_data=pl.DataFrame(schema={"row": pl.UInt32, "kind": pl.String}),
        headings={},
        unknown_headings=(),
        outranked_headings={},
        missing_expected=(),
        facts=TitleFacts(**facts),
        ignored_sheets=(),
    )


def case(**changes: str | None) -> dict[str, Any]:
    return normalise_cases(table("igate", CASE | changes), "igate.csv").row(0, named=True)


def entries(*changes: dict[str, str | None], **facts: Any) -> pl.DataFrame:  # noqa: ANN401 -- facts vary
    return normalise_logbook(table("logbook", *(ENTRY | change for change in changes), **facts), "so.xlsx")


def test_a_case_record_has_every_column_with_its_value() -> None:
    expected = dict.fromkeys(CASE_ROW) | {name: False for name, kind in CASE_ROW.items() if kind == pl.Boolean}
    assert case() == expected | {
        "feed": "igate",
        "file": "igate.csv",
        "row": 5,
        "unit_code": "000.17.22.H56",
        "unit_key": "0.17.22.H56",
        "code_on": date(2026, 3, 5),
        "serial": 1,
        "serial_digits": 4,
        "procedure_name": "ĐK khai sinh",
        "procedure_key": "dang ky khai sinh",
        "applicant_name": "Bà Nguyễn Thị An",
        "applicant_key": "nguyen thi an",
        "received_on": date(2026, 3, 5),
        "due_on": date(2026, 3, 6),
        "status": "Đang xử lý",
        "state": "open",
    }


def test_a_logbook_entry_has_every_column_with_its_value() -> None:
    expected = dict.fromkeys(LOGBOOK_ROW) | {name: False for name, kind in LOGBOOK_ROW.items() if kind == pl.Boolean}
    assert entries({}, book_no="01/2026", book_year=2026).row(0, named=True) == expected | {
        "feed": "logbook",
        "file": "so.xlsx",
        "row": 5,
        "book_no": "01/2026",
        "line_no": "1",
        "unit_code": "000.17.22.H56",
        "unit_key": "0.17.22.H56",
        "code_on": date(2026, 3, 5),
        "serial": 1,
        "serial_digits": 4,
        "procedure_name": "Đăng ký khai sinh",
        "procedure_key": "dang ky khai sinh",
        "applicant_name": "Nguyễn Thị An",
        "applicant_key": "nguyen thi an",
        "address_key": "thon 2",
        "phone": "0912345678",
        "received_on": date(2026, 3, 5),
        "due_on": date(2026, 3, 6),
        "returned_on": date(2026, 3, 6),
    }


@pytest.mark.parametrize(
    ("feed", "normalise", "schema"),
    [("igate", normalise_cases, CASE_ROW), ("logbook", normalise_logbook, LOGBOOK_ROW)],
)
def test_a_table_without_rows_still_has_all_columns_and_types(
    feed: str, normalise: Callable[[Table, str], pl.DataFrame], schema: dict[str, pl.DataType]
) -> None:
    empty = normalise(table(feed, columns=("dossier_code", "received", "returned")), "a.csv")
    assert (empty.height, empty.schema) == (0, pl.Schema(schema))


def test_a_file_with_the_fewest_columns_has_nulls_of_the_right_type() -> None:
    cases = normalise_cases(table("igate", {"dossier_code": CODE, "status": "Lạ"}), "a.csv")
    assert cases.schema == pl.Schema(CASE_ROW)
    assert cases["state"].item() == "unclassified"
    assert cases["received_on"].null_count() == 1


def test_id_numbers_end_at_the_door() -> None:
    for frame in (
        normalise_cases(table("igate", CASE | {"personal_id": "001085012345"}), "a.csv"),
        entries({"personal_id": "001085012345"}),
    ):
        assert "personal_id" not in frame.columns
        assert "001085012345" not in str(frame.rows())


@pytest.mark.parametrize("mark", ["-", "x", "X", "~", "…", "Không", "N/A"])
def test_a_mark_of_nothing_is_empty_in_every_column_and_nothing_unreadable(mark: str) -> None:
    found = case(**dict.fromkeys(CASE, mark))
    assert found["state"] == "unclassified"
    left = {name for name, value in found.items() if value not in (None, False)}
    assert left == {"feed", "file", "row", "state"}


@pytest.mark.parametrize("name", ["received", "due", "finished", "returned", "submitted"])
def test_a_date_that_cannot_be_read_is_told_of_its_own_column_only(name: str) -> None:
    found = case(**{name: "ba hôm nữa"})
    assert found[f"{name}_on"] is None
    assert [key for key in found if key.startswith("has_unreadable") and found[key]] == [f"has_unreadable_{name}"]


def test_a_sentinel_is_an_empty_date() -> None:
    found = case(returned="01/01/1900 00:00:00")
    assert (found["returned_on"], found["has_unreadable_returned"]) == (None, False)


def test_an_interlinked_status_is_open_and_flagged() -> None:
    found = case(status="Đã chuyển liên thông")
    assert (found["state"], found["is_interlinked"]) == ("open", True)


def test_the_second_code_has_a_key_of_the_same_kind() -> None:
    assert case(alias_code="H26.103–250908–112")["alias_key"] == "H26.103-250908-112"
    assert case(alias_code="số 5 tủ 3")["alias_key"] is None


def test_the_year_of_a_book_without_a_title_comes_from_its_full_dates() -> None:
    found = entries({"received": "05/03/2026"}, {"received": "6/3"})
    assert found["received_on"].to_list() == [date(2026, 3, 5), date(2026, 3, 6)]


def test_dates_without_a_year_are_unreadable_where_the_book_has_two_years() -> None:
    found = entries({"received": "05/03/2026"}, {"received": "05/03/2025"}, {"received": "6/3", "due": "6/3"})
    assert found.select("received_on", "has_unreadable_received", "due_on", "has_unreadable_due").row(2) == (
        *(None, True),
        *(None, True),
    )


def test_a_return_in_january_belongs_to_the_year_after_receipt() -> None:
    found = entries({"received": "28/12", "due": "31/12", "returned": "5/1"}, book_year=2026)
    assert found.select("received_on", "due_on", "returned_on").row(0) == (
        *(date(2026, 12, 28), date(2026, 12, 31)),
        date(2027, 1, 5),
    )


def test_ditto_marks_are_resolved_and_remembered_but_not_in_the_return_date() -> None:
    found = entries({}, {"applicant_name": "nt", "received": "//", "returned": "nt"}, book_year=2026).row(1, named=True)
    assert (found["applicant_name"], found["received_on"]) == ("Nguyễn Thị An", date(2026, 3, 5))
    assert found["inferred"] == "applicant_name,received"
    assert (found["returned_on"], found["has_unreadable_returned"]) == (None, True)


def test_a_ditto_mark_with_nothing_above_is_an_unreadable_date_and_no_name() -> None:
    found = entries({"applicant_name": "nt", "received": "nt"}, book_year=2026).row(0, named=True)
    assert (found["applicant_name"], found["received_on"], found["has_unreadable_received"]) == (None, None, True)
    assert found["inferred"] is None


def test_a_book_number_in_the_line_outranks_the_title_and_stands_until_the_next() -> None:
    found = entries({"book_no": None}, {"book_no": "2"}, {"book_no": None}, {"book_no": "3"}, book_no="1")
    assert found["book_no"].to_list() == ["1", "2", "2", "3"]


def test_a_tail_in_a_book_leaves_the_rest_to_linking() -> None:
    found = entries({"dossier_code": "260305-1"}).row(0, named=True)
    assert (found["unit_code"], found["code_on"], found["serial"]) == (None, date(2026, 3, 5), 1)
    assert not found["has_unreadable_code"]


def test_rows_keep_their_order_and_their_numbers() -> None:
    found = entries(*({"line_no": str(line)} for line in (3, 1, 2)))
    assert found.select("row", "line_no").rows() == [(5, "3"), (6, "1"), (7, "2")]

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from pipeline import database, store
from pipeline.gather import FIRST_CODES, gather
from pipeline.normalise.codes import dossier_code
from pipeline.settings import load_settings
from schemas.tables import SHARED
from tests.dossiers import NEIGHBOUR, UNIT, case, code_of, line, reconciled, sources

if TYPE_CHECKING:
    from tests.dossiers import Row


def kept(*lines: Row) -> list[tuple[str, int]]:
    """File and row of the lines that stay."""
    books, replaced = gather(list(sources(lines, {})))
    assert books.entries.height + replaced == len(lines)
    return sorted(books.entries.select("file", "row").rows())


def test_a_line_written_anew_in_a_newer_book_file_counts_once() -> None:
    older, newer = line(1, returned_on=None, file="a.csv"), line(1, file="b.csv")
    assert kept(older, newer) == [("b.csv", 2)]


def test_books_of_two_units_have_the_same_numbers_and_lose_no_line() -> None:
    ours, theirs = line(1, file="a.csv"), line(1, file="b.csv", code=code_of(1, unit=NEIGHBOUR))
    assert kept(ours, theirs) == [("a.csv", 2), ("b.csv", 2)]


def test_a_book_of_another_year_begins_at_one_again() -> None:
    last_year = line(1, file="a.csv", received_on=date(2025, 3, 3), returned_on=date(2025, 3, 10))
    assert kept(last_year, line(1, file="b.csv")) == [("a.csv", 2), ("b.csv", 2)]


def test_a_code_less_line_is_known_by_book_and_number() -> None:
    older, newer = line(1, code=None, returned_on=None, file="a.csv"), line(1, code=None, file="b.csv")
    assert kept(older, newer, line(2, file="a.csv"), line(2, file="b.csv")) == [("b.csv", 2), ("b.csv", 3)]


FIRST_OF_BOOK_1 = {"book_no": "1", "line_no": "1"}


def test_one_number_and_one_name_in_two_books_are_two_visits_when_code_and_day_differ() -> None:
    other = line(1, **FIRST_OF_BOOK_1, file="b.csv", code=code_of(7), received_on=date(2026, 3, 4))
    assert kept(line(1, **FIRST_OF_BOOK_1, file="a.csv"), other) == [("a.csv", 2), ("b.csv", 2)]


@pytest.mark.parametrize("put_right", [{"code": code_of(7)}, {"code": None}, {"received_on": date(2026, 3, 4)}])
def test_a_persons_line_with_its_code_or_its_day_put_right_is_the_same_line(put_right: dict[str, Any]) -> None:
    newer = line(1, **(FIRST_OF_BOOK_1 | {"code": code_of(1), "file": "b.csv"} | put_right))
    second = [line(2, book_no="1", line_no="2", file=file) for file in ("a.csv", "b.csv")]
    assert kept(line(1, **FIRST_OF_BOOK_1, file="a.csv"), newer, *second) == [("b.csv", 2), ("b.csv", 3)]


def test_a_code_that_was_missing_in_the_older_file_makes_no_other_line() -> None:
    older = line(1, **FIRST_OF_BOOK_1, code=None, file="a.csv", received_on=date(2026, 3, 4))
    second = [line(2, book_no="1", line_no="2", file=file) for file in ("a.csv", "b.csv")]
    assert kept(older, line(1, **FIRST_OF_BOOK_1, file="b.csv"), *second) == [("b.csv", 2), ("b.csv", 3)]


def test_a_book_stays_its_units_when_the_unit_gets_another_code_in_the_middle_of_it() -> None:
    def version(file: str, numbers: range) -> list[Row]:
        codes = {n: code_of(n, unit=NEIGHBOUR if n > FIRST_CODES else UNIT) for n in numbers}
        return [line(n, file=file, code=code, book_no="1", line_no=str(n)) for n, code in codes.items()]

    older, newer = version("a.csv", range(1, 31)), version("b.csv", range(1, 61))
    assert {file for file, _ in kept(*older, *newer)} == {"b.csv"}


def test_the_database_compares_shared_texts_as_numbers_of_one_type_in_the_order_of_the_texts() -> None:
    numbers = (2, 1, 3)
    con = reconciled(
        [line(number) for number in numbers],
        [case(number, procedure_name=f"{'Đca'[number - 1]} chứng thực") for number in numbers],
    ).con
    kinds = con.sql("select typeof(feed), typeof(unit_key), typeof(procedure_name) from case_record").fetchall()
    assert len(set(kinds[0])) == 1
    assert kinds[0][0].startswith("ENUM")
    named = con.sql("select procedure_name::varchar from case_record order by procedure_name").fetchall()
    assert named == [("a chứng thực",), ("c chứng thực",), ("Đ chứng thực",)]


def test_what_lies_in_the_database_is_let_go_and_what_people_read_stays() -> None:
    books, _ = gather(list(sources([line(1), case(1)], {})))
    with database.open_database() as con:
        stored = store.load(con, books, load_settings())
    assert (books.cases.width, books.entries.width) == (0, 0)
    codes = [rows.select(dossier_code()).to_series().to_list() for rows in (stored.cases, stored.entries)]
    assert codes == [[code_of(1)], [code_of(1)]]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 6, 7])
def test_a_long_frame_goes_over_in_pieces_and_no_row_stays_behind(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(database, "BATCH", 1)
    monkeypatch.setattr(database, "PIECE", 3)
    frame = pl.DataFrame({"row": range(rows), "feed": ["igate"] * rows}, schema={"row": pl.UInt32, "feed": SHARED})
    with database.open_database() as con:
        con.execute("create type word as enum ('igate')")
        database.put(con, "kept", frame.head(1), "word")
        database.put(con, "kept", frame, "word")  # another of that name takes its place
        assert database.fetch(con, "from kept order by row", {}).equals(frame.cast({"feed": pl.String}))


def test_a_query_gives_texts() -> None:
    with database.open_database() as con:
        database.put(con, "word", pl.DataFrame({"said": ["a"]}, schema={"said": SHARED}))
        assert database.fetch(con, "from word", {}).schema == {"said": pl.String}


def test_a_day_to_come_is_a_slip_and_the_other_days_of_its_row_have_happened() -> None:
    (book,) = sources([line(1, received_on=date(2026, 3, 2), returned_on=date(2062, 3, 10))], {})
    assert book.last_event_on() == date(2062, 3, 10)
    assert book.last_event_on(date(2026, 3, 31)) == date(2026, 3, 2)
    assert book.rows_after(date(2026, 3, 31)) == 1


def resident_mib() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def test_freed_memory_is_given_back_and_the_limit_stays() -> None:
    with database.open_database("2GB") as con:
        con.execute("create table large as select range as number, random() as chance from range(20_000_000)")
        limit, held = con.execute("select current_setting('memory_limit')").fetchall(), resident_mib()
        con.execute("drop table large")
        database.give_back(con)
        assert resident_mib() < held - 200
        assert con.execute("select current_setting('memory_limit')").fetchall() == limit

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline import store
from tests.dossiers import NEIGHBOUR, code_of, line, sources

if TYPE_CHECKING:
    from tests.dossiers import Row


def kept(*lines: Row) -> list[tuple[str, int]]:
    """File and row of the lines that stay."""
    books, replaced = store.gather(list(sources(lines, {})))
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

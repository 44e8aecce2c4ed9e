"""Headings renamed, emptied, doubled, moved or gone: their column is unknown or the file refused, never another one."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bad_files.oracle import DAYS, REFUSAL_ROW, SAID

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bad_files.bases import Base
    from tests.bad_files.conftest import Bench
    from tests.bad_files.oracle import Reading

CHANGES: dict[str, Callable[[str], str]] = {
    "renamed": lambda _: "Cột lạ",
    "emptied": lambda _: "",
    "a number": lambda _: "12",
    "a date": lambda _: "05/01/2026",
    "cut": lambda heading: heading[: len(heading) // 2],
    "with a stray letter": lambda heading: f"{heading}x",
    "with a formula": lambda heading: f"={heading}",
}
SAME: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "in pieces": lambda heading: unicodedata.normalize("NFD", heading),
    "with blanks": lambda heading: f"  {heading.replace(' ', '   ')}\u00a0",
    "with a line end": lambda heading: heading.replace(" ", "\n", 1),
    "with a colon": lambda heading: f"{heading}:",
}
BELOW = {7: 1, 8: 1, 9: 1}  # columns of the book whose name stands in the second row of the header


def heading_place(base: Base, column: int) -> tuple[int, int]:
    return base.header + (BELOW.get(column, 0) if base.feed == "logbook" else 0), column


def changed(base: Base, column: int, change: Callable[[str], str]) -> Base:
    row, place = heading_place(base, column)
    once = base.with_cell(row, place, change(base.records[row][place]))
    if base.feed == "xgate":
        return once
    again = row + 29  # the page's second header
    return once.with_cell(again, place, change(base.records[row][place]))


def assert_told_or_the_same(found: Reading, clean: Reading, base: Base, column: int) -> None:
    """Refused by the header's row; or each row says what it said, and in this column that or nothing."""
    if found.refusal is not None:
        assert found.refusal.startswith(base.name)
        named = [int(row) for row in REFUSAL_ROW.findall(found.refusal)]
        assert any(base.header <= row - 1 <= base.head for row in named), found.refusal
        return
    told = {**found.accepted, **found.quarantined}
    assert set(told) >= {*clean.accepted, *clean.quarantined}
    place_of = SAID[base.feed] | DAYS[base.feed]
    for row in found.accepted.keys() & clean.accepted.keys():
        for name, place in place_of.items():
            allowed = {clean.accepted[row][name], *([None] if place == column else [])}
            assert found.accepted[row][name] in allowed, f"row {row}: {name}"


@pytest.mark.parametrize("change", CHANGES)
def test_a_heading_that_says_something_else_feeds_no_other_column(bench: Bench, base: Base, change: str) -> None:
    clean = bench.undamaged(base).reading
    for column in range(base.width):
        found = bench.read(changed(base, column, CHANGES[change]).text.encode(), base)
        assert_told_or_the_same(found, clean, base, column)


@pytest.mark.parametrize("change", SAME)
def test_a_heading_in_other_clothes_is_the_same(bench: Bench, base: Base, change: str) -> None:
    clean = bench.undamaged(base).reading
    for column in range(base.width):
        found = bench.read(changed(base, column, SAME[change]).text.encode(), base)
        assert (found.accepted, found.quarantined) == (clean.accepted, clean.quarantined), f"column {column + 1}"
        assert found.not_data.keys() == clean.not_data.keys()


def test_a_heading_that_stands_twice_is_refused_or_changes_nothing(bench: Bench, base: Base) -> None:
    clean = bench.undamaged(base).reading
    for column in range(base.width):
        for other in {0, column - 1, base.width - 1} - {column, -1}:
            row, place = heading_place(base, other)
            twice = changed(base, column, lambda _: base.records[row][place])  # noqa: B023 -- used at once
            found = bench.read(twice.text.encode(), base)
            if base.records[row][place]:
                assert_told_or_the_same(found, clean, base, column)


def test_the_order_of_columns_is_free(bench: Bench) -> None:
    from tests.bad_files.bases import export

    base = export()
    clean = bench.undamaged(base).reading
    for column in range(base.width - 1):
        order = [*range(column), column + 1, column, *range(column + 2, base.width)]
        swapped = replace(base, records=tuple(tuple(record[place] for place in order) for record in base.records))
        found = bench.read(swapped.text.encode(), base)
        assert found == clean, f"columns {column + 1} and {column + 2}"


def test_a_table_without_its_header_is_refused(bench: Bench) -> None:
    from tests.bad_files.bases import export

    base = export()
    headless = replace(base, records=(*base.records[: base.header], *base.records[base.head :]))
    refusal = bench.read(headless.text.encode(), base).refusal
    assert refusal
    assert "no header" in refusal

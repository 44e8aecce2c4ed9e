"""What recognising gives: the data rows of one sheet under canonical names, and how all else in it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from pipeline.profiles import FeedProfile

KINDS = ("title", "header", "numbering", "group", "total", "signature", "blank")


def no_rows() -> pl.Series:
    """The numbers of no rows."""
    return pl.Series("row", dtype=pl.UInt32)


class TitleFacts(NamedTuple):
    """What the rows above the header and the total row say about the whole table; None where they say nothing clear."""

    title: str = ""  # one line per title row
    book_no: str | None = None  # as written: "01/2026", "3"
    book_year: int | None = None
    covers_from: date | None = None
    covers_until: date | None = None
    stated_total: int | None = None


@dataclass(frozen=True)
class Table:
    """One recognised sheet; accepted by its headings, its cells not yet looked at.

    `rows` has `row` (UInt32), `is_ragged` (Boolean) and one String column per canonical column that the file has, data
    rows only; `not_data` has `row` and `kind` (one of KINDS). Together they are all rows of the sheet.
    """

    profile: FeedProfile
    path: Path
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_rows: tuple[int, ...]
    rows: pl.DataFrame
    not_data: pl.DataFrame
    headings: Mapping[str, str]  # heading as written → canonical column
    unknown_headings: tuple[str, ...]  # columns that nobody reads; "cột 7" is filled but has no heading
    outranked_headings: Mapping[str, str]  # heading → the heading that was preferred for the same meaning
    missing_expected: tuple[str, ...]  # canonical columns that are usually there
    facts: TitleFacts
    ignored_sheets: tuple[str, ...]  # sheets of the same workbook without a table of a known feed
    doubted: pl.Series = field(default_factory=no_rows)  # numbers of rows that are no data beyond doubt
    parts: pl.Series | None = None  # the number of each row's file, where several are one table

    @property
    def title(self) -> str:
        """The text above the header, one line per row."""
        return self.facts.title

    @property
    def book_no(self) -> str | None:
        """The book's number (quyển số) as the title writes it."""
        return self.facts.book_no

    @property
    def book_year(self) -> int | None:
        """The year that the title gives the book."""
        return self.facts.book_year

    @property
    def covers_from(self) -> date | None:
        """First day that the title says the table covers."""
        return self.facts.covers_from

    @property
    def covers_until(self) -> date | None:
        """Last day that the title says the table covers."""
        return self.facts.covers_until

    @property
    def stated_total(self) -> int | None:
        """How many dossiers the total row counts."""
        return self.facts.stated_total

    @property
    def counts(self) -> dict[str, int]:
        """Rows by kind, `data` first; their sum is the rows of the sheet."""
        found = dict(self.not_data["kind"].value_counts().iter_rows())
        return {"data": self.rows.height} | {kind: found[kind] for kind in KINDS if kind in found}

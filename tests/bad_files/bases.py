"""Thirty rows of a sample's export and of a sample's book, as text in several hands."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

SAMPLES = Path(__file__).parents[2] / "sample_exports"
ROWS = 30
Record = tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """A sound table: its name says the feed, its text is what a program would have written."""

    name: str
    feed: str
    records: tuple[Record, ...]
    header: int  # position of the row that names the columns
    head: int  # rows above the first dossier
    separator: str = ";"
    line_end: str = "\r\n"
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        page = io.StringIO(newline="")
        writer = csv.writer(page, delimiter=self.separator, quoting=self.quoting, lineterminator=self.line_end)
        writer.writerows(self.records)
        return page.getvalue()

    @property
    def width(self) -> int:
        return len(self.records[self.header])

    def with_cell(self, row: int, column: int, cell: str) -> Base:
        """The same table, but for one cell (positions from 0)."""
        record = list(self.records[row])
        record[column] = cell
        return replace(self, records=(*self.records[:row], tuple(record), *self.records[row + 1 :]))


@cache
def export() -> Base:
    """The case system's: title rows, one header row, `;`, few quotes."""
    text = (SAMPLES / "xgate_2026_q1.csv").read_bytes().decode("cp1258")
    records = tuple(tuple(record) for record in csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    return Base("xgate.csv", "xgate", tuple(row for row in records[: ROWS + 4] if len(row) == len(records[2])), 2, 3)


@cache
def book() -> Base:
    """The paper's: a header in two rows with line ends in it, every cell in quotes."""
    text = (SAMPLES / "so_theo_doi_quyen_1.csv").read_bytes().decode("utf-8-sig")
    records = tuple(tuple(record) for record in csv.reader(io.StringIO(text, newline="")))[: ROWS + 7]
    return Base("so_theo_doi.csv", "logbook", records, 4, 7, ",", "\n", csv.QUOTE_ALL)

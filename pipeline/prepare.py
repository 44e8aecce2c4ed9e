"""One file on its way: read, recognised, normalised and validated, with every row accounted for."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.collect import shown
from pipeline.errors import FileRefused
from pipeline.normalise import normalise_cases, normalise_logbook
from pipeline.read import read_file
from pipeline.read.own_report import is_own_report
from pipeline.recognise import Table, recognise
from pipeline.validate import Split, validate

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from pipeline.read import Grid
    from pipeline.settings import Settings

NO_TURN = nullcontext()
DATES = ("received_on", "submitted_on", "finished_on", "returned_on")


class Source(NamedTuple):
    """One prepared file; `file` is its name as the caller gave it. The table's cells are gone: they fill the memory."""

    file: str
    table: Table
    split: Split
    missing_numbers: int = 0  # of a case system's numbering (STT) from 1: rows that another page or a filter hides

    @property
    def feed(self) -> str:
        """The profile's name."""
        return self.table.profile.name

    @property
    def is_logbook(self) -> bool:
        """Whether the file is paper."""
        return self.table.profile.is_logbook

    @property
    def speaks(self) -> bool:
        """Whether any row of it can be used."""
        return self.split.accepted.height > 0

    @property
    def rows(self) -> int:
        """All rows of the file; asserted to be accepted + quarantined + not data."""
        return self.table.rows.height + self.table.not_data.height

    def slimmed(self) -> Source:
        """The same source once the database has its rows: what the report still asks of them, and their number."""
        kept = self.split.accepted.select(pl.selectors.by_name("row", "inferred", require_all=False))
        return self._replace(split=replace(self.split, accepted=kept))

    def last_event_on(self, until: date | None = None) -> date | None:
        """The latest thing that the file knows to have happened: the order of exports, as file names have none.

        A day after `until` is a slip of the pen: it has not happened yet.
        """
        days = [one if until is None else one.filter(one <= until) for one in self._event_days()]
        return max((day for one in days if (day := one.max())), default=None)  # type: ignore[type-var] -- days

    def rows_after(self, day: date) -> int:
        """How many accepted rows tell of something that happened after the day."""
        return int(pl.DataFrame(self._event_days()).select((pl.max_horizontal(pl.all()) > day).sum()).item())

    def _event_days(self) -> list[pl.Series]:
        """The days that the accepted rows tell of, column by column."""
        return [self.split.accepted[name] for name in DATES if name in self.split.accepted.columns]


def prepare(path: Path, feed: str | None, settings: Settings, turn: AbstractContextManager[object] = NO_TURN) -> Source:
    """Read one file up to its accepted and quarantined rows; `turn` is held while its cells are read.

    Raises:
        FileRefused: the file cannot be read, or no feed's headings fit.
        FileUnreadable: the disk or the permissions say no.
    """
    try:
        with turn:
            table = recognise(_read_whole(path), settings.feeds, feed)
    except FileRefused as refused:
        if refused.name != "changed" and is_own_report(path):
            raise FileRefused("own_report", path.name) from None
        raise
    rows, missing = normalised(table, shown(path)), missing_numbers(table)
    table = without_cells(table)
    return source_of(table, validate(rows, is_logbook=table.profile.is_logbook), missing)


def _read_whole(path: Path) -> tuple[Grid, ...]:
    """Read a file that nobody writes meanwhile: of another one, half may be of before and half of after."""
    before = _version(path)
    try:
        return read_file(path)
    finally:
        if _version(path) != before:
            raise FileRefused("changed", path.name)


def _version(path: Path) -> tuple[int, ...] | None:
    try:
        facts = path.stat()
    except OSError:  # reading tells it
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def normalised(table: Table, file: str) -> pl.DataFrame:
    """The rows of a table with typed columns: CASE_ROW or LOGBOOK_ROW."""
    return normalise_logbook(table, file) if table.profile.is_logbook else normalise_cases(table, file)


def without_cells(table: Table) -> Table:
    """The table once its rows are normalised: what it says of them, not what they say, which fills the memory."""
    return replace(table, rows=table.rows["row"].to_frame())


def source_of(table: Table, split: Split, missing: int) -> Source:
    """A file's table beside its rows."""
    if split.accepted.height + split.quarantined.height != table.rows.height:
        raise AssertionError(f"{table.path.name}: rows went missing")
    return Source(shown(table.path), table, split, missing)


def missing_numbers(table: Table) -> int:
    """How many of the numbers from 1 to the largest no row has; 0 without such a column, and in a book."""
    if table.profile.is_logbook or "line_no" not in table.rows.columns:
        return 0
    numbers = table.rows["line_no"].cast(pl.String).str.strip_chars().cast(pl.UInt32, strict=False).drop_nulls()
    return max(0, int(numbers.max() or 0) - numbers.n_unique())  # type: ignore[arg-type] -- a column of numbers

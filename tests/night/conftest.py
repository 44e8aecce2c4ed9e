"""An office with a home: files are delivered into its inbox, nights pass, and one looks at the ledger."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.init import initialise
from pipeline.night import inbox
from pipeline.night.generations import newest_state
from pipeline.night.home import Home, open_home
from pipeline.night.tonight import Tonight
from pipeline.report.phrases import load_phrases
from pipeline.run import NightRun, run_night
from pipeline.settings import load_settings
from tests.cli.files import book_text, write_book, write_export
from tests.night.children import Children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.night.generations import State
    from tests.cli.files import Row
    from tests.night.rehearsal import Rehearsal

MONDAY = date(2026, 3, 9)  # the business date on which files are first delivered


@dataclass(frozen=True)
class Office:
    """One commune's home."""

    home: Home

    def export(self, *rows: Row, name: str = "igate.csv") -> Path:
        return write_export(self.home.inbox / name, *rows)

    def book(self, *rows: Row, name: str = "so_theo_doi.csv") -> Path:
        return write_book(self.home.inbox / name, *rows)

    def numbered_book(self, *rows: Row) -> Path:
        """The same with a column for the book's own number: unit, book, year and number are then a line's key."""
        heading, *lines = book_text(*rows).splitlines()
        text = "\n".join([f"Quyển số,{heading}", *(f"1,{line}" for line in lines), ""])
        path = self.home.inbox / "so_theo_doi.csv"
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, text: str) -> None:
        self.home.config.write_text(text, encoding="utf-8")

    def tonight(self, day: date) -> Tonight:
        settings = load_settings(self.home.config)
        now = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        return Tonight(self.home, day, now, settings, load_phrases("vi"), lambda _: None)

    def night(self, day: date = MONDAY, *, dry_run: bool = False) -> NightRun:
        return run_night(self.tonight(day), dry_run=dry_run)

    @property
    def state(self) -> State:
        return newest_state(self.home)

    def ledger(self, rule_id: str = "M01") -> dict[int, str]:
        """Status of each mismatch of a rule by the dossier's serial."""
        rows = self.state["mismatch"].filter(rule_id=rule_id).select("dossier_code", "status").rows()
        return {int(code.rsplit("-", 1)[1]): status for code, status in sorted(rows)}

    def frozen(self) -> dict[str, date]:
        """Since when the mismatches of each rule cannot be checked."""
        rows = self.state["mismatch"].filter(pl.col("not_checkable_since").is_not_null(), status="open")
        return dict(rows.select("rule_id", "not_checkable_since").unique().sort("rule_id").iter_rows())

    def events(self) -> list[tuple[str, str, date]]:
        """Rule, event and day, in the order in which they happened."""
        rows = self.state["mismatch_event"].select("mismatch_id", "event", "happened_on").rows()
        return [(mismatch_id.split("|")[0], event, day) for mismatch_id, event, day in rows]

    def verdicts(self) -> dict[str, str]:
        """What became of each file that ever came."""
        return dict(self.state["load"].select("file", "verdict").iter_rows())


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(inbox, "SETTLED_SECONDS", 0)  # else each night waits for files that were just written
    mask = os.umask(0o077)
    initialise(tmp_path / "home")
    yield Office(open_home(tmp_path / "home"))
    os.umask(mask)


@pytest.fixture(scope="session")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    children = Children(tmp_path_factory.mktemp("children"))
    yield children
    children.close()


@pytest.fixture(scope="session")
def rehearsal(children: Children, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    from tests.night.rehearsal import rehearsed
    from tests.night.sound import each_content_read_once

    with each_content_read_once():
        yield rehearsed(children, tmp_path_factory.mktemp("rehearsal"))

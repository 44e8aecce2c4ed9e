"""A night rehearsed: a home before it, what it leads to without a fault, and the calls between."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.init import initialise
from pipeline.night import inbox
from pipeline.night.care import release
from pipeline.night.generations import KEPT, DamagedState, generations, newest_state, write_state
from pipeline.night.home import open_home
from tests.cli.files import ROWS, dossier
from tests.night.children import RANDOM_NAME, path_in
from tests.night.conftest import MONDAY, Office
from tests.night.sound import are_same, broken, leftovers, result_of, tables_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.night.children import Call, Children, Ended
    from tests.night.sound import Tables

TUESDAY = MONDAY + timedelta(days=1)
RECIPIENTS = f"[mail]\nowner = {[f'{name}@example.org' for name in ('lan', 'mai', 'cuc', 'dao')]}\n"
OFFSETS = (0, 0, -1, 1, -1, 1, -2, 2, -3, 3, 0)  # of a call's number, one for each try


@dataclass
class Rehearsal:
    """A home before a night, the same home after a night without a fault, and the calls between."""

    children: Children
    before: Path
    home: Path  # where each try happens
    code: int = 0
    calls: list[Call] = field(default_factory=list["Call"])
    tables: dict[str, Tables] = field(default_factory=dict[str, "Tables"])
    result: dict[str, object] = field(default_factory=dict[str, object])
    seen: set[str] = field(default_factory=set[str])  # homes that were put right already

    @property
    def words(self) -> tuple[str | Path, ...]:
        return "nightly", "--home", self.home, "--as-of", TUESDAY.isoformat(), "--lock-wait", "0"

    def reset(self, source: Path | None = None) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(source or self.before, self.home)

    def learn(self) -> None:
        """Twice without a fault: the calls, and the result."""
        self.reset()
        self.calls = self.children.calls(self.home, *self.words)
        self.reset()
        assert shape(self.children.calls(self.home, *self.words)) == shape(self.calls)
        self.tables = {"before": tables_of(self.before), "after": tables_of(self.home)}
        self.result = result_of(self.home)
        assert not are_same(self.tables["before"], self.tables["after"])
        self.code = self.children.run(*self.words).code
        assert self.result == result_of(self.home)

    def fail(self, call: Call, how: str) -> Ended:
        """The night in which this call fails; again, a place off, when DuckDB's log came in other pieces."""
        for offset in OFFSETS:
            self.reset()
            ended = self.children.fail(replace(call, nth=max(1, call.nth + offset)), how, *self.words)
            hits = [line for line in ended.trace.splitlines() if "INJECTED" in line or line.endswith("= ?")]
            if hits and path_in(hits[0], self.home) == call.path:
                return ended
        pytest.fail(f"{call}: never hit")

    def check(self, call: Call | str) -> str:
        """All invariants of the home as the fault left it; gives which of the two states it holds."""
        held = self.holds(call)
        assert broken(self.home) == [], str(call)
        return held

    def holds(self, call: Call | str) -> str:
        """Which of the two states it holds; as long as it is the old one no report speaks of the new."""
        try:
            held = tables_of(self.home)
        except DamagedState as fault:
            raise AssertionError(f"{call}: the state does not open") from fault
        found = [name for name, tables in self.tables.items() if are_same(tables, held)]
        assert found, f"{call}: neither the old nor the new state"
        if found[0] == "before":
            assert filed(self.home) == filed(self.before), f"{call}: a report of a run that never was"
        return found[0]

    def put_right(self, call: Call | str) -> None:
        """The next run needs nobody and ends as if nothing had happened."""
        digest = shape_of(self.home)
        if digest in self.seen:
            return
        ended = self.children.run(*self.words)
        assert (ended.code, leftovers(self.home)) == (self.code, []), f"{call}: {ended.stderr}"
        assert are_same(self.tables["after"], tables_of(self.home)), str(call)
        result = result_of(self.home)
        unlike = {name for name in {*result, *self.result} if result.get(name) != self.result.get(name)}
        assert not unlike, f"{call}: unlike a night without a fault: {sorted(unlike)}"
        assert broken(self.home) == [], str(call)
        self.seen.add(digest)


def filed(home: Path) -> dict[str, str]:
    """The report files that people find, with their digests."""
    return {name: digest for name, digest in tree_of(home, "reports").items() if not name.startswith("reports/.")}


def shape_of(home: Path) -> str:
    """All that the next run can see of a home; who held the lock and what the log says are no concern of it."""
    folders = sorted(f"{path.relative_to(home)}" for path in home.rglob("*") if path.is_dir())
    files = {RANDOM_NAME.sub("*", name): digest for name, digest in tree_of(home, ".").items()}
    seen = {name: digest for name, digest in files.items() if not name.startswith(("state/lock", "log/"))}
    return repr((folders, sorted(seen.items())))


def shape(calls: Sequence[Call]) -> list[tuple[str, str]]:
    """Names and paths in their order, with what DuckDB writes in a row as one."""
    pairs = [(call.name, call.path) for call in calls]
    return [pair for pair, before in zip(pairs, [("", ""), *pairs], strict=False) if pair != before]


def lived_in(folder: Path) -> None:
    """A home in which tonight's run does all that a run can do.

    Mails for four; a first night; a held file that a person let in; as many generations as are kept; a run of the same
    day, whose report gives way; and in the inbox a new export, a new book, yesterday's file again and a page of HTML.
    """
    initialise(folder)
    office = Office(open_home(folder))
    office.configure(RECIPIENTS)
    office.export()
    office.book(ROWS[0] | {"returned": ""}, *ROWS[1:])
    with office.export(dossier(11), name="xgate.csv").open("a", encoding="utf-8") as export:
        export.write("Tổng số: 99 hồ sơ,,,,,,,,,\n")
    office.night()
    held = newest_state(office.home)["load"].filter(verdict="held")["content_hash"][0]
    for _ in range(KEPT - len(generations(office.home.state)) - 2):
        write_state(office.home, office.state)
    office.book(*ROWS)
    office.night(TUESDAY)
    release(office.home, held, "trang cuối trống", "lan")
    office.export(dossier(1, finished="10/03/2026"), *ROWS[1:], dossier(7))
    office.export(name="igate_cu.csv")
    office.book(*ROWS, dossier(7), dossier(8))
    (office.home.inbox / "trang.csv").write_text("<html><body>Hết phiên</body></html>", encoding="utf-8")


def rehearsed(children: Children, folder: Path) -> Rehearsal:
    settled, mask = inbox.SETTLED_SECONDS, os.umask(0o077)
    inbox.SETTLED_SECONDS = 0
    lived_in(folder / "before")
    inbox.SETTLED_SECONDS = settled
    os.umask(mask)
    found = Rehearsal(children, folder / "before", folder / "home")
    found.learn()
    return found

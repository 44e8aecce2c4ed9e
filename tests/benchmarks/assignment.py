"""Greedy by weight against the heaviest assignment of all: how often they differ, and which of them is right then."""

from __future__ import annotations

import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.database import fetch
from pipeline.learn import opened
from pipeline.link import compare, linking_values, settle
from pipeline.prepare import prepare
from pipeline.settings import load_settings
from tests.benchmarks.accuracy import CASES, PAIR, dossiers_of, judge, made
from tests.benchmarks.runs import HERE
from tests.benchmarks.side_by_side import peer_python

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.benchmarks.accuracy import Case, Score
    from tests.benchmarks.generate import Files

NAMES = ("office", "brutal", "office, crowded", "brutal, other surnames, crowded")
ROWS = """
select {table}.*, logbook_entry.row as logbook_row, case_record.row as feed_row
from {table}
inner join logbook_entry on {table}.entry_id = logbook_entry.entry_id
inner join case_record on {table}.record_id = case_record.record_id
"""


def assignment(*, is_quick: bool) -> Mapping[str, Any]:
    """Both assignments of the open pairs of some cases."""
    return {case.name: _compared(case, dossiers_of(is_quick=is_quick)) for case in CASES if case.name in NAMES}


def _compared(case: Case, dossiers: int) -> Mapping[str, Any]:
    files = made(case, dossiers)
    folder = files.igate.parent
    scored, greedy = open_pairs(files)
    optimal = heaviest(scored, folder)
    truth = pl.read_parquet(files.truth_links)
    scores: dict[str, Score] = {"greedy": judge(greedy, truth), "heaviest": judge(optimal, truth)}
    apart = greedy.join(optimal, on=PAIR, how="anti").height
    share = float(greedy["weight"].sum()) / float(optimal["weight"].sum())
    print(f"\n{case.name}: {greedy.height:,} pairs taken of {scored.height:,}; {apart} of them otherwise")
    print(f"  {'weight, of the heaviest':26} {share:.7f}")
    print("\n".join(f"  {name:26} {score}" for name, score in scores.items()))
    return {name: asdict(score) for name, score in scores.items()} | {"apart": apart, "of_the_heaviest": share}


def open_pairs(files: Files) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pairs that rivals may contest, and those that greedy takes: entry_id, record_id, weight, PAIR."""
    settings = load_settings(files.config)
    con = opened([prepare(files.igate, "igate", settings), prepare(files.logbook, "logbook", settings)], settings)
    values = linking_values(settings)
    compare(con, values)
    settle(con, values)
    scored, claimed = (fetch(con, ROWS.format(table=table), {}) for table in ("scored", "claimed"))
    return _rows(scored.filter(pl.col("weight") >= values["considered_at"])), _rows(claimed)


def _rows(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select("entry_id", "record_id", "weight", pl.col(PAIR).cast(pl.UInt32))


def heaviest(scored: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """The pairs of the heaviest assignment.

    Raises:
        RuntimeError: the peers are not installed, or the program failed.
    """
    scored.select("entry_id", "record_id", "weight").write_parquet(folder / "scored.parquet")
    command = [peer_python(), str(HERE / "peers" / "assignment_peer.py"), str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stderr[-800:])
    return scored.join(pl.read_parquet(folder / "optimal.parquet"), on=["entry_id", "record_id"])

"""Our linking beside Splink 5 and the exact join: the same rows, one run, accuracy, calibration and time.

Splink lives in `.venv-bench` (`make peers`) and is called as a program. It learns on the very files that it links; its
thresholds are also chosen with the truth in hand, which no office has: what it could reach at best.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import polars as pl

from tests.benchmarks.accuracy import CASES, PAIR, Score, calibration, dossiers_of, judge, made, show
from tests.benchmarks.linker import export
from tests.benchmarks.runs import HERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.benchmarks.accuracy import Case
    from tests.benchmarks.generate import Files

PEER_PYTHON = HERE.parents[1] / ".venv-bench" / "bin" / "python"
SPLINK = HERE / "peers" / "splink_peer.py"
NAMES = ("office", "nasty", "brutal", "office, crowded", "brutal, other surnames, crowded", "another hand")
THRESHOLDS = (0.5, 0.9, 0.99)
WANTED_PRECISION = 0.9995
CORES = 2


def side_by_side(*, is_quick: bool) -> Mapping[str, Any]:
    """Some of the cases, quick ones smaller.

    Raises:
        RuntimeError: Splink is not installed, or a program failed.
    """
    return {case.name: compare(case, dossiers_of(is_quick=is_quick)) for case in CASES if case.name in NAMES}


def peer_python() -> str:
    """The Python that has the peers.

    Raises:
        RuntimeError: there is none.
    """
    if not PEER_PYTHON.exists():
        raise RuntimeError(".venv-bench is missing: make peers")
    return str(PEER_PYTHON)


def compare(case: Case, dossiers: int) -> Mapping[str, Any]:
    """One case by all linkers; prints its tables."""
    files = made(case, dossiers)
    folder = files.igate.parent
    export(files, folder)
    spent = _spent(folder, files)
    truth = pl.read_parquet(files.truth_links)
    ours, peers = _rows(folder, "our_links"), _rows(folder, "splink_links").filter("is_best")
    scores = _scores(folder, ours, peers, truth)
    print(f"\n{case.name}: {dossiers:,} dossiers")
    print("\n".join(f"  {name:26} {score}" for name, score in scores.items()))
    reached = {"doichieu": reach(ours, truth), "Splink": reach(peers, truth)}
    print(f"  recall at precision {WANTED_PRECISION}: " + ", ".join(f"{who} {r:.5f}" for who, r in reached.items()))
    print("\n".join(f"  {name:26} {seconds:7.2f} s" for name, seconds in spent.items()))
    ratio = spent["Splink, saved model"] / spent["doichieu"]
    print(f"  doichieu is {ratio:.0f} times as fast as Splink with a saved model")
    for links in (ours, peers):
        show(calibration(links, truth))
    told = {name: asdict(score) | {"f1": score.f1} for name, score in scores.items()}
    return told | {"seconds": spent, "recall_at_precision": reached}


def _scores(folder: Path, ours: pl.DataFrame, peers: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Score]:
    found = {
        "exact join": _exact(folder),
        "Splink, threshold alone": _rows(folder, "splink_links"),
        **{f"Splink, 1:1, from {low}": peers.filter(pl.col("score") >= low) for low in THRESHOLDS},
        "Splink, 1:1, exact first": _rows(folder, "splink_rest").filter("is_best", pl.col("score") >= THRESHOLDS[1]),
        "doichieu, asserted": ours.filter(~pl.col("needs_review")),
        "doichieu, with review": ours,
    }
    return {name: judge(links, truth) for name, links in found.items()}


def reach(links: pl.DataFrame, truth: pl.DataFrame, precision: float = WANTED_PRECISION) -> float:
    """The most recall of any threshold on the score that keeps the precision: both told by the truth."""
    right = (
        truth.filter(pl.col("feed_row").is_not_null()).select(PAIR).unique().with_columns(is_right=pl.lit(value=True))
    )
    by_score = (
        links.join(right, on=PAIR, how="left")
        .group_by("score")
        .agg(right=pl.col("is_right").sum(), links=pl.len())
        .sort("score", descending=True)
        .select(pl.col("right", "links").cum_sum())
    )
    most = by_score.filter(pl.col("right") >= precision * pl.col("links"))["right"].max()
    return int(str(most or 0)) / right["feed_row"].n_unique()


def _spent(folder: Path, files: Files) -> dict[str, float]:
    """CPU seconds of each linker's own steps, the rows being loaded; it leaves each one's links in the folder."""
    ours = _run([sys.executable, "-m", "tests.benchmarks.linker", str(folder), str(files.config)])
    splink = [peer_python(), str(SPLINK)]
    training = _run([*splink, "train", str(folder)])
    rest = _run([*splink, "link", str(folder), "rest"])
    (folder / "splink_links.parquet").rename(folder / "splink_rest.parquet")
    saved = _run([*splink, "link", str(folder)])
    return {
        "doichieu": ours["link"],
        "Splink, saved model": saved["predict"] + saved["assign"],
        "Splink, its training": training["train"],
        "Splink, exact first": rest["exact"] + rest["predict"] + rest["assign"],
    }


def _run(command: Sequence[str]) -> dict[str, float]:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{command[1]} ended with {ended.returncode}: {ended.stderr[-800:]}")
    return json.loads(ended.stdout.splitlines()[-1])


def _rows(folder: Path, name: str) -> pl.DataFrame:
    """A linker's links by the rows of the files."""
    return _by_row(pl.read_parquet(folder / f"{name}.parquet"), folder)


def _exact(folder: Path) -> pl.DataFrame:
    """Letter-equal codes after normalising, each side's first: what a plain join of the exports gives."""
    lines, records = (
        pl.read_parquet(folder / f"{table}.parquet", columns=[f"{side}_id", "code_id"])
        .drop_nulls()
        .unique("code_id", keep="first", maintain_order=True)
        for table, side in (("logbook_entry", "entry"), ("case_record", "record"))
    )
    return _by_row(lines.join(records, on="code_id"), folder)


def _by_row(links: pl.DataFrame, folder: Path) -> pl.DataFrame:
    for table, row_id, row in (("logbook_entry", "entry_id", "logbook_row"), ("case_record", "record_id", "feed_row")):
        of_table = pl.read_parquet(folder / f"{table}.parquet", columns=[row_id, "row"])
        links = links.join(of_table.select(row_id, pl.col("row").cast(pl.UInt32).alias(row)), on=row_id)
    return links

"""What a night costs after three years of nights: the same files on a new state and on an old one."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.init import initialise
from pipeline.night.generations import newest_state, write_state
from pipeline.night.home import open_home
from schemas.state import TABLES
from tests.benchmarks.levels import OFFICE
from tests.benchmarks.nights import COMMUNE, night
from tests.benchmarks.runs import OUT, kept
from tests.benchmarks.speed import told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.night.home import Home

NIGHTS, TIMES = 3 * 365, 3
MOST = 1.2  # times the night of a new state


def history() -> Mapping[str, Any]:
    """The second night of a commune, and the same with the runs, loads, mails and settled mismatches of three years."""
    files = kept(COMMUNE[0], OFFICE, 13, units=COMMUNE[1])
    young, old = (OUT / "bench" / f"home-{name}" for name in ("young", "old"))
    shutil.rmtree(young, ignore_errors=True)
    initialise(young)
    shutil.copyfile(files.config, young / "doichieu.toml")
    night(young, files, files.as_of)
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(young, old)
    grow_old(open_home(old))
    results: dict[str, list[float]] = {"young": [], "old": []}
    for turn in range(1, TIMES + 1):
        with files.igate.open("a", encoding="utf-8") as export:
            export.write("\n")  # another content, the same rows
        for name, home in (("young", young), ("old", old)):
            results[name].append(night(home, files, files.as_of + timedelta(days=turn)).cpu_seconds)
    medians = {name: sorted(seconds)[TIMES // 2] for name, seconds in results.items()}
    told(
        "a night with three years of history, times one without (CPU)", medians["old"] / medians["young"], at_most=MOST
    )
    for name, home in (("young", young), ("old", old)):
        told(f"{name}: state, MiB", size_of(home) / 2**20, at_most=None)
    return medians


def size_of(home: Path) -> int:
    return max(home.glob("state/*.duckdb")).stat().st_size


def grow_old(home: Home) -> None:
    """Add what each of so many earlier nights leaves: a run, an export, its mails, mismatches come and gone."""
    state = newest_state(home)
    write_state(home, state | {name: pl.concat([_earlier(state[name]), state[name]]) for name in GROWING})


GROWING = ("run", "load", "outbox", "mismatch_event", "mismatch")
NAMES = {
    "run": "run_id",
    "load": "content_hash",
    "outbox": "message_id",
    "mismatch_event": "mismatch_id",
    "mismatch": "mismatch_id",
}
A_NIGHT = {"run": 1, "load": 2, "outbox": 2, "mismatch_event": 6, "mismatch": 3}  # rows


def _earlier(table: pl.DataFrame) -> pl.DataFrame:
    """The table's first rows once for each earlier night, under other names and on earlier days."""
    name = next(one for one in GROWING if table.schema == TABLES[one])
    night = pl.int_range(NIGHTS, 0, -1, eager=True).alias("night")
    rows = table.head(A_NIGHT[name]).join(night.to_frame(), how="cross", maintain_order="right")
    days = [column for column, kind in table.schema.items() if kind == pl.Date]
    aged = rows.with_columns(
        *(pl.col(day).dt.offset_by(pl.format("-{}d", "night")) for day in days),
        pl.format("{}-{}", NAMES[name], "night").alias(NAMES[name]),
    )
    if name == "mismatch":
        aged = aged.with_columns(status=pl.lit("resolved"), resolved_on=pl.col("last_seen_on"))
    return aged.select(table.columns)

"""The heaviest one-to-one assignment of the pairs in scored.parquet (entry_id, record_id, weight): python ... FOLDER.

A program of `.venv-bench`: scipy solves each connected part by itself. Writes optimal.parquet (entry_id, record_id).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def main(folder: Path) -> None:
    """Solve and write."""
    pairs = pl.read_parquet(folder / "scored.parquet").with_columns(
        entry=pl.col("entry_id").rank("dense").cast(pl.Int64) - 1,
        record=pl.col("record_id").rank("dense").cast(pl.Int64) - 1,
    )
    entries, records = (int(str(pairs[side].max())) + 1 for side in ("entry", "record"))
    edges = (pairs["entry"].to_numpy(), entries + pairs["record"].to_numpy())
    shape = (entries + records, entries + records)
    _, part = connected_components(coo_array((np.ones(pairs.height), edges), shape=shape), directed=False)
    parts = pairs.with_columns(part=pl.Series(part[edges[0]])).partition_by("part")
    chosen = pl.concat([_solved(one) for one in parts])
    chosen.select("entry_id", "record_id").write_parquet(folder / "optimal.parquet")


def _solved(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of the heaviest assignment; a pair that weighs less than nothing is left out."""
    if pairs.height == 1:
        return pairs
    rows, columns = (pairs[side].rank("dense").cast(pl.Int64).to_numpy() - 1 for side in ("entry", "record"))
    weights = np.zeros((rows.max() + 1, columns.max() + 1))  # no pair weighs nothing: nobody is forced to take another
    weights[rows, columns] = np.maximum(pairs["weight"].to_numpy(), 0)
    taken = np.zeros_like(weights, dtype=bool)
    taken[linear_sum_assignment(weights, maximize=True)] = True
    return pairs.filter(pl.Series(taken[rows, columns]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

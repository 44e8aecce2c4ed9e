"""Every row accounted for: what each file's rows became, and why some were set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.contract import QUARANTINE_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.prepare import Source

FILES = {
    "file": pl.String,
    "feed": pl.String,
    "rows": pl.UInt32,
    "accepted": pl.UInt32,
    "quarantined": pl.UInt32,
    "not_data": pl.UInt32,
    "detail": pl.String,
}


def accounts(sources: Sequence[Source], phrases: Mapping[str, str]) -> pl.DataFrame:
    """One row per file: rows = accepted + quarantined + not_data, asserted; `detail` names the not-data kinds."""
    lines = [
        (
            source.file,
            source.feed,
            source.rows,
            source.split.accepted.height,
            source.split.quarantined.height,
            source.table.not_data.height,
            _kinds(source, phrases),
        )
        for source in sources
    ]
    files = pl.DataFrame(lines, schema=FILES, orient="row")
    if files.filter(pl.col("rows") != pl.sum_horizontal("accepted", "quarantined", "not_data")).height:
        raise AssertionError("accepted + quarantined + not data differ from the rows of a file")
    return files


def _kinds(source: Source, phrases: Mapping[str, str]) -> str:
    counts = {kind: count for kind, count in source.table.counts.items() if kind != "data"}
    return ", ".join(f"{phrases[f'kind.{kind}']} {count}" for kind, count in counts.items())


def quarantine(sources: Sequence[Source], phrases: Mapping[str, str]) -> pl.DataFrame:
    """The refused rows with the contract's columns: file, row, V rule, column and reason; never a cell's value."""
    frames = [source.split.reasons.with_columns(file=pl.lit(source.file)) for source in sources]
    return (
        pl.concat(frames)
        .with_columns(reason=("reason." + pl.col("rule_id")).replace_strict(dict(phrases), return_dtype=pl.String))
        .select(pl.col(name).cast(kind) for name, kind in QUARANTINE_TYPES.items())
    )

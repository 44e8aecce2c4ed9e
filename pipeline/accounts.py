"""Every row accounted for: what each file's rows became, and why some were set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.validate import reasons
from schemas.contract import QUARANTINE_TYPES
from schemas.tables import CASE_ROW, LOGBOOK_ROW

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
    told = [reasons(_aside(sources, is_logbook=side), is_logbook=side) for side in (False, True)]
    return (
        pl.concat(told)
        .with_columns(reason=("reason." + pl.col("rule_id")).replace_strict(dict(phrases), return_dtype=pl.String))
        .select(pl.col(name).cast(kind) for name, kind in QUARANTINE_TYPES.items())
    )


def _aside(sources: Sequence[Source], *, is_logbook: bool) -> pl.DataFrame:
    """All rows of one side that were set aside."""
    frames = [source.split.quarantined for source in sources if source.is_logbook is is_logbook]
    return pl.concat([pl.DataFrame(schema=LOGBOOK_ROW if is_logbook else CASE_ROW), *frames])

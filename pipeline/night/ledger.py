"""The ledger: each mismatch over the nights, from when it was first seen until it was put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.database import fetch, put
from pipeline.night.freshness import put_freshness
from pipeline.queries import query
from schemas.contract import MISMATCH_TYPES
from schemas.state import MISMATCH, MISMATCH_EVENT

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pipeline.night.generations import State
    from schemas.tables import Kind


def keep_ledger(  # noqa: PLR0913, PLR0917 -- what one night adds to the ledger
    con: duckdb.DuckDBPyConnection, state: State, loads: pl.DataFrame, found: pl.DataFrame, run_id: str, today: date
) -> State:
    """The state after tonight's findings: `mismatch` and `mismatch_event`.

    `con` holds the reconciled books; `loads` carry their freshness; `found` are the mismatches with finding_id. A
    verdict whose source is too old stays as it was; a mismatch ends only on a positive sighting.
    """
    put_freshness(con, state, loads)
    query("50_ledger", "identified").run(con, {})
    put(con, "ledger", state["mismatch"])
    put(con, "tonight", _once(found.join(fetch(con, "from identified", {}), "finding_id")))
    for step in ("fallen_silent", "next_ledger", "event"):
        query("50_ledger", step).run(con, {"today": today})
    events = fetch(con, "from event", {}).with_columns(run_id=pl.lit(run_id))
    return state | {
        "mismatch": _typed(fetch(con, "from next_ledger order by mismatch_id", {}), MISMATCH),
        "mismatch_event": pl.concat(
            [state["mismatch_event"], _typed(events.sort("mismatch_id", "event"), MISMATCH_EVENT)]
        ),
    }


def _once(found: pl.DataFrame) -> pl.DataFrame:
    """One row per mismatch: what rests on fresh evidence and is sure comes first."""
    is_vague = [~pl.col("is_checkable"), pl.col("needs_review")]
    chosen = found.sort("mismatch_id", *is_vague, "finding_id")
    return chosen.unique("mismatch_id", keep="first", maintain_order=True).select(
        "mismatch_id", "record_subject", "line_subject", "unit_key", "is_checkable", *MISMATCH_TYPES
    )


def _typed(frame: pl.DataFrame, columns: dict[str, Kind]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in columns.items())

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


def silence_unproven(con: duckdb.DuckDBPyConnection, state: State, loads: pl.DataFrame) -> tuple[int, list[str]]:
    """Take back the findings that a night would not tell: how many, and the files that are held or too old to speak."""
    put_freshness(con, state, loads)
    query("50_ledger", "identified").run(con, {})
    checkable = "select finding_id from identified where is_checkable"
    ((count,),) = con.execute(f"delete from finding where finding_id not in ({checkable})").fetchall()  # noqa: S608 -- our tables
    return count, _mute_files(loads)


def untold(con: duckdb.DuckDBPyConnection, loads: pl.DataFrame) -> tuple[int, list[str]]:
    """After `keep_ledger`: how many mismatches are not told because nobody told them before, and the mute files."""
    is_new = "not exists (from ledger where ledger.mismatch_id = tonight.mismatch_id and ledger.status = 'open')"
    ((count,),) = con.execute(f"select count(*) from tonight where not is_checkable and {is_new}").fetchall()  # noqa: S608 -- our tables
    return count, _mute_files(loads) if count else []


def _mute_files(loads: pl.DataFrame) -> list[str]:
    """Files that wait for a person, and of each source without a fresh one the newest."""
    is_newest = pl.col("age") == pl.col("age").min().over("feed", "unit_key", "verdict")
    is_old = ~pl.col("is_fresh") & (pl.col("verdict") == "accepted") & is_newest
    return loads.filter(pl.col("waits") | is_old)["file"].unique(maintain_order=True).to_list()


def _once(found: pl.DataFrame) -> pl.DataFrame:
    """One row per mismatch: what rests on fresh evidence and is sure comes first."""
    is_vague = [~pl.col("is_checkable"), pl.col("needs_review")]
    chosen = found.sort("mismatch_id", *is_vague, "finding_id")
    return chosen.unique("mismatch_id", keep="first", maintain_order=True).select(
        "mismatch_id", "record_subject", "line_subject", "unit_key", "is_checkable", *MISMATCH_TYPES
    )


def _typed(frame: pl.DataFrame, columns: dict[str, Kind]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in columns.items())

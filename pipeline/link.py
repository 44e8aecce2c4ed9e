"""Which logbook line is which case record: the stages of sql/20_link, with the weights of schemas/linking.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.model import level_weights, load_model
from pipeline.queries import query
from pipeline.store import put

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipeline.settings import Settings

MAX_ROUNDS = 20  # each round settles the surest pairs; what is still contested after so many is for a person


def link(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the table `link` (entry_id, record_id, feed, method, agreement, score, needs_review), one to one per feed.

    Also `repeated_line`: lines without a record of their own that repeat a linked line.
    """
    values = _values(settings)
    put(con, "level_weight", level_weights(values))
    for step in ("book_unit", "entry", "record", "certain", "candidate"):
        _run(con, step, values)
    _score(con, values)
    _run(con, "link_certain", values)
    con.execute("create or replace table assigned as from link limit 0")  # candidates never meet the certain links
    for bound in ("assert_at", "review_at"):
        _assign(con, values | {"bound": values[bound]})
    con.execute("insert into link from assigned")
    con.execute("create or replace table link_pattern as from pattern")
    _run(con, "repeated_candidate", values)
    con.execute("truncate certain")
    _score(con, values)
    _run(con, "repeated_line", values)


def drop_workings(con: duckdb.DuckDBPyConnection) -> None:
    """Free what only linking reads: it is as large as the files."""
    for table in (
        "candidate",
        "pair",
        "compared",
        "scored",
        "hopeful",
        "assigned",
        "procedure_likeness",
        "record_frequency",
    ):
        con.execute(f"drop table {table}")


def _score(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Weigh the pairs of `certain` and `candidate`. What replaces these steps replaces the scoring."""
    for step in ("pair", "procedure_likeness", "compared", "record_frequency", "pattern", "scored"):
        _run(con, step, values)


def _assign(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Link each other's best above the bound, take them out, look again: greedy by score."""
    left = -1
    for _ in range(MAX_ROUNDS):
        _run(con, "hopeful", values)
        hopeful = con.execute("select count(*) from hopeful").fetchall()[0][0]
        if hopeful in (0, left):  # nothing to hope for, or the last round linked none of them
            return
        left = hopeful
        _run(con, "assign", values)


def _run(con: duckdb.DuckDBPyConnection, step: str, values: Mapping[str, Any]) -> None:
    query("20_link", step).run(con, values)


def _values(settings: Settings) -> dict[str, Any]:
    return load_model(settings.linking) | {"unit_key": _unit_key(settings.unit_code)}


def _unit_key(unit_code: str | None) -> str | None:
    from pipeline.normalise.codes import without_zeros

    return pl.select(without_zeros(pl.lit(unit_code, dtype=pl.String))).item()

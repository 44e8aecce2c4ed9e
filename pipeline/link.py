"""Which logbook line is which case record: the stages of sql/20_link, with the weights of schemas/linking.toml."""

from __future__ import annotations

import math
import tomllib
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.errors import ConfigFault
from pipeline.queries import query
from pipeline.settings import ROOT
from pipeline.store import put

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipeline.settings import Settings

BOUNDS = ("share_in_software", "common_name_share", "assert_at", "review_at", "duplicate_at")
COMPARISONS = ("code", "applicant", "received", "due", "procedure", "phone", "address", "returned")
MAX_ROUNDS = 20  # each round settles the surest pairs; what is still contested after so many is for a person


def link(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the table `link` (entry_id, record_id, feed, method, agreement, score, needs_review), one to one per feed.

    Also `repeated_line`: lines without a record of their own that repeat a linked line.
    """
    values = _values(settings)
    put(con, "level_weight", _level_weights(values))
    for step in ("book_unit", "entry", "record", "certain", "candidate"):
        _run(con, step, values)
    _score(con, values)
    _run(con, "link_certain", values)
    for bound in ("assert_at", "review_at"):
        _assign(con, values | {"bound": values[bound]})
    con.execute("create or replace table link_pattern as from pattern")
    _run(con, "repeated_candidate", values)
    con.execute("truncate certain")
    _score(con, values)
    _run(con, "repeated_line", values)


def _score(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Weigh the pairs of `certain` and `candidate`. What replaces these steps replaces the scoring."""
    for step in ("pair", "procedure_likeness", "compared", "record_frequency", "pattern", "scored"):
        _run(con, step, values)


def _assign(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Link each other's best above the bound, take them out, look again: greedy by score."""
    for _ in range(MAX_ROUNDS):
        before = _count(con, "link")
        _run(con, "assign", values)
        if _count(con, "link") == before:
            return


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return con.sql(f"select count(*) from {table}").fetchall()[0][0]  # noqa: S608 -- a table's name of ours


def _run(con: duckdb.DuckDBPyConnection, step: str, values: Mapping[str, Any]) -> None:
    query("20_link", step).run(con, values)


def _values(settings: Settings) -> dict[str, Any]:
    """The model of schemas/linking.toml under the user's [linking]."""
    model = tomllib.loads((ROOT / "schemas" / "linking.toml").read_text(encoding="utf-8"))
    unknown = sorted(settings.linking.keys() - model.keys())
    if unknown:
        raise ConfigFault(f"[linking]: unknown keys: {', '.join(unknown)}", f"Known keys: {', '.join(sorted(model))}.")
    values = model | dict(settings.linking)
    wrong = [name for name in BOUNDS if not (isinstance(values[name], (int, float)) and 0 < values[name] < 1)]
    if wrong or values["review_at"] > values["assert_at"]:
        raise ConfigFault(
            f"[linking]: out of range: {', '.join(wrong) or 'review_at'}",
            "Each bound is a probability between 0 and 1, and review_at is not above assert_at.",
        )
    return values | {"unit_key": _unit_key(settings.unit_code)}


def _unit_key(unit_code: str | None) -> str | None:
    from pipeline.normalise.codes import without_zeros

    return pl.select(without_zeros(pl.lit(unit_code, dtype=pl.String))).item()


def _level_weights(model: Mapping[str, Any]) -> pl.DataFrame:
    """Comparison, level, weight in bits, phrase; a comparison's level 0 (a side is silent) weighs nothing."""
    silent = [(comparison, 0, 0.0, "", position) for position, comparison in enumerate(COMPARISONS)]
    known = [
        (comparison, int(level), math.log2(facts["m"] / facts["u"]), facts["phrase"], position)
        for position, comparison in enumerate(COMPARISONS)
        for level, facts in model[comparison].items()
    ]
    types = {
        "comparison": pl.String,
        "level": pl.UInt8,
        "weight": pl.Float64,
        "phrase": pl.String,
        "position": pl.UInt8,
    }
    return pl.DataFrame(silent + known, schema=types, orient="row")

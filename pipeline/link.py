"""Which logbook line is which case record: the stages of sql/20_link, with the weights of schemas/linking.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.database import fetch, put
from pipeline.model import (
    CALIBRATIONS,
    adjustment_phrases,
    bits,
    calibration,
    level_bits,
    level_weights,
    load_model,
    place_rings,
    uncalibrated,
)
from pipeline.normalise.codes import unit_key
from pipeline.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb
    import polars as pl

    from pipeline.settings import Settings

READ_ONCE = ("book_unit", "entry", "record", "repeated_code")
COMPARING = (
    *("certain", "open_record", "open_entry", "neighbourhood", "book_order"),
    *("candidate", "repeated_candidate", "known_procedure", "procedure_likeness"),
    *("pair", "compared", "record_frequency"),
)
WEIGHING = ("scored", "pattern", "certain_link")
DECIDED_PAIR = "create table if not exists decided_pair (entry_id uinteger, record_id uinteger, is_same boolean)"
CLAIMED = "create or replace table claimed (entry_id uinteger, record_id uinteger, feed varchar, weight double)"
MAX_ROUNDS = 50  # each round takes the heaviest pairs; ten are enough for a hundred thousand lines


def link(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the table `link` (entry_id, record_id, feed, method, agreement, score, needs_review), one to one per feed.

    What people decided comes first: the table `decided_pair` (entry_id, record_id, is_same) is read, and made empty
    where it is missing. Beside it `pattern`: on what the sides of links agree; and `repeated_line`: lines without a
    record of their own that repeat a linked line.
    """
    values = linking_values(settings)
    compare(con, values)
    _let_go(con, "open_record", "open_entry", "neighbourhood", "candidate", "pair")
    _weigh(con, values)
    _let_go(con, "certain", "compared", "record_frequency")
    _assign(con, values)
    _run(con, ["repeated_line"], values)
    _let_go(con, "certain_link", "claimed", "scored")


def compare(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Find the certain pairs and the candidates, and on what the sides of each agree: the table `compared`."""
    con.execute(DECIDED_PAIR)
    _run(con, (*READ_ONCE, *COMPARING), values)


def settle(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Weigh what was compared and make the table `link`: what learning does again and again."""
    _weigh(con, values)
    _assign(con, values)


def linking_values(settings: Settings) -> dict[str, Any]:
    """The values that the steps of sql/20_link ask for."""
    model = step_values(load_model(settings.linking))
    return model | {"unit_key": unit_key(settings.unit_code), "are_strangers_compared": False}


def step_values(model: Mapping[str, Any]) -> dict[str, Any]:
    """A model and what follows from it."""
    knots = [model[name] for name in CALIBRATIONS]
    review_bits = [uncalibrated(of_kind, bits(model["review_at"])) for of_kind in knots]
    calibrations = [dict(zip(("start", "stretches"), calibration(of_kind), strict=True)) for of_kind in knots]
    return dict(model) | {
        "bits": level_bits(model),
        "place_rings": place_rings(model["place_widths"]),
        "place_shares": [model["place"][str(level)]["m"] for level in range(1, 7)],
        "calibrations": calibrations,
        "review_bits": review_bits,
        "considered_at": min(review_bits),
    }


def link_weights(con: duckdb.DuckDBPyConnection, settings: Settings, entry_ids: Sequence[int]) -> pl.DataFrame:
    """What each link of these lines weighs and why: entry_id, record_id, comparison, level, phrase, weight in bits.

    The weights of a link sum up to the log-odds of its score, base 2; those of a person's decision say what else spoke.
    """
    values = linking_values(settings) | {"entry_ids": list(entry_ids)}
    asked = query("40_report", "link_weight")
    return fetch(con, asked.statement, {name: values[name] for name in asked.params})


def _weigh(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    put(con, "level_weight", level_weights(values))
    put(con, "adjustment", adjustment_phrases(values))
    _run(con, WEIGHING, values)


def _let_go(con: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Free what no later step reads: together it is as large as the files."""
    for table in tables:
        con.execute(f"drop table {table}")


def _assign(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Take each other's best, look again among the rest: greedy by weight, one to one; then exchange what gains."""
    con.execute(CLAIMED)
    taken = -1
    for _ in range(MAX_ROUNDS):
        before, taken = taken, _count(con, "claimed")
        if taken == before:
            break
        _run(con, ["claimed"], values)
    _run(con, ("exchanged", "assigned", "link"), values)  # a second exchange finds 2 more of 100,000 links


def _run(con: duckdb.DuckDBPyConnection, steps: Iterable[str], values: Mapping[str, Any]) -> None:
    for step in steps:
        query("20_link", step).run(con, values)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return con.execute(f"select count(*) from {table}").fetchall()[0][0]  # noqa: S608 -- our tables

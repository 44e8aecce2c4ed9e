"""Weights learned from books and exports without anybody's labels: python -m pipeline.learn [FEED=]PATH ...

Expectation and maximisation over Fellegi and Sunter's model: link with the weights so far, one to one; count how often
each level stands in the links, each by its score, and among the pairs of strangers of one unit and day; weigh by that;
again. Prints what belongs under [linking] in doichieu.toml. Nightly runs never learn.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import database, store
from pipeline.gather import gather
from pipeline.link import compare, linking_values, settle, step_values
from pipeline.model import BY_BOOK, COMPARISONS, load_model
from pipeline.prepare import prepare
from pipeline.queries import query
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from pipeline.prepare import Source
    from pipeline.settings import Settings

ROUNDS = 4  # the second changes little, the fourth nothing
LEAST_SEEN = 200  # pairs with a level; what is rarer keeps the weight set by hand
LEAST_M, LEAST_U = 0.005, 0.0002  # no level proves or excludes a dossier by never having been seen
# Levels that exclude one another under a condition of their own: a code written twice, a day that is settled already.
GROUPS = {
    "code": ((1, 2, 3, 4, 5), (6, 7)),
    "due": ((1, 2, 4), (5, 6, 7)),
    "returned": ((1, 2, 4), (5, 6, 7)),
}
# Of strangers only one unit and day are compared, and one person's several dossiers are no strangers.
U_BY_HAND = {"received": range(1, 8), "phone": range(1, 8), "applicant": (1,), "procedure": (3,)}
OWN_SHARE = {"code": ("by_day", (1, 6)), "procedure": ("by_procedure", (1, 2))}  # u is the factor on a value's share


def learned(worlds: Sequence[tuple[duckdb.DuckDBPyConnection, Settings]], model: Mapping[str, Any]) -> dict[str, Any]:
    """The model with m and u of its levels learned from all of the worlds, in which the rows are loaded."""
    for con, settings in worlds:
        compare(con, linking_values(settings) | {"are_strangers_compared": True})
    for _ in range(ROUNDS):
        counts = pl.concat(_counted(con, settings, model) for con, settings in worlds)
        model = {**model, **{name: _levels(name, model[name], counts) for name in COMPARISONS if name != BY_BOOK}}
    return dict(model)


def opened(sources: Sequence[Source], settings: Settings) -> duckdb.DuckDBPyConnection:
    """A database in which the rows of the files are loaded."""
    con = database.open_database()
    books, _ = gather(sources)
    store.load(con, books, settings)
    return con


def as_toml(model: Mapping[str, Any], table: str = "") -> Iterator[str]:
    """The m and u of a model, as lines of TOML."""
    for name in COMPARISONS:
        yield f"\n[{table}{name}]"
        for level, facts in sorted(model[name].items()):
            yield f"{level} = {{ m = {facts['m']:.6f}, u = {facts['u']:.6f} }}"


def _counted(con: duckdb.DuckDBPyConnection, settings: Settings, model: Mapping[str, Any]) -> pl.DataFrame:
    settle(con, linking_values(settings) | step_values(model))
    return database.fetch(con, query("40_report", "pattern_count").statement, {})


def _levels(name: str, levels: Mapping[str, Mapping[str, Any]], counts: pl.DataFrame) -> dict[str, Any]:
    """One comparison's levels with m and u as counted; as if each had been seen once more on either side."""
    level = (pl.col("agreement") // 8 ** COMPARISONS.index(name) % 8).alias("level")
    of_level = counts.group_by(level).agg(pl.exclude("agreement").sum())
    new = {key: dict(facts) for key, facts in levels.items()}
    for group in GROUPS.get(name, (tuple(map(int, levels)),)):
        of_group = pl.DataFrame({"level": group}).join(of_level.cast({"level": pl.Int64}), on="level", how="left")
        totals = of_group.fill_null(0).sum()
        for row in of_group.fill_null(0).iter_rows(named=True):
            if row["same"] + row["strangers"] < LEAST_SEEN:
                continue
            base, factor_of = OWN_SHARE.get(name, ("", ()))
            strangers = totals[base if row["level"] in factor_of else "strangers"].item()
            facts = new[str(row["level"])]
            facts["m"] = max(LEAST_M, (row["same"] + 1) / (totals["same"].item() + len(group)))
            if row["level"] not in U_BY_HAND.get(name, ()):
                facts["u"] = min(1.0, max(LEAST_U, (row["strangers"] + 1) / (strangers + len(group))))
    return new


def main(arguments: Sequence[str]) -> None:
    """Learn from the files and print the weights."""
    settings = load_settings()
    named = [(feed or None, Path(path)) for feed, _, path in (text.rpartition("=") for text in arguments)]
    con = opened([prepare(path, feed, settings) for feed, path in named], settings)
    sys.stdout.write("\n".join(as_toml(learned([(con, settings)], load_model({})), "linking.")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Few queries on any size: an expression once per distinct text, and the slow way only for the rows that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Derived = Mapping[str, Mapping[str, pl.Expr]]


SMALL = 50_000  # rows; below, the streaming engine costs more to start (0.7 ms a query) than a second core saves


def evaluated(query: pl.LazyFrame, height: int) -> pl.DataFrame:
    """The rows of a query over a frame of that height, by the engine that is faster for it.

    Unlike `DataFrame.select` it works out once what an expression names twice.
    """
    return query.collect(engine=_engine(height))


def evaluated_all(queries: Iterable[pl.LazyFrame], height: int) -> list[pl.DataFrame]:
    """The same for several queries over one frame."""
    return pl.collect_all(queries, engine=_engine(height))


def _engine(height: int) -> Literal["in-memory", "streaming"]:
    return "in-memory" if height < SMALL else "streaming"


def on_distinct(texts: pl.DataFrame, derived: Derived) -> pl.DataFrame:
    """The columns derived from text columns (column → name → expression), each worked out once per distinct text.

    Three queries whatever the number of columns. An Enum numbers the texts of a column, so nothing is joined.
    """
    listed = texts.select(pl.col(name).unique().drop_nulls().implode() for name in derived)
    known = {name: listed[name].item().alias(name) for name in derived}
    queries = [_with_null(known[name]).lazy().select(**wanted) for name, wanted in derived.items()]
    found = evaluated_all(queries, max(one.len() for one in known.values()))
    places = texts.select(
        pl.col(name).cast(pl.Enum(one)).to_physical().fill_null(one.len()) for name, one in known.items()
    )
    return pl.DataFrame(
        [c.gather(places[name]) for name, frame in zip(known, found, strict=True) for c in frame.rechunk()]
    )


def _with_null(known: pl.Series) -> pl.DataFrame:
    null = pl.Series(known.name, [None], dtype=pl.String)
    return pl.concat([known, null], rechunk=True).to_frame()  # gathering from one chunk is many times faster


def unread(texts: pl.Series, read: pl.Series) -> pl.DataFrame:
    """The texts of which nothing was read: `cell`, their place, and `text`."""
    cells = pl.DataFrame([texts.alias("text"), read.alias("read")]).lazy().with_row_index("cell")
    left = cells.filter(pl.col("text").is_not_null() & pl.col("read").is_null()).select("cell", "text")
    return evaluated(left, texts.len())


def with_cells(column: pl.Series, cells: pl.Series, values: pl.Series) -> pl.Series:
    """The column with other values in some cells; the column itself stays as it is."""
    return column.clone().scatter(cells, values) if cells.len() else column


def nothing(kind: type[pl.DataType], height: int) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=kind).new_from_index(0, height)

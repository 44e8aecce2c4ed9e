"""Few queries on any size: an expression once per distinct text, and the slow way only for the rows that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl
from polars import selectors

from pipeline.shared import places_among
from schemas.tables import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.tables import Kind

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

    Few queries whatever the number of columns. Texts that come out are shared: each is one of few again.
    """
    shared = texts.select(pl.col(list(derived)).cast(SHARED))
    known = {name: shared[name].unique() for name in derived}
    queries = [known[name].cast(pl.String).to_frame().lazy().select(**wanted) for name, wanted in derived.items()]
    found = evaluated_all(queries, max(one.len() for one in known.values()))
    rows = (places_among(one, shared[name]) for name, one in known.items())
    return pl.DataFrame(
        [
            column.gather(places)
            for frame, places in zip(found, rows, strict=True)
            for column in frame.with_columns(selectors.string().cast(SHARED)).rechunk()  # gathers from one chunk faster
        ]
    )


def unread(texts: pl.Series, read: pl.Series) -> pl.DataFrame:
    """The texts of which nothing was read: `cell`, their place, and `text`."""
    cells = pl.DataFrame([texts.alias("text"), read.alias("read")]).lazy().with_row_index("cell")
    left = cells.filter(pl.col("text").is_not_null() & pl.col("read").is_null())
    return evaluated(left.select("cell", pl.col("text").cast(pl.String)), texts.len())


def with_cells(column: pl.Series, cells: pl.Series, values: pl.Series) -> pl.Series:
    """The column with other values in some cells; the column itself stays as it is."""
    return column.clone().scatter(cells, values) if cells.len() else column


def nothing(kind: Kind, height: int) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=kind).new_from_index(0, height)

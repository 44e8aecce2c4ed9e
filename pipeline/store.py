"""The rows of both sides become the tables case_record and logbook_entry of the database, and what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl
from polars import selectors

from pipeline.database import put
from pipeline.model import load_model
from pipeline.normalise.codes import unit_key
from pipeline.normalise.procedures import procedure_key
from pipeline.numbering import names, numbered
from schemas.tables import CASE_SIDE, LOGBOOK_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from pipeline.gather import Books
    from pipeline.settings import Settings


class Stored(NamedTuple):
    """The accepted rows in the order of record_id and entry_id (from 0)."""

    cases: pl.DataFrame
    entries: pl.DataFrame


def load(con: duckdb.DuckDBPyConnection, books: Books, settings: Settings) -> Stored:
    """Fill case_record, logbook_entry and what goes with them; what only people read stays in the frames.

    Takes the books apart: what the database has is let go.
    """
    stored = Stored(books.cases.select(CASE_SIDE), books.entries.select(LOGBOOK_SIDE))
    tables = numbered(books, unit_key(settings.unit_code))
    tables["applicant"] = names(tables["applicant"], load_model(settings.linking)["sounds"])
    for rows in (books.cases, books.entries):
        _drop_columns(rows)
    fill(con, tables)
    for table, frame in _configured(settings).items():
        put(con, table, frame)
    return stored


def fill(con: duckdb.DuckDBPyConnection, tables: dict[str, pl.DataFrame]) -> None:
    """Make the tables, with one type for the texts that their rows share; takes each out of the dictionary."""
    _make_shared_text(con, tables.values())
    for table in list(tables):
        put(con, table, tables.pop(table), "shared_text")


def _drop_columns(rows: pl.DataFrame) -> None:
    for name in rows.columns:
        rows.drop_in_place(name)


def _make_shared_text(con: duckdb.DuckDBPyConnection, tables: Iterable[pl.DataFrame]) -> None:
    """The type `shared_text`: all texts that rows share, in their order. Tables hold and compare numbers of them.

    One type for all columns, else a comparison of two would be one of texts.
    """
    texts = [one.select(selectors.categorical().unique().implode()) for one in tables]
    said = pl.concat([column.explode().cast(pl.String).alias("said") for one in texts for column in one])
    put(con, "shared", said.drop_nulls().unique().sort().to_frame())
    con.execute("create or replace type shared_text as enum (select said from shared)")
    con.execute("drop table shared")


def _configured(settings: Settings) -> dict[str, pl.DataFrame]:
    return {
        "officer_of_field": _by_field(settings.officers, "officer"),
        "mandatory_feed": _by_field(settings.mandatory_feeds, "feed"),
        "catalogue_field": _by_field(dict.fromkeys(settings.fields, ""), "unused").select("field_name"),
        "catalogue_procedure": _catalogue_procedures(settings),
    }


def _by_field(value_of_field: Mapping[str, str], value: str) -> pl.DataFrame:
    facts = [(field.lower(), one) for field, one in value_of_field.items()]
    return pl.DataFrame(facts, schema={"field_name": pl.String, value: pl.String}, orient="row")


def _catalogue_procedures(settings: Settings) -> pl.DataFrame:
    """The catalogue's names under the same keys as the files' procedures; any profile's abbreviations serve."""
    names = pl.DataFrame({"name": settings.procedures}, schema={"name": pl.String})
    abbreviations = next(iter(settings.feeds.values())).procedures
    return names.select(
        procedure_key(pl.col("name"), abbreviations).alias("procedure_key"), procedure_name="name"
    ).drop_nulls()

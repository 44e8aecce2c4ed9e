"""Accepted rows become the tables case_record and logbook_entry of a DuckDB database; the newest export wins."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
from polars import selectors

from pipeline.model import load_model
from pipeline.normalise.procedures import procedure_key
from pipeline.numbering import names, numbered
from pipeline.shared import as_text
from schemas.tables import CASE_RECORD, CASE_SIDE, LOGBOOK_ENTRY, LOGBOOK_SIDE, QUARANTINED, SOURCE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from pipeline.prepare import Source
    from pipeline.settings import Settings
    from schemas.tables import Kind

HALF_OF_THE_MACHINE = "50%"
LEAST_MEGABYTES, ROWS_A_MEGABYTE = 1_000, 4_000
BATCH = 122_880  # rows: what DuckDB hands to one thread at a time


def open_database(memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory database that reads no file and loads no extension; beyond the limit it spills to a private folder.

    Raises:
        duckdb.Error: the limit is none; settings and options are checked before.
    """
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": "false",
            "preserve_insertion_order": "false",
            "memory_limit": memory_limit or HALF_OF_THE_MACHINE,
            "temp_directory": str(_spill_folder()),
            "allocator_bulk_deallocation_flush_threshold": "64MB",  # the report needs what the rows have left
        },
    )


def be_modest(con: duckdb.DuckDBPyConnection, rows: int, settings: Settings) -> None:
    """Limit the memory to what comparing so many rows needs, unless the user has said how much it may take.

    Measured with a commune, a province and ten million dossiers: next to nothing is spilled.
    """
    if settings.memory_limit is None:
        con.execute(f"set memory_limit = '{LEAST_MEGABYTES + rows // ROWS_A_MEGABYTE}MB'")


def forget_spilled() -> None:
    """Remove what an interrupted run has put on the disk."""
    shutil.rmtree(_spill_folder(), ignore_errors=True)


@cache
def _spill_folder() -> Path:
    """Where rows go that the memory does not hold. DuckDB makes it when needed and removes it when it is closed.

    Its own choice would be a folder of the current one, which others may share.
    """
    return Path(tempfile.gettempdir()) / f"doichieu-{token_hex(8)}"


@dataclass(frozen=True)
class Books:
    """All that both sides say, from files or from the state: CASE_RECORD, LOGBOOK_ENTRY, QUARANTINED, SOURCE_FILE."""

    cases: pl.DataFrame
    entries: pl.DataFrame
    quarantined: pl.DataFrame  # whom the rows set aside speak of, so that nobody is told missing because of them
    files: pl.DataFrame


@dataclass(frozen=True)
class Stored:
    """The accepted rows in the order of record_id and entry_id (from 0)."""

    cases: pl.DataFrame
    entries: pl.DataFrame


def gather(sources: Sequence[Source]) -> tuple[Books, int]:
    """The rows of these files, and how many of them gave way to newer ones."""
    ranked = sorted(sources, key=_age)
    cases, old_cases = _newest([s for s in ranked if not s.is_logbook], CASE_RECORD, dossier_key())
    entries, old_entries = _newest([s for s in ranked if s.is_logbook], LOGBOOK_ENTRY, line_key())
    return Books(cases, entries, _quarantined(sources), _source_files(sources)), old_cases + old_entries


def load(con: duckdb.DuckDBPyConnection, books: Books, settings: Settings) -> Stored:
    """Fill case_record, logbook_entry and what goes with them; what only people read stays in the frames.

    Takes the books apart: what the database has is let go.
    """
    stored = Stored(books.cases.select(CASE_SIDE), books.entries.select(LOGBOOK_SIDE))
    tables = numbered(books.cases, books.entries, books.files)
    tables["applicant"] = names(tables["applicant"], load_model(settings.linking)["sounds"])
    _make_shared_text(con, tables.values())
    for rows in (books.cases, books.entries):
        _drop_columns(rows)
    for table in list(tables):
        put(con, table, tables.pop(table), "shared_text")
    put(con, "quarantined", books.quarantined)
    for table, frame in _configured(settings).items():
        put(con, table, frame)
    return stored


def _drop_columns(rows: pl.DataFrame) -> None:
    for name in rows.columns:
        rows.drop_in_place(name)


def let_go(con: duckdb.DuckDBPyConnection) -> None:
    """Free the rows that linking and rules have read; reports take theirs from `Stored`, and the memory for it."""
    con.execute("set allocator_bulk_deallocation_flush_threshold = '1MB'")  # before, it would slow each step down
    con.execute("drop view if exists record")  # another engine keeps its own of this and of entry
    for table in ("case_record", "logbook_entry", "entry"):
        con.execute(f"drop table if exists {table}")


class Rows(Protocol):
    """Anything that streams its rows as Arrow: a frame, or a query's result."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A new pass over the rows."""
        ...


@dataclass(frozen=True)
class ArrowStream:
    """Rows on their way between polars and DuckDB, read where they lie.

    Handed over as they are, a frame makes DuckDB import pyarrow (0.1 s), and a result makes polars hold on to
    DuckDB's classes, which complain on stderr when the program ends.
    """

    rows: Rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A new pass over the rows; each query opens one."""
        return self.rows.__arrow_c_stream__(requested_schema)


def fetch(con: duckdb.DuckDBPyConnection, statement: str, values: Mapping[str, Any]) -> pl.DataFrame:
    """A query's result as a frame, its texts written out."""
    return as_text(pl.DataFrame(ArrowStream(con.sql(statement, params=dict(values)))))


def _make_shared_text(con: duckdb.DuckDBPyConnection, tables: Iterable[pl.DataFrame]) -> None:
    """The type `shared_text`: all texts that rows share, in their order. Tables hold and compare numbers of them.

    One type for all columns, else a comparison of two would be one of texts.
    """
    texts = [one.select(selectors.categorical().unique().implode()) for one in tables]
    said = pl.concat([column.explode().cast(pl.String).alias("said") for one in texts for column in one])
    put(con, "shared", said.drop_nulls().unique().sort().to_frame())
    con.execute("create or replace type shared_text as enum (select said from shared)")
    con.execute("drop table shared")


def put(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, shared_as: str = "") -> None:
    """Make a frame a table; batches of rows are written at once. Shared texts become of a type, if one is named."""
    batches = [frame.slice(start, BATCH) for start in range(0, max(1, frame.height), BATCH)]
    con.register("incoming", ArrowStream(pl.concat(batches, rechunk=False)))
    casts = [f"{name}::{shared_as} as {name}" for name in frame.select(selectors.categorical()).columns if shared_as]
    chosen = f"* replace ({', '.join(casts)})" if casts else "*"
    con.execute(f"create or replace table {table} as select {chosen} from incoming")  # noqa: S608 -- our tables
    con.unregister("incoming")


def _age(source: Source) -> tuple[Any, ...]:
    """Files in the order of what they know; then of their time stamps. A file's name says nothing reliable."""
    last = source.last_event_on()
    return (last is not None, last or 0, source.table.path.stat().st_mtime_ns)


def _newest(sources: Sequence[Source], columns: Mapping[str, Kind], key: pl.Expr) -> tuple[pl.DataFrame, int]:
    """All accepted rows of the files, those of an older file left out where a newer one has the same key."""
    if not sources:
        return pl.DataFrame(schema=columns), 0
    rows = pl.concat([source.split.accepted for source in sources]).select(columns.keys())
    if len(sources) == 1:
        return rows, 0
    heights = pl.Series([source.split.accepted.height for source in sources])
    aged = rows.with_columns(age=pl.int_range(len(sources), dtype=pl.UInt32, eager=True).repeat_by(heights).explode())
    kept = newest(aged.with_columns(book_unit("age")), key)
    return kept.drop("age", "book_unit"), rows.height - kept.height


def newest(rows: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    """The rows of the newest file that has their key; `age` tells the files' order. Rows without a key all stay."""
    is_newest = key.is_null() | (pl.col("age") == pl.col("age").max().over("feed", key))
    return rows.filter(is_newest)


def dossier_key() -> pl.Expr:
    """What makes a record of one export a later word on another's."""
    return pl.col("code_key")


def book_unit(file: str) -> pl.Expr:
    """The unit that most codes of a file name: numbers of books and lines begin anew in each unit."""
    return pl.col("unit_key").drop_nulls().mode().sort().first().alias("book_unit").over(file)


def line_key() -> pl.Expr:
    """What makes a line of one file a later writing of another's: unit, book, year and number; else its content."""
    unit = pl.col("book_unit").fill_null("")
    year = pl.coalesce("received_on", "code_on").dt.year().cast(pl.String).fill_null("")
    by_book = pl.concat_str(unit, "book_no", "line_no", year, separator="|")
    by_content = pl.concat_str(unit, "line_no", "code_key", pl.col("received_on").cast(pl.String), separator="|")
    return pl.coalesce(by_book, by_content)


def _quarantined(sources: Sequence[Source]) -> pl.DataFrame:
    frames = [
        source.split.quarantined.select(pl.lit(source.is_logbook).alias("is_logbook"), *list(QUARANTINED)[1:])
        for source in sources
    ]
    return pl.concat([pl.DataFrame(schema=QUARANTINED), *frames])


def _source_files(sources: Sequence[Source]) -> pl.DataFrame:
    facts = [(s.file, s.feed, s.table.covers_from, s.table.covers_until) for s in sources]
    return pl.DataFrame(facts, schema=SOURCE_FILE, orient="row")


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
